// An agent that is an extension of its own starts a run, and a person is asked. VS Code asks nobody in tests inside the
// extension host, so that this part is driven from outside.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';
import { changeTheme, recordsIn, run, themes } from './fromOutside.mjs';

const template = `---
model: builtin
input: { schema: { text: string } }
output: { schema: { label(enum): [warm, cold] } }
tune.data: { test: agent.jsonl }
---
{{text}} is{{label}}
`;
const rows = ['sun,warm', 'snow,cold', 'fire,warm', 'ice,cold'].map((row) => row.split(','));

/** Calls a tool of ours, and writes into the workspace what it is told. */
const agent = {
  'package.json': JSON.stringify({
    name: 'agent',
    publisher: 'test',
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    main: './extension.js',
    contributes: { commands: [{ command: 'agent.evaluate', title: 'Agent: Evaluate' }] },
  }),
  'extension.js': `
const vscode = require('vscode');
const { writeFileSync } = require('node:fs');
exports.activate = ({ subscriptions }) =>
  subscriptions.push(
    vscode.commands.registerCommand('agent.evaluate', async () => {
      const [{ uri }] = vscode.workspace.workspaceFolders;
      const input = { template: 'agent.prompt', methods: ['hard'], settings: { batchSize: 2 }, wait: true };
      const said = await vscode.lm
        .invokeTool('promptTuner_startRuns', { input, toolInvocationToken: undefined })
        .then(({ content }) => content[0].value, (error) => 'refused: ' + error.message);
      writeFileSync(vscode.Uri.joinPath(uri, 'said.txt').fsPath, said);
    }),
  );
`,
};

/** @param folder of the workspace that the window is to open */
export function prepareConfirmation(folder) {
  const at = (name) => join(folder, name);
  writeFileSync(at('agent.prompt'), template);
  writeFileSync(at('agent.jsonl'), rows.map(([text, label]) => `${JSON.stringify({ text, label })}\n`).join(''));
  return {
    extensions: { 'test.agent-0.0.1': agent },
    async run({ page, test, picture }) {
      /** Lets the agent ask, and answers for the person. @returns what the agent is told */
      const answered = async (button, name) => {
        rmSync(at('said.txt'), { force: true });
        await run(page, 'Agent: Evaluate');
        const dialog = page.locator('.monaco-dialog-box');
        await dialog.waitFor();
        const asked = await dialog.innerText();
        for (const part of [/Run 1 evaluation of agent\?/, /4 of test/, /tune\.batchSize: 2/, /How long it takes/])
          if (!part.test(asked)) throw new Error(`The dialog says ${asked}.`);
        if (name) await picture(`agent-${name}`);
        await dialog.getByRole('button', { name: button }).click();
        // A file is there before its text is.
        return until('the agent to be told', () => existsSync(at('said.txt')) && readFileSync(at('said.txt'), 'utf8'));
      };
      for (const look of themes)
        await test(`a person is asked before an agent starts anything, and may say no (${look.name})`, async () => {
          await changeTheme(page, folder, look);
          const said = await answered(/Cancel|No/, look.name);
          if (!said.startsWith('refused: ')) throw new Error(`The agent was told ${said}.`);
          if (recordsIn(folder).length > 0) throw new Error('Something was started all the same.');
        });
      await test('what a person agrees to is done, and the agent is told the result', async () => {
        const said = await answered(/Yes|Continue|OK/);
        if (!/done +hard +[\d.]+ +agent\.prompt/.test(said)) throw new Error(`The agent was told ${said}.`);
        if (recordsIn(folder).length !== 1) throw new Error('It is not one run.');
      });
    },
  };
}
