// The comparison panel in Chromium with many rows: first picture, rows read, filter, mode, scroll. usage: node
// test/bench/panel.mjs [--rows 10000,100000] [--runs 8]
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { launchChromium } from '../support/chromium.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000,100000' }, runs: { type: 'string', default: '8' } },
});
const page = {
  bundle: true,
  platform: 'browser',
  format: 'iife',
  target: 'chrome120',
  minify: true,
  logLevel: 'warning',
};
await build({
  ...page,
  entryPoints: [join(root, 'webview/comparison/main.ts')],
  outfile: join(root, 'dist/webview/comparison.js'),
});
await build({
  ...page,
  entryPoints: [join(root, 'webview/comparison/comparison.css')],
  outfile: join(root, 'dist/webview/comparison.css'),
});
await build({
  entryPoints: [join(root, 'test/bench/panel.ts')],
  outfile: join(root, 'out/benchPanel.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['onnxruntime-node'],
  logLevel: 'warning',
});
const { webviewPage, themes, benchComparison, benchTable } = createRequire(import.meta.url)(
  join(root, 'out/benchPanel.js'),
);

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://page');
  if (url.pathname === '/comparison') {
    response.setHeader('content-type', 'text/html');
    return response.end(
      webviewPage({
        title: 'Comparison',
        script: '/comparison.js',
        style: '/comparison.css',
        source: `http://${request.headers.host}`,
      }),
    );
  }
  if (url.pathname === '/favicon.ico') return response.writeHead(204).end();
  response.setHeader(
    'content-type',
    { '.js': 'text/javascript', '.css': 'text/css' }[extname(url.pathname)] ?? 'text/plain',
  );
  response.end(readFileSync(join(root, 'dist/webview', url.pathname)));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

/**
 * Plays the extension: every answer goes through a structured clone, as over the real channel. Chunks come from the
 * bench by a binding.
 */
function playEditor({ theme, state, analysis, points }) {
  window.kept = undefined;
  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body.className = theme.kind;
  });
  const say = (fields) => window.postMessage({ mark: 'prompt-tuner', ...fields });
  const revive = ({ numbers, expected, predicted, probabilities, ...rest }) => ({
    ...rest,
    numbers: Uint32Array.from(numbers),
    expected: Uint32Array.from(expected),
    predicted: Uint32Array.from(predicted),
    probabilities: Float32Array.from(probabilities),
  });
  window.acquireVsCodeApi = () => ({
    getState: () => window.kept,
    setState: (kept) => {
      window.kept = kept;
    },
    postMessage: async ({ kind, id, name, request }) => {
      if (kind !== 'call') return;
      if (name === 'rows')
        return say({ kind: 'result', id, result: window.chunks.find(({ from }) => from === request.from) });
      say({ kind: 'result', id, result: { show: state, analyse: analysis }[name] ?? null });
      if (name === 'show') for (const event of points) say({ kind: 'event', name: 'points', event });
    },
  });
  window.addChunk = (chunk) => {
    (window.chunks ??= []).push(revive(chunk));
  };
  new PerformanceObserver((list) => {
    window.paint ??= list.getEntriesByName('first-contentful-paint')[0]?.startTime;
  }).observe({ type: 'paint', buffered: true });
}

const milliseconds = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const sizes = values.rows.split(',').map(Number);
console.log('rows | answers on disk looked through | first rows read | all rows read | detail of a row');
for (const rows of sizes) {
  const { open, first, all, detail } = await benchTable(Number(values.runs), rows);
  console.log(
    [
      rows.toLocaleString('en-US'),
      milliseconds(open),
      milliseconds(first),
      milliseconds(all),
      milliseconds(detail),
    ].join(' | '),
  );
}

