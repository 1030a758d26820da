import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { until, untilHolds } from '../../../support/running/until.mjs';
import { inThemes, isWatched, windowShows, workspaceFolder } from '../window';

const uriOf = (name: string) => vscode.Uri.file(join(workspaceFolder(), 'closed', name));
const write = (name: string, text: string) => vscode.workspace.fs.writeFile(uriOf(name), Buffer.from(text));
const codes = (name: string) =>
  vscode.languages
    .getDiagnostics(uriOf(name))
    .map(({ code }) => (typeof code === 'object' ? code.value : code))
    .sort();
const task = (labels: string) =>
  `---\noutput: { schema: { label(enum): [${labels}] } }\ntune.data: { train: rows.csv }\n---\n{{text}}: {{label}}\n`;

describe('templates that no editor has open', () => {
  // Whoever looks at the templates has the extension at work.
  before(() => vscode.commands.executeCommand('promptTuner.templates.focus'));
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(vscode.Uri.file(join(workspaceFolder(), 'closed')), { recursive: true });
  });

  it('are checked, and again when they or their data change', async () => {
    await write('rows.csv', 'text,label\nrain,wet\nsun,dry\n');
    await write('broken.prompt', 'Hello {{#if');
    await write('sky.prompt', task('wet, hot'));
    await write('_part.prompt', 'Hello {{#if');
    await untilHolds('the findings', () => {
      assert.deepEqual(codes('broken.prompt'), ['template-syntax']);
      assert(codes('sky.prompt').includes('label-unknown'), codes('sky.prompt').join());
      assert(codes('sky.prompt').includes('label-without-rows'), codes('sky.prompt').join());
    });
    assert.deepEqual(codes('_part.prompt'), []);
    if (isWatched) {
      await windowShows(/broken[\s\S]*sky/, 'closed');
      await inThemes('closed-templates');
    }
    await write('rows.csv', 'text,label\nrain,wet\nsun,hot\n');
    await until('the data to fit', () => codes('sky.prompt').every((code) => !String(code).startsWith('label-')));
  });

  it('keep what was said of them when their editor is closed, until their file says otherwise', async () => {
    const document = await vscode.workspace.openTextDocument(uriOf('broken.prompt'));
    await vscode.window.showTextDocument(document);
    await untilHolds('the finding', () => assert.deepEqual(codes('broken.prompt'), ['template-syntax']));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('the document to be closed', () => document.isClosed || codes('broken.prompt').length > 0);
    assert.deepEqual(codes('broken.prompt'), ['template-syntax']);
    await write('broken.prompt', 'Hello {{name}}');
    await until('the finding to go', () => codes('broken.prompt').every((code) => code !== 'template-syntax'));
    await vscode.workspace.fs.delete(uriOf('sky.prompt'));
    await until('the findings of a file that is gone to go', () => codes('sky.prompt').length === 0);
  });

  it('are checked and listed when their folders come with them, of whose files no watcher hears', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `new-${at}/deep/hasty${at}.prompt`);
    for (const name of names) {
      const { fsPath } = uriOf(name);
      mkdirSync(dirname(fsPath), { recursive: true });
      writeFileSync(fsPath, 'Hello {{#if');
      // One after the other, as a system that watches folders comes to each of them only when it hears of it.
      await untilHolds('the finding', () => assert.deepEqual(codes(name), ['template-syntax']));
    }
    if (isWatched) await windowShows(/hasty0[\s\S]*hasty3/, 'closed-new');
  });
});
