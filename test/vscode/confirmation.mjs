// An agent that is an extension of its own starts a run, and a person is asked. VS Code asks nobody in tests inside the
// extension host, so that this part is driven from outside.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';
import { testsIn, usualMilliseconds } from './fromOutside.mjs';
import { serveVSCode } from './serveVSCode.mjs';
import { copyWorkspace, quietSettings } from './workspace.mjs';

const template = `---
model: builtin
input: { schema: { text: string } }
output: { schema: { label(enum): [warm, cold] } }
tune.data: { test: agent.jsonl }
---
{{text}} is{{label}}
`;
const rows = ['sun,warm', 'snow,cold', 'fire,warm', 'ice,cold'].map((row) => row.split(','));

/** Calls a tool of ours, in the theme that a file asks for, and writes into the workspace what it is told. */
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
const { readFileSync, writeFileSync } = require('node:fs');
exports.activate = ({ subscriptions }) =>
  subscriptions.push(
    vscode.commands.registerCommand('agent.evaluate', async () => {
      const [{ uri }] = vscode.workspace.workspaceFolders;
      const theme = readFileSync(vscode.Uri.joinPath(uri, 'theme.txt').fsPath, 'utf8');
      await vscode.workspace.getConfiguration('workbench').update('colorTheme', theme, true);
      const input = { template: 'agent.prompt', methods: ['hard'], settings: { batchSize: 2 }, wait: true };
      const said = await vscode.lm
        .invokeTool('promptTuner_startRuns', { input, toolInvocationToken: undefined })
        .then(({ content }) => content[0].value, (error) => 'refused: ' + error.message);
      writeFileSync(vscode.Uri.joinPath(uri, 'said.txt').fsPath, said);
    }),
  );
`,
};
const themes = [
  ['dark', 'Default Dark Modern', 'vs-dark'],
  ['light', 'Default Light Modern', 'vs'],
  ['high-contrast', 'Default High Contrast', 'hc-black'],
];

/** @returns what became of the tests, as the suite writes it */
export async function testConfirmation(browser, artifacts) {
  const workspace = copyWorkspace();
  const at = (name) => join(workspace.folder, name);
  writeFileSync(at('agent.prompt'), template);
  writeFileSync(at('agent.jsonl'), rows.map(([text, label]) => `${JSON.stringify({ text, label })}\n`).join(''));
  const server = await serveVSCode({
    folder: workspace.folder,
    settings: quietSettings,
    extensions: { 'test.agent-0.0.1': agent },
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { test, results } = testsIn(page, join(artifacts, 'vscode-agent-failed.png'));
  /** Lets the agent ask, and answers for the person. @returns what the agent is told */
  const answered = async (button, picture) => {
    rmSync(at('said.txt'), { force: true });
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input[type=text]').fill('>Agent: Evaluate', { timeout: usualMilliseconds });
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Agent: Evaluate' }).first().click();
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor({ timeout: usualMilliseconds });
    const asked = await dialog.innerText();
    for (const part of [/Run 1 evaluation of agent\?/, /4 of test/, /tune\.batchSize: 2/, /How long it takes/])
      if (!part.test(asked)) throw new Error(`The dialog says ${asked}.`);
    if (picture) {
      await until(`the window in ${picture.name}`, () => page.locator(`.monaco-workbench.${picture.kind}`).count());
      await page.screenshot({ path: join(artifacts, `vscode-agent-${picture.name}.png`) });
    }
    await dialog.getByRole('button', { name: button }).click({ timeout: usualMilliseconds });
    await until('the agent to be told', () => existsSync(at('said.txt')));
    return readFileSync(at('said.txt'), 'utf8');
  };
  try {
    await page.goto(server.url, { timeout: usualMilliseconds });
    await page.getByRole('tab', { name: 'Prompt Tuner' }).click({ timeout: usualMilliseconds });
    for (const [name, theme, kind] of themes)
      await test(`a person is asked before an agent starts anything, and may say no (${name})`, async () => {
        writeFileSync(at('theme.txt'), theme);
        const said = await answered(/Cancel|No/, { name, kind });
        if (!said.startsWith('refused: ')) throw new Error(`The agent was told ${said}.`);
        if (runsOf(workspace.folder).length > 0) throw new Error('Something was started all the same.');
      });
    await test('what a person agrees to is done, and the agent is told the result', async () => {
      const said = await answered(/Yes|Continue|OK/);
      if (!/done +hard +[\d.]+ +agent\.prompt/.test(said)) throw new Error(`The agent was told ${said}.`);
      if (runsOf(workspace.folder).length !== 1) throw new Error('It is not one run.');
    });
  } finally {
    await page.close();
    await server.stop();
    workspace.remove();
  }
  return results;
}

function runsOf(folder) {
  const runs = join(folder, '.prompt-tuner', 'runs');
  return existsSync(runs) ? readdirSync(runs).filter((id) => !id.startsWith('.')) : [];
}
