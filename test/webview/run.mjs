// Loads our pages in Chromium under their real content security policy, plays the extension's part, and looks at what they show.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { launchChromium } from '../chromium.mjs';
import { modelTests } from './model.mjs';
import { previewTests } from './preview.mjs';

const { webviewPage, comparison, model, preview, themes } = createRequire(import.meta.url)('../../out/test/webview/pages.js');
const artifacts = 'out/artifacts';
const contentTypes = { '.js': 'text/javascript', '.css': 'text/css' };
mkdirSync(artifacts, { recursive: true });

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://page').pathname;
  const name = /^\/(comparison|model|preview)$/.exec(path)?.[1];
  if (name) {
    response.setHeader('content-type', 'text/html');
    return response.end(webviewPage({ title: name, script: `/${name}.js`, style: `/${name}.css`, source: `http://${request.headers.host}` }));
  }
  if (path === '/favicon.ico') return response.writeHead(204).end();
  try {
    response.setHeader('content-type', contentTypes[extname(path)] ?? 'application/octet-stream');
    response.end(readFileSync(`dist/webview${path}`));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}/`;
const browser = await launchChromium();

/** Runs in the page before its script: the editor's API, the theme, and a witness of policy violations. */
function playEditor({ theme, answers, events }) {
  window.violations = [];
  window.asked = [];
  window.kept = undefined;
  document.addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  window.say = (fields) => window.postMessage({ mark: 'prompt-tuner', ...fields });
  window.applyTheme = ({ kind, variables }) => {
    document.documentElement.removeAttribute('style');
    for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body.className = kind;
  };
  document.addEventListener('DOMContentLoaded', () => window.applyTheme(theme));
  window.acquireVsCodeApi = () => ({
    getState: () => window.kept,
    setState: (kept) => { window.kept = kept; },
    postMessage: ({ kind, id, name, request }) => {
      if (kind !== 'call') return;
      window.asked.push({ name, request });
      const answer = answers[name] ?? null;
      window.say(answer?.error ? { kind: 'error', id, error: answer.error } : { kind: 'result', id, result: answer });
      if (name === 'show') for (const [event, value] of events) window.say({ kind: 'event', name: event, event: value });
    },
  });
}

/** @param answers what each call is answered with, an `error` included; @param events sent after each `show` */
async function open(name, { theme, answers, events = [], width = 1180 }) {
  const page = await browser.newPage({ viewport: { width, height: 820 } });
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.addInitScript(playEditor, { theme: themes[theme], answers, events });
  await page.goto(address + name);
  return { page, errors };
}

function openPage(theme, state, points) {
  return open('comparison', { theme, answers: { show: state }, events: [['state', state], ...points.map((event) => ['points', event])] });
}

const tests = {
  ...Object.fromEntries(Object.keys(themes).map((theme) => [`shows table and curves in the ${theme} theme without a violation`, async () => {
    const { page, errors } = await openPage(theme, comparison.fullComparison, comparison.fullCurves);
    await page.locator('.chart canvas').waitFor();
    assert.equal(await page.locator('tbody tr[data-run]').count(), comparison.fullComparison.rows.length);
    assert.match(await page.locator('tbody tr[data-run]').nth(1).innerText(), /soft[\s\S]*0\.833\s+0\.757–0\.889[\s\S]*5,120/);
    assert.match(await page.locator('tr.baseline').innerText(), /billing[\s\S]*0\.250/);
    await page.screenshot({ path: `${artifacts}/comparison-${theme}.png` });
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(errors, []);
    await page.close();
  }])),
  'says what to do when there are no runs, and its button asks for a comparison': async () => {
    const { page } = await openPage('dark', comparison.emptyComparison, []);
    await page.getByText('Nothing to compare yet.').waitFor();
    await page.screenshot({ path: `${artifacts}/comparison-empty.png` });
    await page.getByRole('button', { name: 'Compare Hard and Soft' }).filter({ visible: true }).click();
    assert.deepEqual(await page.evaluate(() => window.asked.at(-1)), { name: 'start', request: { command: 'compare' } });
    await page.close();
  },
  'adds new points to a curve, and asks for all when some are missing': async () => {
    const { page } = await openPage('light', comparison.fullComparison, comparison.fullCurves);
    const chart = page.locator('.chart');
    await page.locator('.chart canvas').waitFor();
    await page.evaluate((event) => window.say({ kind: 'event', name: 'points', event }), comparison.nextPoints);
    await page.waitForFunction(() => document.querySelector('.chart').getAttribute('aria-label').includes('at step 122'));
    const asked = await page.evaluate(() => window.asked.length);
    await page.evaluate((event) => window.say({ kind: 'event', name: 'points', event }), { ...comparison.nextPoints, from: 400 });
    await page.waitForFunction((before) => window.asked.length > before, asked);
    assert.equal(await page.evaluate(() => window.asked.at(-1).name), 'show');
    assert.match(await chart.getAttribute('aria-label'), /B: loss/);
    await page.close();
  },
  'ignores messages that are not its own or have another shape': async () => {
    const { page, errors } = await openPage('dark', comparison.fullComparison, comparison.fullCurves);
    await page.locator('.chart canvas').waitFor();
    await page.evaluate(() => {
      for (const message of [null, 7, 'text', { kind: 'event' }, { mark: 'other', kind: 'event', name: 'state', event: {} }]) window.postMessage(message);
      window.say({ kind: 'event', name: 'state', event: { rows: 'none' } });
      window.say({ kind: 'event', name: 'constructor', event: {} });
      window.say({ kind: 'result', id: 999 });
    });
    await page.waitForTimeout(100);
    assert.equal(await page.locator('tbody tr[data-run]').count(), 4);
    assert.deepEqual(errors, []);
    await page.close();
  },
  'can be worked with the keyboard: stop a run, choose a template, show earlier runs': async () => {
    const { page } = await openPage('high-contrast', comparison.fullComparison, comparison.fullCurves);
    await page.locator('.chart canvas').waitFor();
    await page.getByRole('button', { name: 'Stop of run C' }).focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await page.evaluate(() => window.asked.at(-1)), { name: 'stop', request: { run: comparison.fullComparison.rows[2].run } });
    await page.getByRole('combobox', { name: 'Template' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => window.asked.at(-1).request.family?.endsWith('questions'));
    await page.getByRole('checkbox').click();
    await page.waitForFunction(() => window.asked.at(-1).request.older === true);
    await page.close();
  },
  'redraws in the colours of a new theme': async () => {
    const { page } = await openPage('dark', comparison.fullComparison, comparison.fullCurves);
    await page.locator('.chart canvas').waitFor();
    const stroke = () => page.locator('tbody .swatch line').nth(1).getAttribute('stroke');
    const before = await stroke();
    await page.evaluate((theme) => window.applyTheme(theme), { ...themes.light, variables: { ...themes.light.variables, 'charts-orange': '#123456' } });
    await page.waitForFunction(() => document.querySelectorAll('tbody .swatch line')[1].getAttribute('stroke') === '#123456');
    assert.notEqual(before, await stroke());
    await page.close();
  },
  ...modelTests({ open, model, themes, artifacts }),
  ...previewTests({ open, preview, themes, artifacts }),
};

let failed = 0;
try {
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`  ✓ ${name}`);
    } catch (error) {
      failed++;
      console.log(`  ✗ ${name}\n${error.stack}`);
    }
  }
} finally {
  await browser.close();
  server.close();
}
console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
