// A hard prompt on a model that runs elsewhere. VS Code refuses dialogs to tests inside the extension host, so that
// this part is driven from outside.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';
import { pressInPages, run, shows, untilFrames, usualMilliseconds, visibleText } from './fromOutside.mjs';
import { serveVSCode } from './serveVSCode.mjs';
import { copyWorkspace, quietSettings } from './workspace.mjs';

const template = `---
model: my-server:little-1
input: { schema: { text: string } }
output: { schema: { label(enum): [warm, cold] } }
tune.data: { test: weather.jsonl }
---
Day: {{text}}
Weather:{{label}}
`;
const days = ['sun', 'snow', 'heat', 'frost'];
const rows = Array.from({ length: 40 }, (_, i) => `${days[i % 4]} on day ${i}`);
const labelOf = (text) => (/sun|heat/.test(text) ? 'warm' : 'cold');
const themes = [
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
];

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

/** Measures a template at an endpoint as a person does. @returns what became of the test, as the suite writes it */
export async function testElsewhere(browser, artifacts) {
  const endpoint = await startEndpoint();
  const workspace = copyWorkspace();
  writeFileSync(join(workspace.folder, 'elsewhere.prompt'), template);
  const lines = rows.map((text) => `${JSON.stringify({ text, label: labelOf(text) })}\n`);
  writeFileSync(join(workspace.folder, 'weather.jsonl'), lines.join(''));
  const results = [];
  for (const [name, theme] of themes) {
    const server = await serveVSCode({
      folder: workspace.folder,
      settings: {
        ...quietSettings,
        'workbench.colorTheme': theme,
        'promptTuner.endpoints': { 'my-server': { baseURL: endpoint.baseURL } },
        'promptTuner.prices': { 'little-1': { input: 0.4, output: 1.6 } },
      },
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const picture = (what) => page.screenshot({ path: join(artifacts, `vscode-endpoint-${what}-${name}.png`) });
    const title = `rows are sent to an endpoint once a person agrees, and the comparison says how (${name})`;
    try {
      await page.goto(server.url, { timeout: usualMilliseconds });
      await page.getByRole('tab', { name: 'Prompt Tuner' }).click({ timeout: usualMilliseconds });
      const entry = page.locator('.part.sidebar .monaco-list-row', { hasText: 'elsewhere' }).first();
      await entry.click({ timeout: usualMilliseconds });
      await shows(page, /my-server:little-1/);
      const before = endpoint.seen.length;
      await run(page, 'Prompt Tuner: Evaluate Hard Prompt');
      await shows(page, /Send 40 rows of weather\.jsonl to 127\.0\.0\.1/);
      await shows(page, /Price: at most about \$0\.0/);
      await picture('consent');
      if (endpoint.seen.length > before) throw new Error('Something was sent before anybody agreed.');
      await page.getByRole('button', { name: 'Send', exact: true }).click({ timeout: usualMilliseconds });
      await until('the run to be measured', () => measured(workspace.folder).length > 0);
      const { result } = measured(workspace.folder).at(-1);
      if (result.n !== 39 || result.hosted.failed !== 1) throw new Error(`It measured ${JSON.stringify(result)}.`);
      await run(page, 'Prompt Tuner: Open Comparison');
      await untilFrames(page, /Labels decided by the log-probabilities of the first token[\s\S]*1 of 40 got no answer/);
      await picture('comparison');
      await testForm({ page, picture, endpoint, folder: workspace.folder });
      results.push({ title, state: 'passed' });
    } catch (error) {
      await picture('failed');
      results.push({ title, state: 'failed', error: `${error.stack}\nThe window shows:\n${await visibleText(page)}` });
    } finally {
      await page.close();
      await server.stop();
      // A template with runs is a folder of the view, and answers are kept with them: each theme begins without.
      rmSync(join(workspace.folder, '.prompt-tuner'), { recursive: true, force: true, maxRetries: 3 });
    }
  }
  endpoint.stop();
  workspace.remove();
  return results;
}

/** The training form says what can be done with the model, what that costs, and sends nothing without a yes. */
async function testForm({ page, picture, endpoint, folder }) {
  const [before, runs] = [endpoint.seen.length, measured(folder).length];
  await page.locator('.part.sidebar .monaco-list-row', { hasText: 'elsewhere' }).first().click();
  await run(page, 'Prompt Tuner: Open Training Form');
  await untilFrames(page, /Measure elsewhere[\s\S]*runs elsewhere, so that its prompt is measured as it is written/);
  await pressInPages(page, 'Count Requests');
  await untilFrames(page, /40 rows of test[\s\S]*at most 43 requests[\s\S]*Price: at most about \$0\.0/);
  await picture('form');
  await pressInPages(page, 'Measure…');
  await shows(page, /Send 40 rows of weather\.jsonl to 127\.0\.0\.1/);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click({ timeout: usualMilliseconds });
  await untilFrames(page, /Nothing has begun, and nothing was sent\./);
  if (endpoint.seen.length > before) throw new Error('Something was sent although nobody has agreed.');
  await pressInPages(page, 'Measure…');
  await page.getByRole('button', { name: 'Send', exact: true }).click({ timeout: usualMilliseconds });
  await untilFrames(page, /The measurement has begun; the runs view shows how far it is\./);
  await until('the run of the form to be measured', () => measured(folder).length > runs);
}

/** Runs that have a result, the oldest first. */
function measured(folder) {
  const runs = join(folder, '.prompt-tuner', 'runs');
  const ids = existsSync(runs) ? readdirSync(runs).filter((id) => !id.startsWith('.')) : [];
  return ids
    .sort()
    .map((id) => JSON.parse(readFileSync(join(runs, id, 'run.json'), 'utf8')))
    .filter(({ status }) => status === 'done');
}
