import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../../../support/running/until.mjs';
import { allRuns } from '../runs';
import {
  inOrder,
  inThemes,
  isWatched,
  keepSmall,
  key,
  openWith,
  setTheme,
  stepsDone,
  themes,
  untilOpen,
  windowShows,
  workspaceFolder,
} from '../window';

const ask = (command: string, ...words: readonly unknown[]) => vscode.commands.executeCommand(command, ...words);
const runsOfTemplate = (name: string) =>
  allRuns().filter(({ record }) => record.template.path === join(workspaceFolder(), 'triage', `${name}.prompt`));

/** A few steps, and where pictures are taken for people so many evaluations that a curve is seen. */
const quick = `tune.steps: ${process.env.PROMPT_TUNER_PICTURES ? 80 : 16}\ntune.evalEvery: 8\ntune.learningRate: 0.1\n`;

describe('the walkthrough', () => {
  before(() => ask('workbench.action.closeAllEditors'));
  after(async () => {
    await setTheme(themes[0][1]);
    await ask('workbench.action.closeAllEditors');
    for (const { folder } of runsOfTemplate('triage.walk')) rmSync(folder, { recursive: true });
    rmSync(join(workspaceFolder(), 'triage', 'triage.walk.prompt'), { force: true });
    rmSync(join(workspaceFolder(), 'letters.csv'), { force: true });
    await ask('promptTuner.refreshRuns');
  });

  it('shows what its steps lead through, as it looks', async function () {
    if (!isWatched) this.skip();
    const text = readFileSync(join(workspaceFolder(), 'triage', 'triage.prompt'), 'utf8');
    const document = await openWith(
      'triage/triage.walk.prompt',
      text.replace('model: builtin\n', `model: builtin\n${quick}`),
    );
    await vscode.window.showTextDocument(vscode.Uri.file(join(workspaceFolder(), 'triage', 'triage.prompt')));
    await ask('promptTuner.templates.focus');
    await windowShows(/questions[\s\S]*triage[\s\S]*test: 100 rows/, 'walk-example');
    await keepSmall('example', [48, 35, 900, 560]);

    await ask('promptTuner.evaluateHard', document.uri);
    await ask('promptTuner.runs.focus');
    await vscode.window.showTextDocument(document);
    await windowShows(/hard 0\.\d+ \([\s\S]*test: 100 rows/, 'walk-measured');
    await keepSmall('measure', [48, 35, 900, 560]);

    await ask('promptTuner.trainSoft', document.uri);
    const soft = runsOfTemplate('triage.walk').find(({ record }) => record.method === 'soft')!;
    assert.equal(soft.record.status, 'done', JSON.stringify(soft.record.error));
    await ask('promptTuner.openRun', soft);
    await windowShows(/Loss[\s\S]*accuracy/i, 'walk-trained');
    await ask('workbench.action.closeSidebar');
    await keepSmall('train', [48, 35, 900, 560]);

    await ask('promptTuner.openComparison');
    await untilOpen('Comparison');
    await windowShows(/hard[\s\S]*soft[\s\S]*p [=<] 0[\s\S]*Intervals cover/, 'walk-compared');
    await keepSmall('compare', [48, 35, 900, 560]);

    await ask('workbench.action.closeAllEditors');
    await ask('workbench.view.explorer');
    const rows = readFileSync(join(workspaceFolder(), 'triage/data/train.jsonl'), 'utf8').trim().split('\n');
    const lines = rows.map((line) => {
      const { text: letter, label } = JSON.parse(line) as { readonly text: string; readonly label: string };
      return `"${letter.replaceAll('"', '""')}",${label}`;
    });
    const table = vscode.Uri.file(join(workspaceFolder(), 'letters.csv'));
    await vscode.workspace.fs.writeFile(table, Buffer.from(`message,desk\n${lines.join('\n')}\n`));
    void ask('promptTuner.newFromData', table);
    await windowShows(/New Template from letters\.csv/, 'walk-rows');
    await keepSmall('rows', [330, 0, 760, 473]);
    await key('Escape');
  });

  it('leads through five steps with a picture each, and knows which are done', async function () {
    if (!isWatched) this.skip();
    await ask('promptTuner.getStarted');
    await windowShows(
      inOrder(
        /Get Started with Prompt Tuner/,
        /Open an Example/,
        /Measure the Prompt/,
        /Train Virtual Tokens/,
        /Compare/,
        /Bring Your Own Rows/,
      ),
      'walkthrough',
    );
    // Measured, trained, compared; the examples are not opened here, and a table has become a template in other suites.
    let done = 0;
    await until('the steps that are done', async () => [3, 4].includes((done = await stepsDone())), {
      seen: () => String(done),
    });
    await inThemes('walkthrough');
  });
});
