import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Finding } from '../../../../src/template/text/finding';
import { lines } from '../../../support/text/lines';
import { until, untilHolds } from '../../../support/running/until.mjs';
import { isWatched, openWith, undo, untilOpen, untilText, windowShows, workspaceFolder } from '../window';

const extensionId = 'prompt-tuner.prompt-tuner';

/** Code and range of each diagnostic, as `code line:column-line:column`, counted from 0. */
function shown(document: vscode.TextDocument): readonly string[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .map(
      ({ code, range: { start, end } }) =>
        `${codeOf(code)} ${start.line}:${start.character}-${end.line}:${end.character}`,
    );
}

function codeOf(code: vscode.Diagnostic['code']): string {
  return typeof code === 'object' ? String(code.value) : String(code);
}

async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)),
    text,
  );
  await vscode.workspace.applyEdit(edit);
}

/** Touches a document, and waits until it was checked twice since: by its text, and then with its rows and tokens. */
async function untilCheckedWhole(document: vscode.TextDocument): Promise<void> {
  const text = document.getText();
  const touch = new vscode.WorkspaceEdit();
  touch.insert(document.uri, new vscode.Position(1, 0), '# touched\n');
  await vscode.workspace.applyEdit(touch);
  await untilText(document, text.replace('\n', '\n# touched\n'));
  await undo(document, text);
  let checks = 0;
  const listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
    if (uris.some(({ path }) => path === document.uri.path)) checks++;
  });
  await until('both checks', () => checks >= 2);
  listening.dispose();
}

