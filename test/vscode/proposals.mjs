// A model elsewhere writes instructions for a training, once a person has agreed. VS Code refuses dialogs to tests
// inside the extension host, so that this part is driven from outside.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';
import { changeTheme, recordsIn, run, shows, themes } from './fromOutside.mjs';

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
model: known-server:org/big-1:free
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

/** @param folder of the workspace that the window is to open */
export async function prepareProposals(folder) {
  const { state, baseURL, stop } = await startEndpoint();
  writeFileSync(join(folder, 'rewritten.prompt'), template);
  writeFileSync(join(folder, 'ask.prompt'), proposer);
  for (const [name, first] of Object.entries({ weather: 0, dev: 16, test: 32 }))
    writeFileSync(join(folder, `${name}.jsonl`), rowsFrom(first));
  return {
    endpoints: { 'known-server': { baseURL } },
    prices: { 'org/big-1:free': { input: 400, output: 1600 } },
    environment: { KNOWN_SERVER_API_KEY: key },
    stop,
    async run({ page, home, test, picture }) {
      const dialog = page.locator('.monaco-dialog-box');
      /** Waits for the question. @returns what it says */
      const asked = async () => {
        await dialog.waitFor();
        return dialog.innerText();
      };
      const answer = (button) => dialog.getByRole('button', { name: button, exact: true }).click();
      const runs = () => recordsIn(folder);
      await page.locator('.part.sidebar .monaco-list-row', { hasText: 'rewritten' }).first().click();
      await shows(page, /tune\.propose/);
      for (const look of themes)
        await test(`nothing is sent for instructions where a person says no (${look.name})`, async () => {
          await changeTheme(page, folder, look);
          await run(page, 'Prompt Tuner: Train P-Tuning v2 Prompt');
          const said = await asked();
          for (const part of [
            /Send some of the 16 rows of weather\.jsonl to 127\.0\.0\.1/,
            /Model: known-server:org\/big-1:free/,
            /Rows: some of the 16 rows of train with their answers/,
            /Requests: at most \d+ requests/,
            /Price: at most about \$\d/,
          ])
            if (!part.test(said)) throw new Error(`The dialog says ${said}.`);
          await picture(`proposals-consent-${look.name}`);
          await answer('Cancel');
          await shows(page, /Nothing was sent to 127\.0\.0\.1:\d+, and nothing has begun\./);
          await picture(`proposals-refused-${look.name}`);
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
        await until('the run to stop', () => runs().at(-1)?.status === 'stopped', {
          seen: () => JSON.stringify(runs()),
        });
        await picture('proposals-withdrawn');
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
        await until('the run to be done', () => runs().at(-1)?.status === 'done', {
          seen: () => JSON.stringify(runs()),
        });
        const again = state.seen.slice(before);
        if (again.length === 0) throw new Error('Nothing more was asked.');
        if (again.some((body) => answered.includes(body))) throw new Error('What was answered was asked again.');
        if (runs().length !== 1) throw new Error('It is not one run.');
      });
      await test('the key of the endpoint stands in no file of the workspace or of the window', () => {
        const holding = [folder, home].flatMap((folder) => filesWith(folder, key));
        if (holding.length > 0) throw new Error(`It stands in ${holding.join(', ')}.`);
      });
    },
  };
}

/** Files below a folder that hold a text. */
function filesWith(folder, text) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path) && statSync(path).isFile() && readFileSync(path).includes(text));
}
