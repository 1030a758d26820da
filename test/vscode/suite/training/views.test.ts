import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { settingsMethod } from '../../../../src/runs/record/producedRun';
import type { RunRecord } from '../../../../src/runs/record/record';
import { readRun } from '../../../../src/runs/store/runFolder';
import { until, untilHolds } from '../../../support/running/until.mjs';
import { allRuns, newestFirst, runsFolder, type Run } from '../runs';
import {
  cutOff,
  fill,
  inThemes,
  inOrder,
  isWatched,
  openWith,
  press,
  readWindow,
  undo,
  untilOpen,
  windowShows,
  workspaceFolder,
} from '../window';

/** The runs of a template, newest first. */
function runsOf(template: string): readonly Run[] {
  return allRuns()
    .filter(({ record }) => record.template.path.endsWith(`${template}.prompt`))
    .sort(newestFirst);
}

const labelsOf = ({ folder }: Run) =>
  JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as Record<string, unknown>;

const quick = 'tune.steps: 12\ntune.batchSize: 2\ntune.evalEvery: 4\ntune.learningRate: 0.1\n';

describe('the sidebar, the run page and the form', () => {
  let document: vscode.TextDocument;

  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const text = readFileSync(join(workspaceFolder(), 'triage', 'triage.prompt'), 'utf8');
    document = await openWith(
      'triage/triage.views.prompt',
      text.replace('model: builtin\n', `model: builtin\n${quick}`),
    );
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('list templates with their variants, and the embedded model', async function () {
    if (!isWatched) this.skip();
    await vscode.commands.executeCommand('promptTuner.models.focus');
    await windowShows(/Embedded[\s\S]*builtin/, 'models');
    await vscode.commands.executeCommand('promptTuner.templates.focus');
    await windowShows(/questions[\s\S]*triage[\s\S]*triage\.views/, 'templates');
  });

  it('train a grid by one command as one study, whose runs the tree groups', async () => {
    await vscode.commands.executeCommand('promptTuner.train', document.uri, {
      methods: ['soft'],
      set: { 'tune.learningRate': '0.05, 0.2' },
    });
    const runs = runsOf('triage.views');
    assert.deepEqual(
      runs.map(({ record }) => `${record.status} ${record.settings.learningRate}`).sort(),
      ['done 0.05', 'done 0.2'],
      JSON.stringify(runs.map(({ record }) => record.error)),
    );
    assert.equal(new Set(runs.map(({ record }) => record.study?.id)).size, 1);
    assert.deepEqual(runs[0]?.record.study?.varied, ['learningRate']);
    if (!isWatched) return;
    await windowShows(
      inOrder(
        /triage\.views/,
        /learningRate\s*2 runs · best 0\.\d\d/,
        /0\.2\s*test acc 0\.\d\d ±0\.\d\d/,
        /0\.05\s*test acc 0\.\d\d ±0\.\d\d/,
      ),
      'study',
    );
    await vscode.commands.executeCommand('notifications.clearAll');
    await inThemes('sidebar');
    await untilHolds('nothing to be cut off', async () => assert.deepEqual(await cutOff(), []));
  });

  it('lead from methods over data to settings in words, and start nothing when it is left', async function () {
    if (!isWatched) this.skip();
    const before = runsOf('triage.views').length;
    const asking = vscode.commands.executeCommand('promptTuner.train', document.uri);
    await windowShows(/Train triage\.views \(1\/3\)[\s\S]*Soft Prompt[\s\S]*P-Tuning v1[\s\S]*P-Tuning v2/, 'methods');
    await readWindow('wizard-methods', true);
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await windowShows(/\(2\/3\)[\s\S]*Use These Files[\s\S]*data\/train\.jsonl[\s\S]*180 rows/, 'data');
    await readWindow('wizard-data', true);
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await windowShows(
      /\(3\/3\)[\s\S]*Start Training[\s\S]*Open as Form[\s\S]*tune\.labels\s*billing: " money", bug: " fault"/,
      'settings',
    );
    await readWindow('wizard-settings', true);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await asking;
    assert.equal(runsOf('triage.views').length, before);
  });

  it('open the page of a run with its curves, samples and log', async function () {
    const [run] = runsOf('triage.views');
    await vscode.commands.executeCommand('promptTuner.openRun', run);
    await untilOpen('Soft Prompt on triage.views');
    assert.equal(readFileSync(join(run!.folder, 'samples.jsonl'), 'utf8').trim().split('\n').length, 3);
    if (!isWatched) this.skip();
    await windowShows(
      inOrder(/Accuracy/, /Smoothing/, /Accuracy on dev/, /Memory/, /Samples/, /Step 12/, /Log/, /Done: accuracy/),
      'page',
    );
    await vscode.commands.executeCommand('promptTuner.runs.focus');
    await inThemes('run');
  });

  it('rename, note and star a run in its own folder', async () => {
    const [run] = runsOf('triage.views');
    await vscode.commands.executeCommand('promptTuner.renameRun', run, 'bold');
    await vscode.commands.executeCommand('promptTuner.noteRun', run, 'four times the rate');
    await vscode.commands.executeCommand('promptTuner.starRun', run);
    assert.deepEqual(labelsOf(run!), { name: 'bold', note: 'four times the rate', starred: true });
    if (isWatched) await windowShows(/★ bold[\s\S]*four times the rate/, 'labelled');
    await vscode.commands.executeCommand('promptTuner.unstarRun', run);
    assert.equal(labelsOf(run!).starred, false);
  });

  it('copy the settings of a run as lines for the front matter', async () => {
    await vscode.commands.executeCommand('promptTuner.copySettings', runsOf('triage.views')[0]);
    await untilHolds('the lines', async () => {
      const copied = await vscode.env.clipboard.readText();
      assert.match(copied, /^tune\.steps: 12$/m);
      assert.match(copied, /^tune\.learningRate: 0\.(?:05|2)$/m);
    });
  });

  it('train again with the settings of the run, whatever the template says by now', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
      document.getText().replace('tune.steps: 12', 'tune.steps: 99'),
    );
    await vscode.workspace.applyEdit(edit);
    const before = runsOf('triage.views');
    await vscode.commands.executeCommand('promptTuner.trainAgain', before[0]);
    const [again] = runsOf('triage.views');
    assert.equal(again?.record.status, 'done', JSON.stringify(again?.record.error));
    assert.notEqual(again.record.id, before[0]?.record.id);
    assert.deepEqual({ ...again.record.settings, seeds: 1 }, { ...before[0]?.record.settings, seeds: 1 });
  });

  it('delete a run after asking, and only then', async () => {
    const [run] = runsOf('triage.views');
    const { showWarningMessage } = vscode.window;
    const answer = async (words: readonly (string | undefined)[]) => {
      const said: string[] = [];
      const left = [...words];
      Object.assign(vscode.window, {
        showWarningMessage: (text: string) => {
          said.push(text);
          return Promise.resolve(left.shift());
        },
      });
      try {
        await vscode.commands.executeCommand('promptTuner.deleteRun', run);
      } finally {
        Object.assign(vscode.window, { showWarningMessage });
      }
      return said;
    };
    assert.match((await answer([undefined]))[0] ?? '', /with checkpoint, adapter and log\?$/);
    assert(existsSync(run!.folder));
    await answer(['Move to Trash', 'Delete Permanently']);
    assert(!existsSync(run!.folder));
  });

  it('show runs that ended badly as such, offer to resume what was lost, and cut nothing off', async function () {
    const { record } = runsOf('triage.views')[0]!;
    const { result, selection } = record;
    const text = readFileSync(join(workspaceFolder(), 'triage', 'triage.prompt'), 'utf8');
    await openWith('triage/triage.ill.prompt', text);
    const path = join(workspaceFolder(), 'triage', 'triage.ill.prompt');
    const ill = (id: string, changes: Partial<RunRecord>) => {
      const rest = { ...record, study: undefined, result: undefined, selection: undefined };
      mkdirSync(join(runsFolder(), id));
      const made: RunRecord = {
        ...rest,
        id,
        template: { ...record.template, path, text },
        settings: { ...record.settings, method: settingsMethod({ method: changes.method ?? record.method }) },
        generation: 1,
        process: undefined,
        ...(changes.status === 'done' && { result, selection }),
        ...changes,
      };
      writeFileSync(join(runsFolder(), id, 'run.json'), JSON.stringify(made));
    };
    const progress = { phase: 'training', step: 137, steps: 300 } as const;
    ill('ill-failed', {
      status: 'failed',
      progress,
      error: {
        code: 'loss-not-finite',
        message: 'The loss is no longer a number at step 138. Lower tune.learningRate.',
      },
    });
    ill('ill-stopped', { status: 'stopped', progress, selection });
    ill('ill-collapsed', { status: 'done', collapsed: 'delivery' });
    ill('ill-measuring', {
      method: 'hard',
      status: 'running',
      progress: { phase: 'testing', step: 40, steps: 100 },
      process: { pid: 2 ** 22 + 7, heartbeat: record.created },
    });
    mkdirSync(join(runsFolder(), 'ill-damaged'));
    writeFileSync(join(runsFolder(), 'ill-damaged', 'run.json'), '{"format":1,');
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
    if (!isWatched) return;
    await windowShows(/triage\.ill\s*4 runs[\s\S]*has died at row/, 'ill');
    for (const words of [
      /soft · failed · step 137\/300/,
      /soft · stopped · not measured/,
      /soft · test acc 0\.\d\d\s*collapsed/,
      /hard · lost · row 40\/100/,
      /The process that worked on triage\.ill has died at row 40 of 100\.[\s\S]*Resume[\s\S]*Always Resume/,
    ])
      await windowShows(words, 'ill');
    await inThemes('ill');
    await vscode.commands.executeCommand('notifications.clearAll');
    await untilHolds('nothing to be cut off', async () => assert.deepEqual(await cutOff(), []));
    await vscode.commands.executeCommand('workbench.actions.treeView.promptTuner.runs.collapseAll');
    await windowShows(/ill-damaged\s*cannot be read/, 'damaged');
    await untilHolds('nothing to be cut off', async () => assert.deepEqual(await cutOff(), []));
    // The way out of a measurement that was lost is the same as of a training.
    await vscode.commands.executeCommand('promptTuner.resume', {
      folder: join(runsFolder(), 'ill-measuring'),
      record: await readRun(join(runsFolder(), 'ill-measuring')),
    });
    let measured: RunRecord | undefined;
    await until(
      'the measurement',
      async () => (measured = await readRun(join(runsFolder(), 'ill-measuring'))).status === 'done',
      { seen: () => `${measured?.status}: ${JSON.stringify(measured?.error)}` },
    );
    rmSync(join(runsFolder(), 'ill-damaged'), { recursive: true });
  });

  it('refuse messages of another shape from a page, and say so in the log', async function () {
    if (!isWatched) this.skip();
    const { createWebviewPanel } = vscode.window;
    let say: ((message: unknown) => void) | undefined;
    Object.assign(vscode.window, {
      createWebviewPanel: (...given: Parameters<typeof createWebviewPanel>) => {
        const panel = createWebviewPanel(...given);
        const listen = panel.webview.onDidReceiveMessage;
        Object.defineProperty(panel.webview, 'onDidReceiveMessage', {
          value: (listener: (message: unknown) => void) => {
            say = listener;
            return listen(listener);
          },
        });
        return panel;
      },
    });
    try {
      await vscode.commands.executeCommand('promptTuner.openRun', {
        folder: join(runsFolder(), 'ill-failed'),
        record: await readRun(join(runsFolder(), 'ill-failed')),
      });
    } finally {
      Object.assign(vscode.window, { createWebviewPanel });
    }
    assert(say, 'the page listens');
    for (const request of [{ action: 'format the disk' }, 7, null])
      say({ mark: 'prompt-tuner', kind: 'call', id: 1, name: 'act', request });
    say({ mark: 'prompt-tuner', kind: 'call', id: 1, name: 'eval', request: {} });
    say('hello');
    await vscode.commands.executeCommand('workbench.action.output.show.prompt-tuner.prompt-tuner.Prompt Tuner');
    await windowShows(
      inOrder(
        /promptTuner\.run:\sA\scall\swas\srefused:\sThe\srequest\s"act"\shas\san\sunexpected\sshape\./,
        /promptTuner\.run:\sA\scall\swas\srefused:\sThere\sis\sno\scall\s"eval"/,
      ),
      'refused',
    );
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('open the form, say what is wrong while it is filled in, and measure a real step', async function () {
    await vscode.commands.executeCommand('promptTuner.trainForm', document.uri);
    await untilOpen('Train triage.views');
    if (!isWatched) this.skip();
    await windowShows(
      /Train triage\.views[\s\S]*tune\.learningRate[\s\S]*One training\.[\s\S]*5,120 trained numbers/,
      'form',
    );
    await fill('tune.steps', 'many');
    await windowShows(/tune\.steps must be a whole number, at least 1, not "many"\./, 'wrong');
    await fill('tune.steps. tune.steps must be a whole number, at least 1, not "many".', '15');
    await windowShows(/One training\./, 'right');
    await press('button', 'Measure a Step');
    await windowShows(
      /Measured by a real step[\s\S]*5,120[\s\S]*\d+ (?:ms|s)[\s\S]*≈ [\d.]+ (?:ms|s|min)[\s\S]*\d+ MB/,
      'measured',
    );
    await inThemes('form');
  });

  it('save what was filled in as one edit that can be undone', async function () {
    if (!isWatched) this.skip();
    const before = document.getText();
    await press('button', 'Save to Template');
    await until('the setting in the template', () => /^tune\.steps: 15$/m.test(document.getText()));
    assert.equal(document.getText().replace('tune.steps: 15', 'tune.steps: 99'), before);
    await until('the setting on the disk', () => /^tune\.steps: 15$/m.test(readFileSync(document.uri.fsPath, 'utf8')));
    await undo(document, before);
  });
});
