import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { lines } from '../../../support/text/lines';
import { until } from '../../../support/running/until.mjs';
import { allRuns } from '../runs';
import { headlines, parcels, type TextTask } from './textTasks';
import { inOrder, inThemes, isWatched, key, press, untilOpen, windowShows, workspaceFolder } from '../window';

const run = (command: string, ...words: readonly unknown[]) => vscode.commands.executeCommand(command, ...words);
const at = (path: string): string => join(workspaceFolder(), path);

/** Measures the answers of a task's files, which takes no model, and opens the comparison. */
async function compareAnswers({ template, files, answers }: TextTask): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  }
  for (const [name, file] of answers)
    await run('promptTuner.addAnswers', vscode.Uri.file(at(template)), { file: at(file), split: 'test', name });
  await untilOpen('Comparison');
  await run('notifications.clearAll');
}

describe('answers that are text, looked at', () => {
  before(async () => {
    await run('workbench.action.closeAllEditors');
    await run('workbench.action.closeSidebar');
  });
  after(async () => {
    await run('workbench.action.closeAllEditors');
    for (const { folder, record } of allRuns())
      if ([headlines, parcels].some(({ template }) => record.template.path === at(template)))
        rmSync(folder, { recursive: true });
    for (const { template } of [headlines, parcels]) rmSync(dirname(at(template)), { recursive: true });
    await run('promptTuner.refreshRuns');
    await run('workbench.view.extension.promptTuner');
  });
  beforeEach(function () {
    if (!isWatched) this.skip();
  });

  it('stand beside each other with every metric, and with how their scores spread', async () => {
    await compareAnswers(headlines);
    await press('tab', 'Summary');
    await windowShows(
      inOrder(/Token F1/i, /Against\s+the\s+baseline/, /ROUGE-L/i, /chrF/i, /第二版提示词[\s\S]*▲/),
      'texts',
    );
    await inThemes('texts-summary');
    await press('tab', 'Figures');
    await windowShows(inOrder(/Token F1/i, /Scores|Distribution/i), 'texts');
    await inThemes('texts-figures');
  });

  it('are sorted by what is better or worse than the baseline, with word differences in the row', async () => {
    await press('tab', 'Rows');
    await windowShows(/24 of 24 rows/, 'texts');
    await press('button', 'Better than baseline');
    await windowShows(/\n\d+ of 24 rows/, 'texts');
    await inThemes('texts-better');
    await press('button', 'Different only');
    await press('gridcell', 'The library closes');
    await windowShows(inOrder(/Row \d+/, /Expected/, /struck\s+through/), 'texts');
    await inThemes('texts-row');
  });

  it('have a table of fields where they are JSON, and say of a row which field is wrong', async () => {
    await compareAnswers(parcels);
    await press('tab', 'Summary');
    await windowShows(inOrder(/JSON/, /people/), 'fields');
    await inThemes('fields-summary');
    await press('tab', 'Figures');
    await windowShows(inOrder(/Fields/, /buyer\.name/, /kind/), 'fields');
    await inThemes('fields-figures');
    await press('tab', 'Rows');
    await press('gridcell', 'To Köln');
    await windowShows(inOrder(/Row 1/, /Expected/), 'fields');
    await inThemes('fields-row');
  });

  it('have findings that the Problems view shows whole', async () => {
    await run('workbench.action.closeAllEditors');
    const file = vscode.Uri.file(at('headlines/wrong.prompt'));
    await vscode.workspace.fs.writeFile(
      file,
      Buffer.from(
        lines(
          '---',
          'model: builtin',
          'input: { schema: { text: string } }',
          'output: { schema: { headline: string } }',
          'config: { temperature: -1, stopSequences: [""] }',
          'tune.metrics: [f1, rougeLL, { regex: "(" }]',
          'tune.data: { train: data/train.jsonl, test: data/test.jsonl }',
          'tune.format: chat',
          '---',
          '{{role "system"}}<|im_start|>Write a headline.',
          '{{role "usr"}}',
          '{{text}}',
          '{{role "model"}}{{headline}}',
          '',
        ),
      ),
    );
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    await run('workbench.actions.view.problems');
    await until('findings', () => vscode.languages.getDiagnostics(file).length >= 5, {
      seen: () => JSON.stringify(vscode.languages.getDiagnostics(file).map(({ message }) => message)),
    });
    await windowShows(/rougeLL/, 'problems');
    await inThemes('texts-problems');
    await run('workbench.action.closePanel');
    await vscode.workspace.fs.delete(file);
  });
});

describe('conversations and new templates, looked at', () => {
  const written = ['talk-to-us', 'talk-to-us.jsonl', 'chats'];
  before(() => run('workbench.action.closeAllEditors'));
  after(async () => {
    await run('workbench.action.closeAllEditors');
    for (const name of written) rmSync(at(name), { recursive: true, force: true });
  });
  beforeEach(function () {
    if (!isWatched) this.skip();
  });

  it('are imported with what is not carried over said', async () => {
    const said = (role: string, content: string) => ({ role, content });
    const rows = Array.from({ length: 12 }, (_, i) => ({
      messages: [
        said('system', 'Say which desk answers: the post or the bank.'),
        said('user', i % 2 === 0 ? `My parcel ${i} never came.` : `I was charged twice, order ${i}.`),
        said('assistant', i % 2 === 0 ? 'post' : 'bank'),
      ],
    }));
    const odd = { messages: [said('user', 'Hello'), said('tool', '{}'), said('assistant', 'post')] };
    const file = vscode.Uri.file(at('chats/desk.jsonl'));
    await vscode.workspace.fs.writeFile(
      file,
      Buffer.from([...rows, odd].map((row) => `${JSON.stringify(row)}\n`).join('')),
    );
    await run('promptTuner.importMessages', file);
    await windowShows(/desk\.jsonl is imported\. \d files were written\. .* could not be carried over\./, 'imported');
    await inThemes('imported-conversations');
    await run('notifications.clearAll');
    await run('promptTuner.openPreview');
    await windowShows(inOrder(/System/, /User/, /Assistant/), 'imported');
    await inThemes('imported-preview');
  });

  it('begin as a chat, chosen from a list that says what each form is', async () => {
    await run('workbench.action.closeAllEditors');
    const asking = run('promptTuner.newTemplate');
    await windowShows(inOrder(/Extraction/, /Classification as a Chat/, /Generation as a Chat/), 'kinds');
    await inThemes('new-template');
    await key('Escape');
    await asking;
    await run('promptTuner.newTemplate', { kind: 'chat-classification', name: 'chats/begun' });
    await until('the template', () => vscode.window.activeTextEditor?.document.languageId === 'dotprompt');
    await run('promptTuner.openPreview');
    await windowShows(inOrder(/System/, /User/, /Assistant/), 'begun');
    await inThemes('new-template-chat');
  });
});
