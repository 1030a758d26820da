import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until, untilHolds } from '../../../support/running/until.mjs';
import { isWatched, openWith, readFile, readWindow, undo, untilText, workspaceFolder } from '../window';

const text = [
  '---',
  'model: builtin',
  'input:',
  '  schema:',
  '    question: string, what is asked',
  '    topic?: string',
  'output:',
  '  schema:',
  '    label(enum): [person, place]',
  'tune.data: { train: ../questions/data/train.csv }',
  '---',
  '{{#instruction}}Say what it is.{{/instruction}}',
  '{{soft 8 id="task"}}',
  '{{> shared}}',
  'Question: {{ question}}',
  'Again: {{question}}',
  'Type:{{label}}',
].join('\n');

async function openTemplate(name: string, content = text): Promise<vscode.TextDocument> {
  await vscode.workspace.fs.writeFile(
    vscode.Uri.file(join(workspaceFolder(), 'triage', '_shared.prompt')),
    Buffer.from('Answer in a word.\n'),
  );
  return openWith(`triage/${name}.prompt`, content);
}

function placeOf(document: vscode.TextDocument, words: string, into = 0): vscode.Position {
  const offset = document.getText().indexOf(words);
  assert(offset >= 0, `"${words}" in the document`);
  return document.positionAt(offset + into);
}

function ask<T>(command: string, ...words: readonly unknown[]): Thenable<T> {
  return vscode.commands.executeCommand<T>(command, ...words);
}

async function completions(document: vscode.TextDocument, position: vscode.Position): Promise<readonly string[]> {
  const { items } = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
  return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}

