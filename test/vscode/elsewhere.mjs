// A hard prompt on a model that runs elsewhere. VS Code refuses dialogs to tests inside the extension host, so that
// this part is driven from outside.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';
import { changeTheme, clearWindow, pressInPages, recordsIn, run, shows, themes, untilFrames } from './fromOutside.mjs';

const template = `---
model: my-server:little-1
input: { schema: { text: string } }
output: { schema: { label(enum): [warm, cold] } }
tune.data: { test: elsewhere.jsonl }
---
Day: {{text}}
Weather:{{label}}
`;
const days = ['sun', 'snow', 'heat', 'frost'];
const rows = Array.from({ length: 40 }, (_, i) => `${days[i % 4]} on day ${i}`);
const labelOf = (text) => (/sun|heat/.test(text) ? 'warm' : 'cold');

/** An endpoint that refuses one row for good, so that the numbers say that it is left out. */
async function startEndpoint() {
  const seen = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      seen.push(body);
      const reply = (status, value) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(value));
      };
      if (body.includes('frost on day 3\\n')) return reply(400, { error: { message: 'The text is not allowed.' } });
      const content = /day 1\d/.test(body) ? 'warm' : labelOf(body);
      const share = (label) => Math.log(label === content ? 0.7 : 0.2);
      const top = ['warm', 'cold'].map((token) => ({ token, logprob: share(token) }));
      reply(200, {
        model: 'little-1',
        choices: [{ message: { content }, finish_reason: 'stop', logprobs: { content: [{ top_logprobs: top }] } }],
        usage: { prompt_tokens: 12, completion_tokens: 1 },
      });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { baseURL: `http://127.0.0.1:${server.address().port}/v1`, seen, stop };
}

/**
 * Measures a template at an endpoint as a person does.
 * @param folder of the workspace that the window is to open
 */
export async function prepareElsewhere(folder) {
  const endpoint = await startEndpoint();
  writeFileSync(join(folder, 'elsewhere.prompt'), template);
  const lines = rows.map((text) => `${JSON.stringify({ text, label: labelOf(text) })}\n`);
  writeFileSync(join(folder, 'elsewhere.jsonl'), lines.join(''));
  return {
    endpoints: { 'my-server': { baseURL: endpoint.baseURL } },
    prices: { 'little-1': { input: 0.4, output: 1.6 } },
    stop: endpoint.stop,
    async run({ page, test, picture }) {
      for (const look of themes) {
        const show = (what) => picture(`endpoint-${what}-${look.name}`);
        const title = `rows are sent to an endpoint once a person agrees, and the comparison says how (${look.name})`;
        await test(title, async () => {
          await changeTheme(page, folder, look);
          await testRows({ page, show, endpoint, folder });
          await testForm({ page, show, endpoint, folder });
        });
        // Answers are kept with the runs that they are of: each theme begins without.
        await clearWindow(page, folder);
      }
    },
  };
}

async function testRows({ page, show, endpoint, folder }) {
  await page.locator('.part.sidebar .monaco-list-row', { hasText: 'elsewhere' }).first().click();
  await shows(page, /my-server:little-1/);
  const before = endpoint.seen.length;
  await run(page, 'Prompt Tuner: Evaluate Hard Prompt');
  await shows(page, /Send 40 rows of elsewhere\.jsonl to 127\.0\.0\.1/);
  await shows(page, /Price: at most about \$0\.0/);
  await show('consent');
  if (endpoint.seen.length > before) throw new Error('Something was sent before anybody agreed.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await until('the run to be measured', () => measured(folder).length > 0);
  const { result } = measured(folder).at(-1);
  if (result.n !== 39 || result.hosted.failed !== 1) throw new Error(`It measured ${JSON.stringify(result)}.`);
  await run(page, 'Prompt Tuner: Open Comparison');
  await untilFrames(page, /Labels decided by the log-probabilities of the first token[\s\S]*1 of 40 got no answer/);
  await show('comparison');
}

/** The training form says what can be done with the model, what that costs, and sends nothing without a yes. */
async function testForm({ page, show, endpoint, folder }) {
  const [before, runs] = [endpoint.seen.length, measured(folder).length];
  await page.locator('.part.sidebar .monaco-list-row', { hasText: 'elsewhere' }).first().click();
  await run(page, 'Prompt Tuner: Open Training Form');
  await untilFrames(page, /Measure elsewhere[\s\S]*runs elsewhere, so that its prompt is measured as it is written/);
  await pressInPages(page, 'Count Requests');
  await untilFrames(page, /40 rows of test[\s\S]*at most 43 requests[\s\S]*Price: at most about \$0\.0/);
  await show('form');
  await pressInPages(page, 'Measure…');
  await shows(page, /Send 40 rows of elsewhere\.jsonl to 127\.0\.0\.1/);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await untilFrames(page, /Nothing has begun, and nothing was sent\./);
  if (endpoint.seen.length > before) throw new Error('Something was sent although nobody has agreed.');
  await pressInPages(page, 'Measure…');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await untilFrames(page, /The measurement has begun; the runs view shows how far it is\./);
  await until('the run of the form to be measured', () => measured(folder).length > runs);
}

/** Runs that have a result, the oldest first. */
const measured = (folder) => recordsIn(folder).filter(({ status }) => status === 'done');
