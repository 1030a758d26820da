// A model elsewhere writes instructions for a training, once a person has agreed. VS Code refuses dialogs to tests
// inside the extension host, so that this part is driven from outside.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';
import { changeTheme, run, shows, testsIn, themeChanger, usualMilliseconds } from './fromOutside.mjs';
import { serveVSCode } from './serveVSCode.mjs';
import { copyWorkspace, quietSettings } from './workspace.mjs';

/** Stands nowhere but in the environment of the window. */
const key = 'sk-of-nobody-81c4f2';
const template = `---
model: builtin
input: { schema: { text: string } }
output: { schema: { label(enum): [warm, cold] } }
tune.data: { train: weather.jsonl, dev: dev.jsonl, test: test.jsonl }
tune.instruction: text
tune.propose: ask.prompt
tune.searchBudget: 400
tune.steps: 2
tune.learningRate: 0.01
---
{{#instruction}}Say how the day was.{{/instruction}}
Day: {{text}}
Weather:{{label}}
`;
const proposer = `---
model: my-server:org/big-1:free
config: { maxOutputTokens: 40 }
---
{{role "user"}}Mend it: {{current}}{{#each mistakes}}
{{input}} is {{answer}}{{/each}}
`;
const days = ['sun', 'snow', 'heat', 'frost'];
/** Sixteen rows, of days from one on. */
const rowsFrom = (first) =>
  Array.from({ length: 16 }, (_, i) => ({ text: `${days[i % 4]} on day ${first + i}`, label: ['warm', 'cold'][i % 2] }))
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
const themes = [
  ['dark', 'Default Dark Modern', 'vs-dark'],
  ['light', 'Default Light Modern', 'vs'],
  ['high-contrast', 'Default High Contrast', 'hc-black'],
];

