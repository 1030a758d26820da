import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { allRuns, runsFolder } from '../runs';
import { inThemes, isWatched, openWith, press, windowShows, workspaceFolder } from '../window';

const template = `---
model: builtin
input: { schema: { text: string } }
output: { schema: { label(enum): [good, bad] } }
tune.data: { test: days.jsonl }
---
{{text}} The day was{{label}}
`;
const count = 6000;
const rows = Array.from({ length: count }, (_, i) => `Day ${i} was long.,${i}`).join('\n');

const at = (name: string): string => join(workspaceFolder(), name);
const ours = () => allRuns().filter(({ record }) => record.template.path === at('days.prompt'));
const predict = (): Thenable<unknown> =>
  vscode.commands.executeCommand('promptTuner.predictRows', vscode.Uri.file(at('rows.csv')));
const output = (): string => at(`rows.${ours()[0]!.record.id}.csv`);

describe('rows that are predicted', () => {
  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { record } of allRuns()) rmSync(join(runsFolder(), record.id), { recursive: true });
    writeFileSync(at('days.jsonl'), `${JSON.stringify({ text: 'It rained.', label: 'bad' })}\n`);
    writeFileSync(at('rows.csv'), `text,n\n${rows}\n`);
    const { uri } = await openWith('days.prompt', template);
    await vscode.commands.executeCommand('promptTuner.evaluateHard', uri);
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(output(), { force: true });
    for (const { folder } of ours()) rmSync(folder, { recursive: true });
    for (const name of ['days.prompt', 'days.jsonl', 'rows.csv']) rmSync(at(name));
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
  });

  it('say how many and how long it takes, stop where they are told to, and go on from there', async function () {
    if (!isWatched) this.skip();
    const shown = /Predicting the rows of rows\.csv: [\d,]+ rows, [\d.]+ (?:s|min)[\s\S]* left/;
    const first = predict();
    await windowShows(shown, 'predicting');
    await press('button', 'Cancel');
    await first;
    await windowShows(/Stopped\. Predict Rows… goes on behind the last row\./, 'predicting-stopped');
    // Pictures take longer than rows on a busy machine: they come where nothing hangs on it that rows are left.
    const second = predict();
    await Promise.race([windowShows(shown, 'predicting').catch(() => undefined), second]);
    await inThemes('predicting-rows');
    await second;
    const lines = readFileSync(output(), 'utf8').trimEnd().split('\n');
    assert.equal(lines[0], 'text,n,prediction,probability,probability.good,probability.bad,error');
    assert.equal(lines.length, count + 1);
    lines.slice(1).forEach((line, i) => assert.match(line, new RegExp(`^Day ${i} was long\\.,${i},(?:good|bad),0\\.`)));
    await windowShows(/6,000 rows predicted in rows\..*\.csv\./, 'predicted');
    await inThemes('predicted-rows');
  });
});
