// The comparison panel in Chromium with many rows: first picture, rows read, filter, mode, scroll.
// usage: node test/bench/window/panel.mjs [--rows 10000,100000] [--runs 8]
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { launchChromium } from '../../support/running/chromium.mjs';
import { bundled, root } from '../shared/bundle.mjs';
import { median } from '../shared/median.mjs';
import { machineLine, markdownTable } from '../shared/processor.mjs';
import { processorTime, traced } from './trace.mjs';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000,100000' }, runs: { type: 'string', default: '8' } },
});
const page = { bundle: true, platform: 'browser', format: 'iife', target: 'chrome120', minify: true };
for (const [entry, output] of [
  ['main.ts', 'comparison.js'],
  ['comparison.css', 'comparison.css'],
])
  await build({
    ...page,
    entryPoints: [join(root, 'webview', 'comparison', entry)],
    outfile: join(root, 'dist', 'webview', output),
    logLevel: 'warning',
  });
const [program] = await bundled('window/panel');
const { webviewPage, themes, benchComparison, benchTable } = createRequire(import.meta.url)(program);

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
  const revive = ({ numbers, expected, predicted, probabilities, scores, ...rest }) => ({
    ...rest,
    numbers: Uint32Array.from(numbers),
    expected: Uint32Array.from(expected),
    predicted: Uint32Array.from(predicted),
    probabilities: Float32Array.from(probabilities),
    scores: Float32Array.from(scores, (score) => score ?? NaN),
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
}

const milliseconds = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const sizes = values.rows.split(',').map(Number);
const inPage = { opens: [], frames: [] };
const onDisk = [];
for (const rows of sizes) {
  const times = Object.values(await benchTable(Number(values.runs), rows));
  onDisk.push([rows.toLocaleString('en-US'), ...times.map(milliseconds)]);
}

/** Does something in the page and waits until the line above the rows says what is wanted. */
function act([what, wanted]) {
  performance.mark('began');
  const status = document.querySelector('.quiet[role=status]');
  const before = what === 'open' ? '' : status.textContent;
  return new Promise((done) => {
    new MutationObserver((_, observer) => {
      const said = status.textContent;
      if (wanted ? said !== wanted : said === before) return;
      observer.disconnect();
      performance.mark('ended');
      done();
    }).observe(status, { childList: true, characterData: true, subtree: true });
    if (what === 'open') document.querySelector('#tab-rows').click();
    else if (what.startsWith('filter ')) {
      const field = document.querySelector('vscode-text-field');
      field.value = what.slice(7);
      field.dispatchEvent(new Event('input'));
    } else [...document.querySelectorAll('.mode')].find(({ textContent }) => textContent === what).click();
  });
}

/** Scrolls a frame at a time, with a mark in front of each; the empty list has the same size and no line. */
async function scroll(which) {
  let list = document.querySelector('.list');
  if (which === 'empty') {
    const empty = document.createElement('div');
    empty.style.cssText = `height: ${list.clientHeight}px; overflow: auto; contain: strict`;
    empty.append(document.createElement('div'));
    empty.firstChild.style.height = `${list.scrollHeight}px`;
    list.replaceWith(empty);
    list = empty;
  }
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  list.scrollTop = 0;
  for (let step = 0; step < 10; step++) await frame();
  for (let step = 0; step < 120; step++) {
    performance.mark(step < 60 ? 'small' : 'large');
    list.scrollTop += step < 60 ? 90 : list.scrollHeight / 80;
    await frame();
  }
  performance.mark('end');
}

/** Of each frame: processor time of main thread and whole browser, the time until the next, and the longest task. */
function framesOf({ main, others, marks }) {
  const steps = marks.filter(({ name }) => ['small', 'large', 'end'].includes(name));
  return steps.slice(0, -1).map(({ name, at }, i) => {
    const until = steps[i + 1].at;
    const processor = processorTime(main, at, until);
    const tasks = main.filter((task) => task.at >= at && task.at < until);
    return {
      name,
      processor,
      browser: processor + processorTime(others, at, until),
      wall: until - at,
      task: Math.max(0, ...tasks.map((task) => task.processor)),
    };
  });
}

/** The processor time of the page and what a person waits, between the marks of one action. */
const costOf = ({ main, marks }) => {
  const [began, ended] = ['began', 'ended'].map((wanted) => marks.find(({ name }) => name === wanted).at);
  // The click itself is in the task that sets the mark.
  const first = main.findLast(({ at }) => at <= began)?.at ?? began;
  return { wall: ended - began, processor: processorTime(main, first, ended) };
};
const both = ({ wall, processor }) => `${milliseconds(processor)} (${milliseconds(wall)})`;

const browser = await launchChromium();
try {
  for (const [rows, long] of sizes.flatMap((size) => [
    [size, false],
    [size, true],
  ])) {
    const comparison = benchComparison({ runs: Number(values.runs), rows, long });
    const texts = long ? 'long texts' : 'labels';
    const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await tab.addInitScript(playEditor, {
      theme: themes.dark,
      state: comparison.state,
      analysis: comparison.analysis,
      points: comparison.points,
    });
    await tab.addInitScript(() => {
      performance.mark('began');
      new MutationObserver((_, observer) => {
        if (!document.querySelector('tr[data-study]')) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => performance.mark('ended')));
      }).observe(document, { childList: true, subtree: true });
    });
    const opened = await traced(tab, async () => {
      await tab.goto(`http://127.0.0.1:${server.address().port}/comparison`);
      await tab.waitForFunction(() => performance.getEntriesByName('ended').length > 0);
    });
    for (const chunk of comparison.chunks) await tab.evaluate((given) => window.addChunk(given), chunk);
    const total = rows.toLocaleString('en-US');
    const everything = `${total} of ${total} rows`;
    const acted = (...what) => traced(tab, () => tab.evaluate(act, what));
    const all = await acted('open', everything);
    const filtered = await acted('filter courier twice');
    await acted('filter ', everything);
    const different = await acted('Different only');
    await acted('All', everything);
    const [list, empty] = [
      framesOf(await traced(tab, () => tab.evaluate(scroll, 'list'))),
      framesOf(await traced(tab, () => tab.evaluate(scroll, 'empty'))),
    ];
    const heap = await tab.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
    inPage.opens.push([
      `${total}, ${texts}`,
      milliseconds(comparison.analysisMilliseconds),
      both(costOf(opened)),
      both(costOf(all)),
      milliseconds(Math.max(...[...opened.main, ...all.main].map(({ processor }) => processor))),
      both(costOf(filtered)),
      both(costOf(different)),
      `${Math.round(heap / 1e6)} MB`,
    ]);
    for (const [what, frames] of [['list', list], ...(long ? [] : [['empty list', empty]])]) {
      const of = (name, part) => frames.filter((frame) => frame.name === name).map((frame) => frame[part]);
      inPage.frames.push([
        `${total}, ${texts}`,
        what,
        ...['small', 'large'].flatMap((name) => [
          milliseconds(median(of(name, 'processor'))),
          milliseconds(Math.max(...of(name, 'processor'))),
          milliseconds(median(of(name, 'browser'))),
          milliseconds(Math.max(...of(name, 'wall'))),
        ]),
      ]);
    }
    await tab.close();
  }
} finally {
  await browser.close();
  server.close();
}
console.log(machineLine());
console.log(
  markdownTable(['rows', 'answers on disk looked through', 'first rows read', 'all rows read', 'detail'], onDisk),
);
console.log('\nIn the page: processor time of its main thread (wall time).\n');
console.log(
  markdownTable(
    [
      'rows',
      'analysis elsewhere',
      'first row of the summary',
      'all rows',
      'longest task',
      'filter',
      'different only',
      'heap',
    ],
    inPage.opens,
  ),
);
console.log('\nFrames of scrolling, by 90 px and by screens.\n');
console.log(
  markdownTable(
    [
      'rows',
      'what',
      ...['by 90 px', 'screens'].flatMap((name) => [
        `${name}: main thread`,
        'most',
        'whole browser',
        'longest frame, wall',
      ]),
    ],
    inPage.frames,
  ),
);
