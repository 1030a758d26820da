import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { frontText } from '../../../support/runs/frontText';
import type { RunRecord } from '../../../../src/runs/record/record';
import { allRuns, runsFolder, type Run } from '../runs';
import { inThemes, isWatched, openWith, press, readWindow, windowShows, workspaceFolder } from '../window';

const settings = `tune.instruction: text
tune.searchBudget: 100
tune.steps: 1
tune.learningRate: 0.01
`;

function ask<T>(command: string, ...words: readonly unknown[]): Thenable<T> {
  return vscode.commands.executeCommand<T>(command, ...words);
}

/** Trains in a terminal's way, which needs nobody to look at it. */
async function train(file: string): Promise<void> {
  const { extensionPath } = vscode.extensions.getExtension('prompt-tuner.prompt-tuner')!;
  const args = [join(extensionPath, 'dist', 'cli.js'), 'train', file, '--method', 'v2', '--runs', runsFolder()];
  await promisify(execFile)(process.execPath, args, { cwd: workspaceFolder(), maxBuffer: 2 ** 24 });
}

/** A run of triage on many rows of test, whose search has kept three more texts. */
async function runWithFront(): Promise<Run> {
  const triage = join(workspaceFolder(), 'triage');
  const rows = readFileSync(join(triage, 'data', 'test.jsonl'), 'utf8');
  writeFileSync(join(triage, 'data', 'many.jsonl'), rows.repeat(8));
  const text = readFileSync(join(triage, 'triage.prompt'), 'utf8');
  const document = await openWith(
    'triage/kept.prompt',
    text.replace('data/test.jsonl', 'data/many.jsonl').replace('model: builtin\n', `model: builtin\n${settings}`),
  );
  await train(document.uri.fsPath);
  const run = allRuns().find(({ record }) => record.template.path === document.uri.fsPath)!;
  assert.equal(run.record.status, 'done', JSON.stringify(run.record.error));
  const { rewritten } = run.record;
  const texts = new Set([rewritten!.original, rewritten!.instruction]);
  const front = [
    ...[...texts].map((each, i) => frontText(each, 0.1 * i)),
    frontText('Say which desk the message goes to.', 0.7, { accuracy: 0.6, accuracyInterval: [0.4, 0.8] }),
    frontText('Message desk: billing bug account delivery', 2.4, { accuracy: 0.7, accuracyInterval: [0.5, 0.85] }),
  ];
  writeFileSync(join(run.folder, 'run.json'), JSON.stringify({ ...run.record, rewritten: { ...rewritten, front } }));
  await ask('promptTuner.refreshRuns');
  return run;
}

describe('the texts that a search has kept', () => {
  it('are measured on test from the page of the run, counted and stopped on the way', async function () {
    if (!isWatched) this.skip();
    const run = await runWithFront();
    const record = () => JSON.parse(readFileSync(join(run.folder, 'run.json'), 'utf8')) as RunRecord;
    const count = record().rewritten!.front!.length;
    await ask('workbench.action.closeAllEditors');
    await ask(
      'promptTuner.openRun',
      allRuns().find(({ folder }) => folder === run.folder),
    );
    await windowShows(/Texts that the search kept/, 'measure-front');
    await press('radio', `Text ${count}`);
    await press('button', 'Measure on Test');
    await windowShows(/Measuring on test: \d+ of 800 rows/, 'measuring');
    await press('button', 'Stop');
    await windowShows(/Stopped before it was measured; the run is as it was\./, 'measuring-stopped');
    await readWindow('measuring-stopped', true);
    assert.equal(record().textsOnTest, undefined);
    for (const number of [count, count - 1]) {
      await press('radio', `Text ${number}`);
      await press('button', 'Measure on Test');
      if (number === count) await readWindow('measuring-text', true);
      await windowShows(
        number === count ? /1 other text was looked at on test/ : /2 other texts were looked at on test/,
        `measured-${number}`,
      );
    }
    assert.equal(record().textsOnTest?.length, 2);
    await windowShows(/against the original, p [=<] ?[\d.]+ by Holm for 2 texts looked at/, 'measured-holm');
    await inThemes('measured-text');
  });

  it('stand in the comparison panel too, which leads to them on the page of the run', async function () {
    if (!isWatched) this.skip();
    const run = allRuns().find(({ record }) => record.template.path.endsWith('kept.prompt'))!;
    await ask('promptTuner.openComparison', vscode.Uri.file(run.record.template.path));
    await press('tab', 'Learned');
    await windowShows(/Texts that the searches kept[\s\S]*2 other texts were looked at on test/, 'panel-front');
    await inThemes('panel-front');
    await press('button', 'Show on Its Page');
    await windowShows(/Numbers behind the curves|A hard prompt is measured|Samples/, 'front-page');
    await readWindow('front-in-view', true);
    await ask('workbench.action.closeAllEditors');
  });
});