/** An endpoint that wants the key, writes instructions, and falls silent after as many as it is let write. */
async function startEndpoint() {
  const state = { seen: [], most: 3 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      state.seen.push(body);
      const nth = state.seen.length;
      if (nth > state.most) return;
      const isKnown = request.headers.authorization === `Bearer ${key}`;
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
      const content = `Tell me what kind of day it was, warm or cold, number ${nth}.`;
      const reply = {
        model: 'big-1',
        choices: [{ message: { content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 40, completion_tokens: 12 },
      };
      response.end(JSON.stringify(isKnown ? reply : { error: { message: `not ${request.headers.authorization}` } }));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { state, baseURL: `http://127.0.0.1:${server.address().port}/v1/`, stop };
}

/** @returns what became of the tests, as the suite writes it */
export async function testProposals(browser, artifacts) {
  const { state, baseURL, stop } = await startEndpoint();
  const workspace = copyWorkspace();
  writeFileSync(join(workspace.folder, 'rewritten.prompt'), template);
  writeFileSync(join(workspace.folder, 'ask.prompt'), proposer);
  for (const [name, first] of Object.entries({ weather: 0, dev: 16, test: 32 }))
    writeFileSync(join(workspace.folder, `${name}.jsonl`), rowsFrom(first));
  const server = await serveVSCode({
    folder: workspace.folder,
    settings: {
      ...quietSettings,
      'promptTuner.endpoints': { 'my-server': { baseURL } },
      'promptTuner.prices': { 'org/big-1:free': { input: 400, output: 1600 } },
    },
    environment: { MY_SERVER_API_KEY: key },
    extensions: { 'test.theme-0.0.1': themeChanger },
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { test, results } = testsIn(page, join(artifacts, 'vscode-proposals-failed.png'));
  const dialog = page.locator('.monaco-dialog-box');
  /** Waits for the question. @returns what it says */
  const asked = async () => {
    await dialog.waitFor({ timeout: usualMilliseconds });
    return dialog.innerText();
  };
  const answer = (button) => dialog.getByRole('button', { name: button, exact: true }).click();
  const runs = () => recordsIn(workspace.folder);
  try {
    await page.goto(server.url, { timeout: usualMilliseconds });
    await page.getByRole('tab', { name: 'Prompt Tuner' }).click({ timeout: usualMilliseconds });
    await page.locator('.part.sidebar .monaco-list-row', { hasText: 'rewritten' }).first().click();
    await shows(page, /tune\.propose/);
    for (const [name, theme, kind] of themes)
      await test(`nothing is sent for instructions where a person says no (${name})`, async () => {
        await changeTheme(page, { folder: workspace.folder, theme, kind });
        await run(page, 'Prompt Tuner: Train P-Tuning v2 Prompt');
        const said = await asked();
        for (const part of [
          /Send some of the 16 rows of weather\.jsonl to 127\.0\.0\.1/,
          /Model: my-server:org\/big-1:free/,
          /Rows: some of the 16 rows of train with their answers/,
          /Requests: at most \d+ requests/,
          /Price: at most about \$\d/,
        ])
          if (!part.test(said)) throw new Error(`The dialog says ${said}.`);
        await page.screenshot({ path: join(artifacts, `vscode-proposals-consent-${name}.png`) });
        await answer('Cancel');
        await shows(page, /Nothing was sent to 127\.0\.0\.1:\d+, and nothing has begun\./);
        await page.screenshot({ path: join(artifacts, `vscode-proposals-refused-${name}.png`) });
        if (state.seen.length > 0 || runs().length > 0) throw new Error('Something has begun all the same.');
        await run(page, 'Notifications: Clear All Notifications');
      });
    await test('consent that is taken back in the middle stops the run, which keeps what it has', async () => {
      await run(page, 'Prompt Tuner: Train P-Tuning v2 Prompt');
      await asked();
      await answer('Send');
      await until('the model to be asked', () => state.seen.length > state.most);
      await run(page, 'Prompt Tuner: Ask Again Before Rows Are Sent to an Endpoint');
      await shows(page, /Stopped 1 run that sent rows\. What was answered is kept, and Resume asks you again\./);
      await until('the run to stop', () => runs().at(-1)?.status === 'stopped', { seen: () => JSON.stringify(runs()) });
      await page.screenshot({ path: join(artifacts, 'vscode-proposals-withdrawn.png') });
    });
    await test('the run goes on once a person agrees again, and asks nothing twice', async () => {
      const before = state.seen.length;
      const answered = state.seen.slice(0, state.most);
      state.most = Infinity;
      await run(page, 'Notifications: Clear All Notifications');
      await run(page, 'Prompt Tuner: Resume');
      await asked();
      if (state.seen.length > before) throw new Error('Something was sent before anybody agreed again.');
      await answer('Send');
      await until('the run to be done', () => runs().at(-1)?.status === 'done', { seen: () => JSON.stringify(runs()) });
      const again = state.seen.slice(before);
      if (again.length === 0) throw new Error('Nothing more was asked.');
      if (again.some((body) => answered.includes(body))) throw new Error('What was answered was asked again.');
      if (runs().length !== 1) throw new Error('It is not one run.');
    });
    await test('the key of the endpoint stands in no file of the workspace or of the window', () => {
      const holding = [workspace.folder, server.home].flatMap((folder) => filesWith(folder, key));
      if (holding.length > 0) throw new Error(`It stands in ${holding.join(', ')}.`);
    });
  } finally {
    await page.close();
    await server.stop();
    stop();
    workspace.remove();
  }
  return results;
}

/** Records of all runs, the oldest first. */
function recordsIn(folder) {
  const runs = join(folder, '.prompt-tuner', 'runs');
  const ids = existsSync(runs) ? readdirSync(runs).filter((id) => !id.startsWith('.')) : [];
  return ids.sort().map((id) => JSON.parse(readFileSync(join(runs, id, 'run.json'), 'utf8')));
}

/** Files below a folder that hold a text. */
function filesWith(folder, text) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path) && statSync(path).isFile() && readFileSync(path).includes(text));
}
