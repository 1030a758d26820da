import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, isWatched, openWith, readWindow, themes, windowShows } from './window';

const text = `---
model: builtin
description: Sorts messages by the desk that answers them
input:
  schema:
    text: string, what was written
    tone?: string, how it was written
  default:
    examples: [ { text: "The page stays blank.", label: bug }, { text: "I paid twice.", label: account } ]
output:
  schema:
    label(enum, the desk): [bug, account, billing, delivery]
tune.data: { train: data/train.jsonl, dev: data/dve.jsonl }
tune.labels: { bug: " fault", account: " extraordinarily" }

---
{{#instruction}}Say which desk answers the message.{{/instruction}}
{{soft 8 init="desk" id="task"}}
{{#each examples}}
Message: {{text}}
Desk: {{label}}

{{/each}}
{{! the row itself }}
Message: {{text}} {{txt}}
Desk:{{label}}
`;

const run = (command: string, ...words: readonly unknown[]) => vscode.commands.executeCommand(command, ...words);

describe('the editor, in three themes', () => {
  let editor: vscode.TextEditor;
  const goTo = (words: string, into: number) => {
    const at = editor.document.positionAt(text.indexOf(words) + into);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(at, at));
  };

  const found = () => vscode.languages.getDiagnostics(editor.document.uri).map(({ code }) => typeof code === 'object' ? String(code.value) : '');

  before(async function () {
    if (!isWatched) this.skip();
    await run('workbench.action.closeAllEditors');
    await run('notifications.clearAll');
    await openWith('triage/a-look.prompt', text);
    editor = vscode.window.activeTextEditor!;
    await run('workbench.actions.view.problems');
    await run('workbench.action.focusActiveEditorGroup');
  });
  after(async () => {
    await vscode.workspace.getConfiguration('workbench').update('colorTheme', themes[0][1], vscode.ConfigurationTarget.Global);
    await run('workbench.action.closePanel');
    await run('workbench.action.closeAllEditors');
  });

  for (const [name, theme] of themes) {
    it(`shows findings, hints, proposals, hovers, fixes and a rename: ${name}`, async () => {
      await vscode.workspace.getConfiguration('workbench').update('colorTheme', theme, vscode.ConfigurationTarget.Global);
      editor.selection = new vscode.Selection(0, 0, 0, 0);
      editor.revealRange(new vscode.Range(0, 0, 0, 0), vscode.TextEditorRevealType.AtTop);
      await eventually(() => found().includes('label-multi-token'), () => `findings on tokens; found: ${found().join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 600));
      assert.match(await readWindow(`editor-${name}`, true), /Evaluate[\s\S]*Problems/i);

      goTo('\n\n---', 1);
      await run('editor.action.triggerSuggest');
      await windowShows(/tune\.method[\s\S]*tune\.length/, 'proposals');
      await readWindow(`completion-${name}`, true);
      await run('hideSuggestWidget');

      goTo('soft 8', 1);
      await run('editor.action.showHover');
      await windowShows(/Trained numbers for 8/, 'hover');
      await readWindow(`hover-${name}`, true);
      await run('editor.action.hideHover');

      goTo('{{txt}}', 3);
      await run('editor.action.quickFix');
      await windowShows(/Replace with "text"/, 'fixes');
      await readWindow(`fixes-${name}`, true);
      await run('hideCodeActionWidget');

      goTo('{{text}} {{txt}}', 3);
      void run('editor.action.rename');
      await windowShows(/Enter to Rename/, 'rename');
      await readWindow(`rename-${name}`, true);
      await run('cancelRenameInput');
      await eventually(() => editor.document.getText() === text, 'the text to be as it was');
    });
  }
});