describe('the language', () => {
  it('proposes settings, their values, variables, helpers and partials, also while the file is broken', async () => {
    const document = await openTemplate('complete', `${text}\n{{#if que`);
    assert((await completions(document, placeOf(document, '{{#if que', 9))).includes('question'));
    const half = await openTemplate(
      'half',
      '---\nmodel: builtin\ntune.me\n---\n{{#instruction}}x{{/instruction}}\n{{> }}{{',
    );
    assert((await completions(half, placeOf(half, 'tune.me', 7))).includes('tune.method'));
    assert((await completions(half, placeOf(half, '{{> ', 4))).includes('shared'));
    assert((await completions(half, half.positionAt(half.getText().length))).includes('soft'));
    const value = await openTemplate('value', '---\nmodel: builtin\ntune.optimizer: \n---\nx');
    assert((await completions(value, placeOf(value, 'optimizer: ', 11))).includes('adafactor'));
  });

  it('shows the list of proposals in the window', async function () {
    if (!isWatched) this.skip();
    const document = await openTemplate('list', '---\nmodel: builtin\ntune.\n---\nHello\n');
    const editor = await vscode.window.showTextDocument(document);
    const at = placeOf(document, 'tune.', 5);
    editor.selection = new vscode.Selection(at, at);
    await ask('editor.action.triggerSuggest');
    await until('the list of proposals', async () =>
      /tune\.method|tune\.data/.test(await readWindow('suggest', false)),
    );
    await readWindow('completion', true);
    await ask('hideSuggestWidget');
  });

  it('explains a variable, virtual tokens and a setting where the mouse rests', async () => {
    const document = await openTemplate('hover');
    const hover = async (words: string, into: number) => {
      const found = await ask<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        placeOf(document, words, into),
      );
      return found
        .flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value)))
        .join('\n');
    };
    assert.match(await hover('{{ question', 4), /what is asked/);
    assert.match(await hover('soft 8', 1), /8/);
    assert.match(await hover('tune.data', 6), /train/i);
  });

  it('renames a variable in body and front matter by one edit that undoes as one', async () => {
    const document = await openTemplate('rename');
    await vscode.window.showTextDocument(document);
    const edit = await ask<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      placeOf(document, '{{ question', 4),
      'query',
    );
    assert(await vscode.workspace.applyEdit(edit));
    await untilHolds('the new name', () => {
      assert.doesNotMatch(document.getText(), /\bquestion\b(?!s\/)/);
      assert.equal(document.getText().match(/\bquery\b/g)?.length, 3);
    });
    await undo(document, text);
  });

  it('renames in a partial that no other template includes, and refuses to where one does', async () => {
    const partial = await openWith('triage/_only.prompt', 'Read {{question}} now.\n');
    const document = await openTemplate('including', text.replace('{{> shared}}', '{{> only}}'));
    const rename = () =>
      ask<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        placeOf(document, '{{ question', 4),
        'query',
      );
    assert(await vscode.workspace.applyEdit(await rename()));
    await untilText(partial, 'Read {{query}} now.\n');
    await untilHolds('the new name', () => assert.match(document.getText(), /\{\{ query\}\}[\s\S]*\{\{query\}\}/));
    for (const edited of [partial, document]) assert(await edited.save());
    await openWith('triage/other.prompt', '{{> only}}');
    await assert.rejects(
      async () =>
        ask('vscode.executeDocumentRenameProvider', document.uri, placeOf(document, '{{ query', 4), 'request'),
      /other\.prompt includes it/,
    );
    await assert.rejects(
      async () => ask('vscode.executeDocumentRenameProvider', partial.uri, new vscode.Position(0, 8), 'request'),
      /rename there/,
    );
    const found = await ask<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      document.uri,
      placeOf(document, '{{ query', 4),
    );
    assert.deepEqual(
      found.map(({ range }) => range.start.line),
      [4, 14, 15],
    );
  });

  it('renames virtual tokens and labels, and refuses what is no name', async () => {
    const document = await openTemplate('names');
    const renamed = async (words: string, into: number, name: string) => {
      const edit = await ask<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        placeOf(document, words, into),
        name,
      );
      return edit.get(document.uri).length;
    };
    assert((await renamed('"task"', 2, 'kind')) >= 1);
    assert((await renamed('person', 2, 'human')) >= 1);
    await assert.rejects(async () => renamed('Say what', 1, 'x'));
  });

  it('shows what can be done above line 1, rows beside data, token counts inside the text', async () => {
    const document = await openTemplate(
      'lenses',
      text
        .replace('label(enum): [person, place]', 'asks_for(enum): [person, place, number, reason, time]')
        .replace('{{label}}', '{{asks_for}}'),
    );
    let titles: readonly string[] = [];
    await until(
      'lenses',
      async () => {
        const lenses = await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 20);
        titles = lenses.map(({ command }) => command?.title ?? '');
        return (
          titles.includes('Evaluate') &&
          titles.includes('Train…') &&
          titles.includes('Compare') &&
          titles.some((title) => /train: 180 rows/.test(title))
        );
      },
      { seen: () => titles.join(', ') },
    );
    let hints: readonly string[] = [];
    await until(
      'token counts',
      async () => {
        const found = await ask<vscode.InlayHint[]>(
          'vscode.executeInlayHintProvider',
          document.uri,
          new vscode.Range(0, 0, 99, 0),
        );
        hints = found.map(({ label }) => String(label));
        return hints.some((hint) => /^\d+ tokens/.test(hint));
      },
      { seen: () => hints.join(', ') },
    );
  });

  it('leaves lenses and token counts out where a setting says so', async () => {
    const document = await openTemplate('quiet');
    const shown = async () => {
      const lenses = await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
      const hints = await ask<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        new vscode.Range(0, 0, 99, 0),
      );
      return [lenses.length > 0, hints.length > 0];
    };
    const settings = vscode.workspace.getConfiguration('promptTuner');
    await until('lenses and counts', async () => (await shown()).every(Boolean));
    await settings.update('codeLens', false, vscode.ConfigurationTarget.Global);
    await untilHolds('the lenses to go', async () => assert.deepEqual(await shown(), [false, true]));
    await settings.update('inlayHints', false, vscode.ConfigurationTarget.Global);
    await untilHolds('the counts to go', async () => assert.deepEqual(await shown(), [false, false]));
    for (const name of ['codeLens', 'inlayHints'])
      await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
    await untilHolds('both again', async () => assert.deepEqual(await shown(), [true, true]));
  });

  it('has an outline, folds, links and definitions', async () => {
    const document = await openTemplate('outline');
    const symbols = await ask<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
    const names = symbols.flatMap(({ name, children }) => [name, ...children.map((child) => child.name)]);
    assert(
      names.some((name) => /instruction/i.test(name)) && names.some((name) => /soft|task/i.test(name)),
      names.join(', '),
    );
    const folds = await ask<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
    assert(
      folds.some(({ start }) => start === 0),
      'the front matter folds',
    );
    const links = await ask<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri);
    assert(links.some(({ target }) => target?.path.endsWith('/questions/data/train.csv')));
    assert(links.some(({ target }) => target?.path.endsWith('/_shared.prompt')));
    const [definition] = await ask<vscode.LocationLink[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      placeOf(document, '{{ question', 4),
    );
    assert.equal(definition?.targetRange.start.line, 4);
    const [partial] = await ask<vscode.LocationLink[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      placeOf(document, 'shared}}', 2),
    );
    assert(partial?.targetUri.path.endsWith('/_shared.prompt'));
  });

  it('formats spaces inside braces and nothing else', async () => {
    const document = await openTemplate('format');
    const edits = await ask<vscode.TextEdit[]>('vscode.executeFormatDocumentProvider', document.uri, {
      tabSize: 2,
      insertSpaces: true,
    });
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits);
    await vscode.workspace.applyEdit(edit);
    await untilText(document, text.replace('{{ question}}', '{{question}}'));
  });

  it('marks the answer slot exactly', async () => {
    const document = await openTemplate('slot');
    const tokens = await ask<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', document.uri);
    const { line, character } = placeOf(document, '{{label}}');
    assert.deepEqual([...tokens.data], [line, character, '{{label}}'.length, 0, 0]);
  });

  it('creates the partial that a template lacks by its quick fix', async () => {
    const document = await openWith('triage/lacking.prompt', '---\nmodel: builtin\n---\nHello {{> greeting}}\n');
    const shown = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .some(({ code }) => typeof code === 'object' && code.value === 'partial-missing');
    await until('the missing partial', shown);
    const editor = await vscode.window.showTextDocument(document);
    const at = placeOf(document, 'greeting', 2);
    editor.selection = new vscode.Selection(at, at);
    // An edit that comes back from the list of actions has lost what is in the new file; one that the editor
    // applies has not. Where the list is not there yet, the editor applies nothing.
    await until('the new file', async () => {
      await ask('editor.action.codeAction', { kind: 'quickfix', apply: 'first' });
      // It is empty: that it can be read is all there is to see.
      return (await readFile('triage/_greeting.prompt')) === '';
    });
    await until('the finding to go', () => !shown());
  });
});