describe('the editor', () => {
  it('activates when a .prompt file is opened, and registers every command that it contributes', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert(extension);
    const document = await vscode.workspace.openTextDocument(join(workspaceFolder(), 'triage', 'triage.prompt'));
    assert.equal(document.languageId, 'dotprompt');
    await until('the extension to activate', () => extension.isActive);
    const registered = new Set(await vscode.commands.getCommands(true));
    const contributed = (extension.packageJSON as { contributes: { commands: { command: string }[] } }).contributes
      .commands;
    assert.deepEqual(
      contributed.filter(({ command }) => !registered.has(command)),
      [],
    );
    assert(contributed.length >= 4);
  });

  it('finds nothing wrong with the shipped examples', async () => {
    for (const path of [
      'triage/triage.prompt',
      'triage/triage.short.prompt',
      'questions/questions.prompt',
      'questions/questions.short.prompt',
      'questions/questions.examples.prompt',
      'talks/talks.prompt',
      'orders/orders.prompt',
    ]) {
      const document = await vscode.workspace.openTextDocument(join(workspaceFolder(), path));
      await vscode.window.showTextDocument(document);
      await untilCheckedWhole(document);
      const serious = vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning);
      assert.deepEqual(
        serious.map(({ message }) => message),
        [],
        path,
      );
    }
  });

  it('shows broken YAML, a broken template, an unknown variable and missing data at their exact places', async () => {
    const document = await openWith('triage/broken.prompt', '');
    const cases: readonly (readonly [string, string])[] = [
      ['---\nmodel: [builtin\n---\n{{text}}\n', 'yaml-syntax 1:'],
      ['---\nmodel: builtin\n---\nHello {{#if text}}there\n', 'template-syntax '],
      ['---\nmodel: builtin\ninput:\n  schema: { text: string }\n---\nHello {{txet}}\n', 'unknown-variable 5:8-5:12'],
      [
        lines(
          '---',
          'model: builtin',
          'output:',
          '  schema:',
          '    label(enum): [a, b]',
          'tune.data: { train: data/none.jsonl }',
          '---',
          '{{label}}',
          '',
        ),
        'data-missing 5:20-5:35',
      ],
    ];
    for (const [text, expected] of cases) {
      await replaceAll(document, text);
      await until(`"${expected}"`, () => shown(document).some((finding) => finding.startsWith(expected)), {
        seen: () => shown(document).join(', '),
      });
    }
  });

  it('repairs a misspelt variable by its quick fix, and then says nothing more of it', async () => {
    const document = await openWith(
      'triage/repair.prompt',
      '---\nmodel: builtin\ninput:\n  schema: { text: string }\n---\nHello {{txet}}\n',
    );
    const isShown = () => shown(document).some((finding) => finding.startsWith('unknown-variable'));
    await until('the unknown variable', isShown);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(5, 8, 5, 12),
    );
    const repair = actions.find(({ edit }) =>
      edit?.entries().some(([, edits]) => edits.some(({ newText }) => newText.includes('text'))),
    );
    assert(repair?.edit, `offered: ${actions.map(({ title }) => title).join(', ')}`);
    await vscode.workspace.applyEdit(repair.edit);
    await untilHolds('the repair', () => assert.match(document.getText(), /Hello \{\{text\}\}/));
    await until('the finding to go', () => !isShown());
  });

  it('links each code to its paragraph in the documentation', async () => {
    const document = await openWith('triage/linked.prompt', '---\nmodel: builtin\n---\nHello {{#if text}}there\n');
    await until('the finding', () => shown(document).some((finding) => finding.startsWith('template-syntax')));
    const [{ code } = { code: undefined }] = vscode.languages.getDiagnostics(document.uri);
    assert(typeof code === 'object');
    assert.equal(code.target.scheme, 'command');
    await vscode.commands.executeCommand(code.target.path, ...(JSON.parse(code.target.query) as readonly unknown[]));
    await untilOpen('Preview troubleshooting.md');
    if (isWatched) await windowShows(/template-syntax[\s\S]*The body is not valid Handlebars/, 'documentation');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('adds findings on rows and tokens beside typing', async () => {
    const rows = '{"text": "same", "label": "a"}\n{"text": "other", "label": "b"}\n';
    for (const name of ['one.jsonl', 'two.jsonl'])
      await vscode.workspace.fs.writeFile(vscode.Uri.file(join(workspaceFolder(), 'triage', name)), Buffer.from(rows));
    const document = await openWith(
      'triage/rows.prompt',
      lines(
        '---',
        'model: builtin',
        'input:',
        '  schema: { text: string }',
        'output:',
        '  schema:',
        '    label(enum): [a, b]',
        'tune.data: { train: one.jsonl, dev: two.jsonl }',
        'tune.labels: { a: " antidisestablishment", b: " b" }',
        '---',
        '{{text}}{{label}}',
      ),
    );
    for (const code of ['data-overlap', 'label-multi-token']) {
      await until(`${code}`, () => shown(document).some((finding) => finding.startsWith(code)), {
        seen: () => shown(document).join(', '),
      });
    }
  });

  it('says what the command line says of the same file', async () => {
    const document = await openWith(
      'triage/both.prompt',
      lines(
        '---',
        'model: builtin',
        'input:',
        '  schema: { text: string, more: string }',
        'output:',
        '  schema:',
        '    label(enum): [a, b]',
        'tune.lenght: 3',
        'tune.data: { train: one.jsonl, dev: two.jsonl, test: gone.jsonl }',
        'tune.labels: { a: " antidisestablishment" }',
        '---',
        '{{txt}}{{label}}',
      ),
    );
    const { extensionPath } = vscode.extensions.getExtension(extensionId)!;
    // Findings are no failure of the command, errors among them are.
    const output = await new Promise<string>((resolve) => {
      execFile(
        process.execPath,
        [join(extensionPath, 'dist', 'cli.js'), 'check', document.uri.fsPath, '--json'],
        { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
        (_, printed) => resolve(printed),
      );
    });
    const printed = (JSON.parse(output) as readonly Finding[]).map(
      ({ code, message, severity, range: { start, end } }) => [
        code,
        message,
        severity,
        start.line,
        start.column,
        end.line,
        end.column,
      ],
    );
    assert(printed.length > 5, output);
    const names = ['error', 'warning', 'information'];
    const ofEditor = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .map(({ code, message, severity, range: { start, end } }) => [
          codeOf(code),
          message,
          names[severity],
          start.line,
          start.character,
          end.line,
          end.character,
        ]);
    const inOrder = (findings: readonly unknown[][]) => findings.map((finding) => JSON.stringify(finding)).sort();
    await until(`${printed.length} findings`, () => ofEditor().length === printed.length, {
      seen: () => shown(document).join(', '),
    });
    assert.deepEqual(inOrder(ofEditor()), inOrder(printed));
  });

  it('offers to look for a data file that is not there, and writes its path', async () => {
    const document = await openWith(
      'triage/browse.prompt',
      lines(
        '---',
        'model: builtin',
        'output:',
        '  schema:',
        '    label(enum): [a, b]',
        'tune.data: { train: nowhere/at.all }',
        '---',
        '{{text}}{{label}}',
        '',
      ),
    );
    const isShown = () => shown(document).some((finding) => finding.startsWith('data-missing'));
    await until('the missing file', isShown);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(5, 22, 5, 22),
    );
    const browse = actions.find(({ title }) => title === 'Browse…')?.command;
    assert(browse, `offered: ${actions.map(({ title }) => title).join(', ')}`);
    const file = vscode.Uri.file(join(workspaceFolder(), 'triage', 'a folder', 'one: a.jsonl'));
    await vscode.workspace.fs.writeFile(file, Buffer.from('{"text": "x", "label": "a"}\n'));
    await vscode.commands.executeCommand(browse.command, ...(browse.arguments as unknown[]), file);
    await untilHolds('the path', () => assert.match(document.getText(), /train: "a folder\/one: a\.jsonl" \}/));
    await until('the finding to go', () => !isShown());
  });

  it('checks again when a data file appears', async () => {
    const document = await openWith(
      'triage/later.prompt',
      lines(
        '---',
        'model: builtin',
        'output:',
        '  schema:',
        '    label(enum): [a, b]',
        'tune.data: { train: later.jsonl }',
        '---',
        '{{text}}{{label}}',
        '',
      ),
    );
    const isShown = () => shown(document).some((finding) => finding.startsWith('data-missing'));
    await until('the missing file', isShown);
    await vscode.workspace.fs.writeFile(
      vscode.Uri.file(join(workspaceFolder(), 'triage', 'later.jsonl')),
      Buffer.from('{"text": "x", "label": "a"}\n'),
    );
    await until('the finding to go', () => !isShown());
  });
});
