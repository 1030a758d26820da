import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../../../support/running/until.mjs';
import {
  inOrder,
  inThemes,
  isWatched,
  looks,
  press,
  readWindow,
  setTheme,
  themes,
  undo,
  untilOpen,
  windowShows,
  workspaceFolder,
} from '../window';

function isOpen(): boolean {
  return vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.startsWith('Preview ')));
}

const conversation = [
  '---',
  'model: builtin',
  'input: { schema: { question: string } }',
  'output: { schema: { asks_for(enum): [person, place, number, reason, time] } }',
  'tune.data: { train: data/train.csv }',
  'tune.format: chat',
  '---',
  '{{role "system"}}',
  'Say what the question asks for.',
  '{{role "user"}}',
  '{{soft 4}} {{question}}',
  '{{role "model"}}',
  'It asks for a{{asks_for}}',
  '',
].join('\n');

describe('the preview', () => {
  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument(join(workspaceFolder(), 'questions', 'questions.prompt')),
    );
    await vscode.commands.executeCommand('promptTuner.openPreview');
  });
  after(async () => {
    await setTheme(themes[0][1]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('opens beside the editor, which keeps the focus', async () => {
    await until('the preview', isOpen);
    assert.equal(vscode.window.activeTextEditor?.document.uri.path.endsWith('questions.prompt'), true);
    assert(vscode.window.tabGroups.all.length >= 2);
  });

  it('shows the first row with virtual tokens, answer and count', async function () {
    if (!isWatched) this.skip();
    await windowShows(
      /20 virtual[\s\S]*Question:[\s\S]*asks_for:[\s\S]*\d+ of \d+ positions, 20 of them learned/,
      'preview',
    );
  });

  it('is legible in each theme', async function () {
    if (!isWatched) this.skip();
    for (const [name, theme] of looks) {
      await setTheme(theme);
      await windowShows(/of them learned/, 'preview');
      await readWindow(`preview-${name}`, true);
    }
  });

  it('follows the text before it is saved, and keeps the prompt while the text is broken', async function () {
    if (!isWatched) this.skip();
    const document = vscode.window.activeTextEditor?.document;
    assert(document);
    const insert = async (words: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, document.positionAt(document.getText().indexOf('Question:')), words);
      await vscode.workspace.applyEdit(edit);
    };
    const original = document.getText();
    await insert('A word of welcome. {{soft 3}}');
    await windowShows(/A word of welcome\.[\s\S]*3 virtual/, 'edited');
    const welcoming = document.getText();
    await insert('{{#if x}}');
    await windowShows(/is never closed[\s\S]*A word of welcome/, 'broken');
    await undo(document, welcoming);
    await undo(document, original);
    await windowShows(/20 virtual/, 'undone');
  });

  it('follows the editor to another template', async function () {
    if (!isWatched) this.skip();
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument(join(workspaceFolder(), 'triage', 'triage.prompt')),
      vscode.ViewColumn.One,
    );
    await windowShows(/Message:[\s\S]*It is about the/, 'other');
    await untilOpen('Preview triage.prompt');
  });

  it('lets the model answer the row with the text alone', async function () {
    if (!isWatched) this.skip();
    await press('combobox', 'What the prompt is put together with');
    await press('option', 'Text alone (hard)');
    await windowShows(/Ask the Model/, 'hard');
    await press('button', 'Ask the Model');
    await windowShows(/Probability of each label: (?:right|wrong)[\s\S]*\d\.\d{3}/, 'answer');
    await readWindow('preview-answer', true);
  });

  it('shows a conversation as turns, with the form that it is read in', async function () {
    if (!isWatched) this.skip();
    const file = vscode.Uri.file(join(workspaceFolder(), 'questions', 'conversation.prompt'));
    await vscode.workspace.fs.writeFile(file, Buffer.from(conversation));
    try {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file), vscode.ViewColumn.One);
      const turns = inOrder(
        /Read as chat: plain form, the model has no chat template\. tune\.format is chat\./,
        /System/,
        /Say what the question asks for\./,
        /User/,
        /4 virtual/,
        /Assistant/,
        /open: the answer follows/,
        /It asks for a/,
        /asks_for:/,
      );
      await windowShows(turns, 'turns');
      await inThemes('preview-turns');
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await vscode.workspace.fs.delete(file);
    }
  });
});
