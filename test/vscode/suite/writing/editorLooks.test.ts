import * as vscode from 'vscode';
import { until } from '../../../support/running/until.mjs';
import { isWatched, looks, openWith, readWindow, setTheme, themes, windowShows } from '../window';

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

describe('the editor, in each theme', () => {
  let editor: vscode.TextEditor;
  const goTo = (words: string, into: number) => {
    const at = editor.document.positionAt(text.indexOf(words) + into);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(at, at));
  };

  const found = () =>
    vscode.languages
      .getDiagnostics(editor.document.uri)
      .map(({ code }) => (typeof code === 'object' ? String(code.value) : ''));

  /** A widget that loses the focus closes, so the command is given again until it is seen. */
  const shownBy = (command: string, pattern: RegExp) =>
    until(`"${command}" to show ${pattern}`, async () => {
      void run(command);
      for (let look = 0; look < 10; look++) if (pattern.test(await readWindow('widget', false))) return true;
      return false;
    });

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
    await setTheme(themes[0][1]);
    await run('workbench.action.closePanel');
    await run('workbench.action.closeAllEditors');
  });

  for (const [name, theme] of looks) {
    it(`shows findings, hints, proposals, hovers, fixes and a rename: ${name}`, async () => {
      await setTheme(theme);
      editor.selection = new vscode.Selection(0, 0, 0, 0);
      editor.revealRange(new vscode.Range(0, 0, 0, 0), vscode.TextEditorRevealType.AtTop);
      await until('findings on tokens', () => found().includes('label-multi-token'), {
        seen: () => found().join(', '),
      });
      await windowShows(/1 error prevents a run[\s\S]*Problems/i, 'findings');
      await readWindow(`editor-${name}`, true);

      goTo('\n\n---', 1);
      await shownBy('editor.action.triggerSuggest', /tune\.method[\s\S]*tune\.length/);
      await readWindow(`completion-${name}`, true);
      await run('hideSuggestWidget');

      goTo('soft 8', 1);
      await shownBy('editor.action.showHover', /Trained numbers for 8/);
      await readWindow(`hover-${name}`, true);
      await run('editor.action.hideHover');

      goTo('{{txt}}', 3);
      await shownBy('editor.action.quickFix', /Replace with "text"/);
      await readWindow(`fixes-${name}`, true);
      await run('hideCodeActionWidget');

      goTo('{{text}} {{txt}}', 3);
      await shownBy('editor.action.rename', /Enter to Rename/);
      await readWindow(`rename-${name}`, true);
      await run('cancelRenameInput');
      await until('the text to be as it was', () => editor.document.getText() === text);
    });
  }
});
