import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { listRuns } from '../../../../src/runs/store/scanRuns';
import { runsFolder } from '../runs';
import { inThemes, isWatched, key, openWith, press, untilOpen, windowShows, workspaceFolder } from '../window';

const template = `---
model: ./no-model-here
input: { schema: { text: string } }
output: { schema: { label(enum): [good, bad] } }
tune.data: { dev: weather-rows.jsonl, test: weather-rows.jsonl }
---
{{text}} It is{{label}}
`;
const days = Array.from({ length: 40 }, (_, i) => ({ text: `Day ${i}`, label: i % 3 === 0 ? 'bad' : 'good' }));
const answersOf = (wrong: number): string =>
  ['text;prediction', ...days.map(({ text, label }, i) => `${text};${i < wrong ? 'neither' : label}`), ''].join('\r\n');

const at = (name: string): string => join(workspaceFolder(), name);
const add = (choice: object): Thenable<unknown> =>
  vscode.commands.executeCommand('promptTuner.addAnswers', vscode.Uri.file(at('answers.prompt')), choice);
const ours = async () =>
  (await listRuns(runsFolder())).filter(({ template: { path } }) => path === at('answers.prompt'));

describe('answers from a file', () => {
  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    writeFileSync(at('weather-rows.jsonl'), days.map((day) => `${JSON.stringify(day)}\n`).join(''));
    writeFileSync(at('people.csv'), answersOf(4));
    writeFileSync(at('service.csv'), answersOf(20));
    writeFileSync(at('broken.csv'), 'text;answer\r\nDay 0;good\r\n');
    await openWith('answers.prompt', template);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { id } of await ours()) rmSync(join(runsFolder(), id), { recursive: true });
    for (const name of ['answers.prompt', 'weather-rows.jsonl', 'people.csv', 'service.csv', 'broken.csv'])
      rmSync(at(name));
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
  });

  it('stand in the comparison by their name, as not produced here', async () => {
    await add({ file: at('service.csv'), split: 'test', name: 'the old service' });
    await add({ file: at('people.csv'), split: 'test', name: 'people' });
    const runs = await ours();
    assert.deepEqual(runs.map(({ method, given }) => [method, given?.name]).sort(), [
      ['answers', 'people'],
      ['answers', 'the old service'],
    ]);
    await untilOpen('Comparison');
    if (!isWatched) return;
    await windowShows(/people \(not produced here\)[\s\S]*0\.900/, 'answers');
    await windowShows(/the old service \(not produced here\)[\s\S]*0\.500/, 'answers');
    await vscode.commands.executeCommand('notifications.clearAll');
    await inThemes('answers-from-file');
  });

  it('are asked for split and name by the button of the panel', async function () {
    if (!isWatched) this.skip();
    await vscode.commands.executeCommand('promptTuner.openComparison', vscode.Uri.file(at('answers.prompt')));
    await press('button', 'Add Answers from File…');
    await windowShows(/Add Answers from File: a table or JSON file with a column "prediction"/, 'answers-open');
    await key('Escape');
  });

  it('say in one sentence what is wrong with their file', async function () {
    if (!isWatched) this.skip();
    await add({ file: at('broken.csv'), split: 'test', name: 'x' });
    await windowShows(/The file has no column "prediction"; it has "text" and "answer"\./, 'answers-broken');
    assert.equal((await ours()).length, 2);
  });
});
