import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { listRuns } from '../../../../src/runs/store/scanRuns';
import { runsFolder } from '../runs';
import {
  fill,
  inOrder,
  inThemes,
  isWatched,
  key,
  openWith,
  press,
  untilOpen,
  windowShows,
  workspaceFolder,
} from '../window';

/** Its answers are as long as the model's context lets them be. */
const template = `---
model: builtin
input: { schema: { start: string } }
output: { schema: { story: string } }
config: { temperature: 1, maxOutputTokens: 1000, seed: 2 }
tune.metrics: [f1]
tune.data: { test: story.jsonl }
---
A long story: {{start}}{{story}}
`;

const at = (name: string): string => join(workspaceFolder(), name);
const ours = async () => (await listRuns(runsFolder())).filter(({ template: { path } }) => path === at('story.prompt'));

describe('a text answer to a typed input', () => {
  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    writeFileSync(at('story.jsonl'), `${JSON.stringify({ start: 'Once', story: 'upon a time' })}\n`);
    const { uri } = await openWith('story.prompt', template);
    await vscode.commands.executeCommand('promptTuner.evaluateHard', uri);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('promptTuner.openComparison', uri);
    await untilOpen('Comparison');
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const { id } of await ours()) rmSync(join(runsFolder(), id), { recursive: true });
    for (const name of ['story.prompt', 'story.jsonl']) rmSync(at(name));
    await vscode.commands.executeCommand('promptTuner.refreshRuns');
  });

  it('is shown while it is written, and stays as far as it is when it is stopped', async function () {
    if (!isWatched) this.skip();
    await windowShows(/Try it/, 'try-it');
    await press('tab', 'Try it');
    await windowShows(/Type an input/, 'try-it');
    await fill('start', 'The old man went to the sea');
    await windowShows(/\d+ tokens, [\d,.]+ a second/, 'writing');
    await press('button', 'Stop');
    await windowShows(
      inOrder(/Stopped\./, /\d+ tokens read, \d+ written in [\d.]+ m?s; [\d,.]+ tokens a second/),
      'stopped',
    );
    await inThemes('try-it-stopped');
  });

  it('is asked for anew, and stopped from the keyboard', async function () {
    if (!isWatched) this.skip();
    await press('button', 'Ask Now');
    await windowShows(/\d+ tokens, [\d,.]+ a second/, 'writing');
    await key('Escape');
    await windowShows(/Stopped\./, 'stopped');
  });

  it('ends with the page, and is written again once that is back', async function () {
    if (!isWatched) this.skip();
    await press('button', 'Ask Now');
    await windowShows(/\d+ tokens, [\d,.]+ a second/, 'writing');
    await openWith('story.prompt', template);
    await vscode.commands.executeCommand('promptTuner.openComparison');
    await windowShows(/\d+ tokens, [\d,.]+ a second/, 'writing again');
    await windowShows(/Cut off after [\d,]+ tokens/, 'cut off');
  });
});
