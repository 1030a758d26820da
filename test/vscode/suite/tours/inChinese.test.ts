import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { allRuns } from '../runs';
import { inOrder, inThemes, isWatched, key, openWith, readWindow, windowShows, workspaceFolder } from '../window';

const ask = (command: string, ...words: readonly unknown[]) => vscode.commands.executeCommand(command, ...words);

/** A few steps, and a few evaluations to draw a curve of. */
const quick = 'tune.steps: 20\ntune.batchSize: 2\ntune.evalEvery: 10\ntune.learningRate: 0.1\n';

/** Runs in a window whose language is Chinese; VS Code's own texts are English there. */
describe('in a window in Chinese', () => {
  let template: vscode.Uri;

  before(async function () {
    if (!isWatched) this.skip();
    assert.equal(vscode.env.language, 'zh-cn');
    await ask('workbench.action.closeAllEditors');
    const text = readFileSync(join(workspaceFolder(), 'triage', 'triage.prompt'), 'utf8');
    const written = text.replace('model: builtin\n', `model: builtin\n${quick}`);
    template = (await openWith('triage/triage.chinese.prompt', written)).uri;
  });
  after(() => ask('workbench.action.closeAllEditors'));

  it('views, their welcome and the commands are Chinese', async () => {
    await ask('promptTuner.templates.focus');
    await windowShows(inOrder(/模板/, /运行/, /还没有运行/, /评估硬提示/), 'chinese-sidebar');
    await inThemes('chinese-sidebar');
    void ask('workbench.action.quickOpen', '>Prompt Tuner: 评估');
    await windowShows(/Prompt Tuner: 评估硬提示/, 'chinese-palette');
    await readWindow('chinese-palette', true);
    await key('Escape');
  });

  it('a measurement and a training are told in Chinese, in tree and page', async () => {
    await ask('promptTuner.evaluateHard', template);
    await ask('promptTuner.trainSoft', template);
    const soft = allRuns().find(({ record }) => record.method === 'soft');
    assert.equal(soft?.record.status, 'done', JSON.stringify(soft?.record.error));
    await ask('promptTuner.runs.focus');
    await ask('promptTuner.openRun', soft);
    await windowShows(inOrder(/软提示/, /损失/, /学习率/), 'chinese-run');
    await inThemes('chinese-run');
  });

  it('the comparison is Chinese, from its headings to its notes', async () => {
    await ask('promptTuner.openComparison');
    await windowShows(inOrder(/概览/, /基线/, /p [=<] 0\./, /如何解读/), 'chinese-comparison');
    await inThemes('chinese-comparison');
  });

  it('the training form is Chinese', async () => {
    await ask('promptTuner.trainForm', template);
    await windowShows(inOrder(/训练/, /开始训练/), 'chinese-form');
    await inThemes('chinese-form');
  });

  it('the walkthrough is Chinese', async () => {
    await ask('workbench.action.closeAllEditors');
    await ask('promptTuner.getStarted');
    const steps = inOrder(/Prompt Tuner 入门/, /打开一个示例/, /使用自己的数据/);
    await windowShows(steps, 'chinese-walkthrough');
    await inThemes('chinese-walkthrough');
  });
});
