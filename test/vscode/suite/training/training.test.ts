import { stepsTaken } from '../../../../src/runs/record/runStage';
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunRecord } from '../../../../src/runs/record/record';
import { readRun } from '../../../../src/runs/store/runFolder';
import { requestStop } from '../../../../src/runs/queue/stopRequest';
import { until } from '../../../support/running/until.mjs';
import { allRuns, runsFolder } from '../runs';
import {
  accept,
  inOrder,
  inThemes,
  isWatched,
  key,
  openWith,
  readWindow,
  type,
  untilOpen,
  windowShows,
  workspaceFolder,
} from '../window';

const runs = (): readonly RunRecord[] => allRuns().map(({ record }) => record);

/** The runs that are not among those before. */
function newRuns(before: readonly RunRecord[]): readonly RunRecord[] {
  return runs().filter(({ id }) => !before.some((other) => other.id === id));
}

/** A variant of the triage example with other settings, open in the editor. */
async function openVariant(name: string, settings: string): Promise<vscode.TextDocument> {
  const text = readFileSync(join(workspaceFolder(), 'triage', 'triage.prompt'), 'utf8');
  return openWith(`triage/${name}.prompt`, text.replace('model: builtin\n', `model: builtin\n${settings}`));
}

/** The embedded model under a chat template, as a folder that a template names. */
function writeChatModel(folder: string): void {
  const { extensionPath } = vscode.extensions.getExtension('prompt-tuner.prompt-tuner')!;
  mkdirSync(folder);
  for (const file of ['config.json', 'model.onnx', 'tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(join(extensionPath, 'media', 'models', 'prompt-tuner-base', file), join(folder, file));
  writeFileSync(
    join(folder, 'chat_template.jinja'),
    "{% for m in messages %}{{ m.role + ' says: ' + m.content + '\\n' }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ 'assistant says:' }}{% endif %}",
  );
}

const quick = 'tune.steps: 10\ntune.batchSize: 2\ntune.learningRate: 0.1\ntune.evalEvery: 5\n';
const endless = 'tune.steps: 100000\ntune.learningRate: 0.01\ntune.evalEvery: 100000\n';

describe('training', () => {
  before(() => vscode.commands.executeCommand('promptTuner.runs.focus'));

  it('offers a way to begin while there are no runs', async function () {
    if (!isWatched) this.skip();
    await windowShows(/No runs yet\.[\s\S]*Train…/, 'welcome');
    await readWindow('welcome', true);
  });

  it('trains in a process of its own; the tree shows the run at work, and its accuracy afterwards', async function () {
    await openVariant('triage.ten', quick);
    const before = runs();
    let ended = false;
    const training = vscode.commands.executeCommand('promptTuner.trainSoft').then(() => {
      ended = true;
    });
    await until('the run folder', () => newRuns(before).length === 1);
    const pids = newRuns(before).map(({ process: owner }) => owner?.pid);
    assert(!pids.includes(process.pid), 'the extension host must not train');
    if (isWatched && !ended) await windowShows(/triage\.ten[\s\S]*soft · /, 'working');
    await training;
    const [run] = newRuns(before);
    assert.equal(run?.status, 'done', JSON.stringify(run?.error));
    assert.equal(run.method, 'soft');
    assert.equal(run.progress.step, 10);
    assert.equal(run.result?.split, 'test');
    const metrics = readFileSync(join(runsFolder(), run.id, 'metrics.jsonl'), 'utf8');
    assert.equal(
      metrics
        .trim()
        .split('\n')
        .filter((line) => 'gradientNorm' in (JSON.parse(line) as object)).length,
      10,
    );
    if (isWatched) await windowShows(/triage\.ten[\s\S]*soft · test acc \d\.\d\d/, 'trained');
  });

  it('evaluates a hard prompt into a run of its own', async () => {
    const document = await openVariant('triage.ten', quick);
    const before = runs();
    await vscode.commands.executeCommand('promptTuner.evaluateHard', document.uri);
    const [run] = newRuns(before);
    assert.equal(run?.status, 'done', JSON.stringify(run?.error));
    assert.equal(run.method, 'hard');
    assert.equal(run.result?.trainedParameters, 0);
  });

  it('exports a report on runs by the command line program', async () => {
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
    const ids = runs()
      .filter(({ status, template }) => status === 'done' && template.path.includes('triage.ten'))
      .map(({ id }) => id);
    const to = join(workspaceFolder(), 'report.html');
    assert.equal(await vscode.commands.executeCommand('promptTuner.exportReport', { runs: ids, to }), to);
    const html = readFileSync(to, 'utf8');
    for (const id of ids) assert(html.includes(id));
  });

  it('shows both in the comparison panel', async function () {
    await vscode.commands.executeCommand('promptTuner.openComparison');
    await untilOpen('Comparison');
    if (!isWatched) this.skip();
    const [soft] = runs().filter(({ method }) => method === 'soft');
    const accuracy = soft?.result?.accuracy.toFixed(3) ?? '';
    await windowShows(
      new RegExp(`hard[\\s\\S]*soft[\\s\\S]*${accuracy.replace('.', '\\.')}[\\s\\S]*Always “`),
      'panel',
    );
    await inThemes('panel');
  });

  it('compares hard and soft by one command, which opens the panel first', async () => {
    const document = await openVariant('triage.both', quick);
    const before = runs();
    await vscode.commands.executeCommand('promptTuner.compare', document.uri, ['hard', 'soft']);
    assert.deepEqual(
      newRuns(before)
        .map(({ method, status }) => `${method} ${status}`)
        .sort(),
      ['hard done', 'soft done'],
    );
    if (isWatched) await windowShows(/Comparison[\s\S]*triage\.both[\s\S]*triage\.both/, 'both');
  });

  it('compares both forms of a prompt on a chat model, as they are chosen from a list', async function () {
    if (!isWatched) this.skip();
    const model = join(workspaceFolder(), 'chatty');
    writeChatModel(model);
    try {
      const text = readFileSync(join(workspaceFolder(), 'triage', 'triage.prompt'), 'utf8');
      const document = await openWith(
        'triage/forms.prompt',
        text.replace('model: builtin\n', `model: ../chatty\n${quick}`),
      );
      const before = runs();
      const comparing = vscode.commands.executeCommand('promptTuner.compare', document.uri);
      await windowShows(inOrder(/Compare/, /Soft Prompt/, /P-Tuning v2/), 'methods');
      await key('Enter');
      await windowShows(inOrder(/As the Template Says/, /Both Forms/, /twice as many runs/), 'forms');
      await inThemes('forms-choice');
      await type('Both');
      await accept(/Both Forms/);
      await windowShows(inOrder(/1 Seed/, /3 Seeds/, /5 Seeds/), 'seeds');
      await accept(/1 Seed/);
      await comparing;
      const made = newRuns(before);
      assert.deepEqual(
        made.map(({ method, status, result }) => `${method} ${status} ${result?.form?.format}`).sort(),
        ['hard done chat', 'hard done text', 'soft done chat', 'soft done text'],
        JSON.stringify(made.map(({ error }) => error)),
      );
      const chat = made.find(({ result }) => result?.form?.format === 'chat');
      assert.match(chat?.result?.form?.chatTemplate?.sha256 ?? '', /^[0-9a-f]{64}$/);
      for (const { method, settings, result } of made) {
        const mass = (result?.labelMass ?? NaN).toFixed(3).replace('.', '\\.');
        await windowShows(new RegExp(`${method} \\(format ${settings.format}\\)[^☆]*${mass}`), 'both-forms');
      }
      await vscode.commands.executeCommand('notifications.clearAll');
      await inThemes('both-forms');
    } finally {
      rmSync(model, { recursive: true });
    }
  });

  it('stops a run when asked, and keeps its checkpoint', async () => {
    await openVariant('triage.endless', endless);
    const before = runs();
    const training = vscode.commands.executeCommand('promptTuner.trainSoft');
    await until('the first step', () => newRuns(before).some(({ progress }) => stepsTaken(progress) > 0));
    if (isWatched) {
      await windowShows(/soft · step \d+\/100k/, 'live');
      await readWindow('live', true);
    }
    await vscode.commands.executeCommand('promptTuner.stop');
    await training;
    const [run] = newRuns(before);
    assert.equal(run?.status, 'stopped', JSON.stringify(run?.error));
    assert(existsSync(join(runsFolder(), run.id, 'checkpoint')));
  });

  it('sees a run that another window has queued go on in the same trainer, one after the other', async () => {
    await openVariant('triage.endless', endless);
    const before = runs();
    const training = vscode.commands.executeCommand('promptTuner.trainSoft');
    await until('the first step', () => newRuns(before).some(({ progress }) => stepsTaken(progress) > 0));
    const document = await openVariant('triage.ten', quick);
    const waiting = vscode.commands.executeCommand('promptTuner.trainSoft', document.uri);
    await until('the waiting run', () => newRuns(before).some(({ status }) => status === 'queued'));
    const first = newRuns(before).find(({ status }) => status === 'running');
    await requestStop(join(runsFolder(), first!.id));
    await Promise.all([training, waiting]);
    assert.deepEqual(
      newRuns(before)
        .map(({ status }) => status)
        .sort(),
      ['done', 'stopped'],
    );
  });

  it('says so when the trainer is killed, and resumes the run from its checkpoint in another', async () => {
    await openVariant('triage.often', endless.replace('evalEvery: 100000', 'evalEvery: 5'));
    const before = runs();
    const training = vscode.commands.executeCommand('promptTuner.trainSoft');
    await until('a checkpoint', () => newRuns(before).some(({ progress }) => stepsTaken(progress) > 6));
    const [{ process: owner, id }] = newRuns(before) as [RunRecord];
    assert(owner);
    assert.notEqual(owner.pid, process.pid);
    process.kill(owner.pid, 'SIGKILL');
    await training;
    assert.equal((await readRun(join(runsFolder(), id))).status, 'lost');
    if (isWatched) await windowShows(/has died/, 'killed');
    const {
      progress: { step },
    } = await readRun(join(runsFolder(), id));
    await vscode.commands.executeCommand('promptTuner.resume', {
      folder: join(runsFolder(), id),
      record: await readRun(join(runsFolder(), id)),
    });
    await until(
      'the resumed run to pass where it was',
      async () => stepsTaken((await readRun(join(runsFolder(), id))).progress) > step,
    );
    assert.notEqual((await readRun(join(runsFolder(), id))).process?.pid, owner.pid);
    await requestStop(join(runsFolder(), id));
    await until('the stop', async () => (await readRun(join(runsFolder(), id))).status === 'stopped');
  });

  it('says at its place what is wrong with a template that cannot be trained', async function () {
    const document = await openWith('triage/unfit.prompt', '---\nmodel: builtin\n---\nHello {{text}}\n');
    const before = runs();
    await vscode.commands.executeCommand('promptTuner.trainSoft', document.uri);
    assert.deepEqual(
      newRuns(before).filter(({ status }) => status === 'done'),
      [],
    );
    if (isWatched) await windowShows(/answer/i, 'unfit');
  });
});
