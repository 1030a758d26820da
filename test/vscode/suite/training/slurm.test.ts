import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunRecord } from '../../../../src/runs/record/record';
import { standInSlurm, type StandInSlurm } from '../../../support/standIns/standInSlurm';
import { until } from '../../../support/running/until.mjs';
import { allRuns, newestFirst, runsFolder, type Run } from '../runs';
import {
  accept,
  inOrder,
  inThemes,
  isWatched,
  key,
  openWith,
  press,
  readWindow,
  type,
  untilOpen,
  windowShows,
  workspaceFolder,
} from '../window';

const quick = 'tune.steps: 4\ntune.batchSize: 2\ntune.evalEvery: 2\ntune.learningRate: 0.1\n';

/** The runs of the template of these tests, newest first. */
const runs = (): readonly Run[] =>
  allRuns()
    .filter(({ record }) => record.template.path.endsWith('triage.cluster.prompt'))
    .sort(newestFirst);

function change(run: Run, changes: Partial<RunRecord>): void {
  const file = join(run.folder, 'run.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as RunRecord), ...changes }));
}

/** Answers *Where* with Slurm, and what is asked of it. */
async function chooseSlurm(...answers: readonly string[]): Promise<void> {
  await windowShows(inOrder(/Where/, /This Machine/, /Slurm/, /a task for each run/), 'where');
  await type('Slurm');
  await accept(/Slurm/);
  for (const [index, question] of ['partition', 'time limit of a stay', 'memory for a run'].entries()) {
    await windowShows(new RegExp(`Slurm: ${question}`), 'asked');
    if (answers[index]) await type(answers[index]);
    await key('Enter');
  }
}

describe('a study on Slurm, from the window', () => {
  let slurm: StandInSlurm;
  let document: vscode.TextDocument;
  let ended: Thenable<unknown> = Promise.resolve();

  before(async function () {
    if (!isWatched) this.skip();
    slurm = standInSlurm();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('notifications.clearAll');
    const text = readFileSync(join(workspaceFolder(), 'triage', 'triage.prompt'), 'utf8');
    document = await openWith(
      'triage/triage.cluster.prompt',
      text.replace('model: builtin\n', `model: builtin\n${quick}`),
    );
  });
  after(async () => {
    slurm?.remove();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { folder } of runs()) rmSync(folder, { recursive: true });
    rmSync(join(runsFolder(), '.slurm'), { recursive: true, force: true });
    rmSync(join(workspaceFolder(), 'triage', 'triage.cluster.prompt'), { force: true });
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
  });

  it('is handed over where the wizard is told so, with what is asked of Slurm', async () => {
    slurm.say(['40|0|PENDING|0:00|2:00:00||Priority']);
    ended = vscode.commands.executeCommand('promptTuner.train', document.uri);
    await windowShows(/\(1\/3\)/, 'methods');
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await windowShows(/\(2\/3\)/, 'data');
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await windowShows(inOrder(/\(3\/3\)/, /Start Training/, /Where\s*this machine/), 'settings');
    await type('Where');
    await accept(/Where/);
    await chooseSlurm('long', '2:00:00', '600M');
    await windowShows(/Where\s*Slurm, long, 2:00:00, 600M/, 'chosen');
    await inThemes('slurm-wizard');
    await accept(/Start Training/);
    await until('sbatch to be called', () => slurm.calls().length > 0);
    const [call] = slurm.calls();
    for (const word of ['--array=0-0', '--partition=long', '--time=2:00:00', '--mem=600M', '--requeue'])
      assert(call!.split(' ').includes(word), call);
  });

  it('waits with the reason that Slurm gives, in tree, status bar and page', async () => {
    await windowShows(/triage\.cluster[\s\S]*waiting, Priority/, 'waiting');
    await windowShows(/1 waiting/, 'bar');
    await vscode.commands.executeCommand('promptTuner.openRun', runs()[0]);
    await untilOpen('Soft Prompt on triage.cluster');
    await windowShows(/Slurm 40_0: Priority \(others come first\)/, 'page');
    await inThemes('slurm-waiting');
  });

  it('is held by Pause and released by Resume', async () => {
    const [run] = runs();
    await vscode.commands.executeCommand('promptTuner.pause', run);
    assert(slurm.calls().includes('scontrol hold 40_0'), slurm.calls().join('\n'));
    slurm.say(['40|0|PENDING|0:00|2:00:00||JobHeldUser']);
    await windowShows(/triage\.cluster[\s\S]*paused[\s\S]*Slurm 40_0: held/, 'held');
    await inThemes('slurm-held');
    await vscode.commands.executeCommand('promptTuner.resume', run);
    assert(slurm.calls().includes('scontrol release 40_0'), slurm.calls().join('\n'));
  });

  it('is at work on a node, with the time used of its limit, and its Slurm log can be read', async () => {
    const [run] = runs();
    slurm.say(['40|0|RUNNING|1:04:10|2:00:00|n12|None']);
    const now = new Date().toISOString();
    change(run!, {
      status: 'running',
      started: now,
      allocations: [{ job: '40_0', host: 'n12', restarts: 0, processor: 'x', threads: 1, step: 0 }],
    });
    await windowShows(inOrder(/soft · starting · on n12/, /Slurm 40_0 on n12, 1 h 04 min of 2 h 00 min/), 'working');
    await inThemes('slurm-working');
    const [submission] = readdirSync(join(runsFolder(), '.slurm'));
    writeFileSync(join(runsFolder(), '.slurm', submission!, 'log-40_0.txt'), 'prologue: module node is here\n');
    await vscode.commands.executeCommand('promptTuner.showSlurmLog', run);
    await untilOpen('log-40_0.txt');
    await windowShows(/prologue:\smodule\snode\sis\shere/, 'log');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('that Slurm has ended says why in words and what to do, and is handed over again by Resume', async () => {
    slurm.say(['40|0|OUT_OF_MEMORY|1:05:00|2:00:00|n12|OutOfMemory']);
    await windowShows(
      /Slurm ended the run because it used more memory than it had asked for[\s\S]*more memory \(--mem\)/,
      'failed',
    );
    await ended;
    await inThemes('slurm-failed');
    await vscode.commands.executeCommand('notifications.clearAll');
    slurm.say(['41|0|PENDING|0:00|2:00:00||Resources']);
    await vscode.commands.executeCommand('promptTuner.resume', runs()[0]);
    await windowShows(/Slurm 41_0: Resources/, 'again');
    await vscode.commands.executeCommand('promptTuner.stop', runs()[0]);
    assert(slurm.calls().includes('scancel 41_0'), slurm.calls().join('\n'));
    await windowShows(/stopped/, 'stopped');
  });

  it('is asked for in the form too', async () => {
    await vscode.commands.executeCommand('promptTuner.trainForm', document.uri);
    await press('checkbox', 'Train on Slurm, a task for each run');
    await windowShows(inOrder(/Where/, /Partition/, /Time limit of a stay/, /Memory for a run/), 'form');
    await inThemes('slurm-form');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('compares methods and opens the comparison once all have ended', async () => {
    slurm.say(['42|0|RUNNING|0:10|2:00:00|n12|None', '42|1|RUNNING|0:10|2:00:00|n12|None']);
    slurm.work();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const before = runs().length;
    const comparing = vscode.commands.executeCommand('promptTuner.compare', document.uri);
    await windowShows(inOrder(/Compare/, /Soft Prompt/, /P-Tuning v2/), 'methods');
    await key('Enter');
    await windowShows(inOrder(/1 Seed/, /3 Seeds/), 'seeds');
    await accept(/1 Seed/);
    await chooseSlurm('', '', '600M');
    await comparing;
    await untilOpen('Comparison');
    const made = runs().slice(0, runs().length - before);
    assert.deepEqual(
      made.map(({ record }) => `${record.method} ${record.status} ${record.allocations?.[0]?.job}`).sort(),
      ['hard done 42_0', 'soft done 42_1'],
      JSON.stringify(made.map(({ record }) => record.error)),
    );
    assert(slurm.calls().some((call) => call.includes('--dependency=afterany:42')));
    const accuracy = made.find(({ record }) => record.method === 'soft')!.record.result!.accuracy.toFixed(3);
    await windowShows(new RegExp(`hard[\\s\\S]*soft[\\s\\S]*${accuracy.replace('.', '\\.')}`), 'compared');
    await inThemes('slurm-compared');
  });

  it('that Slurm refuses is said in its sentence and leaves no run', async () => {
    // Words of the comparison's page are those of the lists.
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const before = readdirSync(runsFolder()).length;
    slurm.refuse('sbatch: error: Batch job submission failed: Invalid partition name specified');
    const comparing = vscode.commands.executeCommand('promptTuner.compare', document.uri);
    await windowShows(inOrder(/Compare/, /Soft Prompt/, /P-Tuning v2/), 'methods');
    await key('Enter');
    await windowShows(inOrder(/1 Seed/, /3 Seeds/), 'seeds');
    await accept(/1 Seed/);
    await chooseSlurm('nowhere', '', '600M');
    await comparing;
    await windowShows(/Slurm refuses it \(sbatch\): Batch job submission failed: Invalid partition name/, 'refused');
    await readWindow('slurm-refused', true);
    assert.equal(readdirSync(runsFolder()).length, before);
    assert(existsSync(join(runsFolder(), '.slurm')));
  });
});
