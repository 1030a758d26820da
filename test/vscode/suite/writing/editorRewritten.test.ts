import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { frontText } from '../../../support/runs/frontText';
import { lines } from '../../../support/text/lines';
import { until } from '../../../support/running/until.mjs';
import { allRuns } from '../runs';
import {
  inThemes,
  isWatched,
  openWith,
  press,
  readWindow,
  undo,
  untilOpen,
  untilText,
  windowShows,
  workspaceFolder,
} from '../window';

const text = lines(
  '---',
  'model: builtin',
  'input:',
  '  schema: { question: string }',
  'output:',
  '  schema:',
  '    label(enum): [person, place]',
  '---',
  '{{#instruction}}Say what it is.{{/instruction}}',
  'Question: {{question}}',
  'Type:{{label}}',
);

/** What the search of the run has kept. */
const rewritten = {
  original: 'Say what it is.',
  instruction: 'Name the kind of thing.',
  text: text.replace('Say what it is.', 'Name the kind of thing.'),
  edits: [],
  front: [frontText('Say what it is.', 0), frontText('Name the kind of thing.', 0.2), frontText('Kind?', 2.1)],
};

function ask<T>(command: string, ...words: readonly unknown[]): Thenable<T> {
  return vscode.commands.executeCommand<T>(command, ...words);
}

describe('a rewritten instruction', () => {
  const id = '20260101-000000-rewritten-v2-0000';
  const folder = () => join(workspaceFolder(), '.prompt-tuner', 'runs', id);
  after(async () => {
    rmSync(folder(), { recursive: true, force: true });
    await ask('promptTuner.refreshRuns');
  });

  it('is offered as one undoable edit and as a diff, only while the text is what it was', async () => {
    const document = await openWith('triage/rewritten.prompt', text);
    await vscode.window.showTextDocument(document);
    mkdirSync(folder(), { recursive: true });
    const record = {
      format: 1,
      id,
      method: 'v2',
      template: { path: document.uri.fsPath, text, sha256: '' },
      settings: { seed: 1 },
      data: {},
      model: { id: 'builtin', path: '', sha256: '', parameters: 1 },
      versions: {},
      status: 'done',
      created: '2026-01-01T00:00:00.000Z',
      progress: { phase: 'finished', step: 1, steps: 1 },
    };
    writeFileSync(join(folder(), 'run.json'), JSON.stringify(record));
    writeFileSync(
      join(folder(), 'instruction.json'),
      JSON.stringify({
        original: 'Say what it is.',
        rewritten: 'Name the kind of thing.',
        edits: [{ before: 'Say what it is.', after: 'Name the kind of thing.', gain: 0.1 }],
      }),
    );
    await ask('promptTuner.refreshRuns');
    const at = document.positionAt(text.indexOf('Say what') + 2);
    const offered = () =>
      ask<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, new vscode.Range(at, at));
    let actions: readonly vscode.CodeAction[] = [];
    await until('the offer', async () => (actions = await offered()).some(({ title }) => /rewritten/.test(title)));
    const compare = actions.find(({ command }) => command?.command === 'promptTuner.compareInstruction')?.command;
    assert(compare);
    await ask(compare.command, ...(compare.arguments as unknown[]));
    await until('the other side of the diff', () =>
      vscode.workspace.textDocuments.some(
        (each) =>
          each.uri.scheme === 'prompt-tuner-rewritten' &&
          each.getText() === text.replace('Say what it is.', 'Name the kind of thing.'),
      ),
    );
    if (isWatched) await readWindow('instruction-diff', true);
    await ask('workbench.action.closeActiveEditor');
    await vscode.window.showTextDocument(document);
    const apply = actions.find(({ edit }) => edit);
    assert(apply?.edit && (await vscode.workspace.applyEdit(apply.edit)));
    await untilText(document, text.replace('Say what it is.', 'Name the kind of thing.'));
    await until('the offer to go', async () => !(await offered()).some(({ title }) => /rewritten/.test(title)));
    await undo(document, text);
    assert.doesNotMatch(readFileSync(document.uri.fsPath, 'utf8'), /Name the kind/);
  });

  it('has others beside it on the page of its run, which are used and compared as variants', async function () {
    if (!isWatched) this.skip();
    const document = await openWith('triage/rewritten.prompt', text);
    const variant = join(workspaceFolder(), 'triage', 'rewritten.text3.prompt');
    const record = JSON.parse(readFileSync(join(folder(), 'run.json'), 'utf8')) as object;
    writeFileSync(join(folder(), 'run.json'), JSON.stringify({ ...record, rewritten }));
    await ask('promptTuner.refreshRuns');
    try {
      await ask('workbench.action.closeAllEditors');
      const run = allRuns().find((each) => each.record.id === id);
      await ask('promptTuner.openRun', run);
      await windowShows(/Texts that the search kept[\s\S]*Text 2: Chosen/, 'front');
      await press('radio', 'Text 3');
      await windowShows(/Text 3[\s\S]*\+2\.100 nats a token/, 'front-text');
      await inThemes('front');
      await press('button', 'Use This Text');
      await untilText(document, text.replace('Say what it is.', 'Kind?'));
      await undo(document, text);
      await ask('promptTuner.openRun', run);
      await press('button', 'Compare as Variant');
      await untilOpen('rewritten.text3.prompt');
      assert.equal(readFileSync(variant, 'utf8'), text.replace('Say what it is.', 'Kind?'));
      await windowShows(/rewritten\.text3\.prompt is a variant of rewritten/, 'front-variant');
      await inThemes('front-variant');
      assert.equal(document.getText(), text);
    } finally {
      await ask('notifications.clearAll');
      await ask('workbench.action.closeAllEditors');
      rmSync(variant, { force: true });
    }
  });
});