const browser = await launchChromium();
try {
  console.log(
    [
      'rows',
      'analysis in the trainer’s process',
      'first row of the summary',
      'all rows in the page',
      'filter by text',
      'different only',
      'scroll by 90 px, median frame',
      'by screens',
      'slowest frame',
      'longest task',
      'the same in an empty list',
      'ratio',
      'heap',
    ].join(' | '),
  );
  for (const rows of sizes) {
    const comparison = benchComparison(Number(values.runs), rows);
    const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await tab.addInitScript(playEditor, {
      theme: themes.dark,
      state: comparison.state,
      analysis: comparison.analysis,
      points: comparison.points,
    });
    await tab.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector('tr[data-study]')) return;
        observer.disconnect();
        requestAnimationFrame(() => {
          window.firstRow = performance.now();
        });
      }).observe(document, { childList: true, subtree: true });
    });
    await tab.goto(`http://127.0.0.1:${server.address().port}/comparison`);
    await tab.waitForFunction(() => window.firstRow);
    const first = await tab.evaluate(() => window.firstRow);
    for (const chunk of comparison.chunks) await tab.evaluate((given) => window.addChunk(given), chunk);
    const total = rows.toLocaleString('en-US');
    const until = (action, text) =>
      tab.evaluate(
        async ([what, wanted]) => {
          const began = performance.now();
          if (what === 'open') document.querySelector('#tab-rows').click();
          else if (what === 'filter') {
            const field = document.querySelector('vscode-text-field');
            field.value = wanted.typed;
            field.dispatchEvent(new Event('input'));
          } else [...document.querySelectorAll('.mode')].find(({ textContent }) => textContent === what).click();
          const status = () => document.querySelector('.quiet[role=status]').textContent;
          const before = what === 'open' ? '' : wanted.before;
          while (!(wanted.done ? status() === wanted.done : status() !== before))
            await new Promise((done) => {
              const channel = new MessageChannel();
              channel.port1.onmessage = done;
              channel.port2.postMessage(0);
            });
          return performance.now() - began;
        },
        [action, text],
      );
    const all = await until('open', { done: `${total} of ${total} rows` });
    // The pause after the last key is not work.
    const filter = (await until('filter', { typed: 'courier twice', before: `${total} of ${total} rows` })) - 120;
    await until('filter', { typed: '', done: `${total} of ${total} rows` });
    const different = await until('Different only', { before: `${total} of ${total} rows` });
    await until('All', { done: `${total} of ${total} rows` });
    // What the machine itself takes: a list of the same size and length without any line in it, scrolled alike.
    const scrolled = (selector) =>
      tab.evaluate(async (wanted) => {
        const tasks = [];
        const observer = new PerformanceObserver((list) =>
          tasks.push(...list.getEntries().map(({ duration }) => duration)),
        );
        observer.observe({ type: 'longtask' });
        let list = document.querySelector('.list');
        if (wanted === 'empty') {
          const empty = document.createElement('div');
          empty.style.cssText = `height: ${list.clientHeight}px; overflow: auto; contain: strict`;
          empty.append(document.createElement('div'));
          empty.firstChild.style.height = `${list.scrollHeight}px`;
          list.replaceWith(empty);
          list = empty;
        }
        list.scrollTop = 0;
        const frames = [];
        let last = performance.now();
        for (let step = 0; step < 120; step++) {
          list.scrollTop += step < 60 ? 90 : list.scrollHeight / 80;
          await new Promise((done) => requestAnimationFrame(done));
          frames.push(performance.now() - last);
          last = performance.now();
        }
        observer.disconnect();
        const middle = (some) => [...some].sort((a, b) => a - b)[some.length >> 1];
        return {
          small: middle(frames.slice(0, 60)),
          large: middle(frames.slice(60)),
          slowest: Math.max(...frames),
          longest: Math.max(0, ...tasks),
          heap: performance.memory?.usedJSHeapSize ?? 0,
        };
      }, selector);
    const scroll = await scrolled('list');
    const empty = await scrolled('empty');
    const ratio = ((scroll.small + scroll.large) / (empty.small + empty.large)).toFixed(1);
    console.log(
      [
        total,
        milliseconds(comparison.analysisMilliseconds),
        milliseconds(first),
        milliseconds(all),
        milliseconds(filter),
        milliseconds(different),
        milliseconds(scroll.small),
        milliseconds(scroll.large),
        milliseconds(scroll.slowest),
        scroll.longest > 0 ? milliseconds(scroll.longest) : 'none over 50 ms',
        `${milliseconds(empty.small)}, ${milliseconds(empty.large)}`,
        ratio,
        `${Math.round(scroll.heap / 1e6)} MB`,
      ].join(' | '),
    );
    await tab.close();
  }
} finally {
  await browser.close();
  server.close();
}
