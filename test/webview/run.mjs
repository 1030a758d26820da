// Loads our pages in Chromium under their real content security policy, plays the extension's part, and looks at what they show.
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { launchChromium } from '../support/chromium.mjs';
import { comparisonTests } from './comparison.mjs';
import { modelTests } from './model.mjs';
import { previewTests } from './preview.mjs';
import { runPageTests } from './runPage.mjs';
import { trainFormTests } from './trainForm.mjs';

const { webviewPage, comparison, model, preview, runPage, trainForm, themes } = createRequire(import.meta.url)(
  '../../out/test/webview/pages.js',
);
const artifacts = 'out/artifacts';
const contentTypes = { '.js': 'text/javascript', '.css': 'text/css' };
mkdirSync(artifacts, { recursive: true });

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://page').pathname;
  const name = /^\/(comparison|model|preview|run|form)$/.exec(path)?.[1];
  if (name) {
    response.setHeader('content-type', 'text/html');
    return response.end(
      webviewPage({
        title: name,
        script: `/${name}.js`,
        style: `/${name}.css`,
        source: `http://${request.headers.host}`,
      }),
    );
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

/** Typed arrays do not survive the way into the page; they travel as lists with a mark and are made anew there. */
function packed(value) {
  return JSON.parse(
    JSON.stringify(value, (_, part) =>
      ArrayBuffer.isView(part)
        ? { numbers: Array.from(part, (number) => (Number.isNaN(number) ? null : number)), type: part.constructor.name }
        : part,
    ),
  );
}

/** Runs in the page before its script: the editor's API, the theme, and a witness of policy violations. */
function playEditor({ theme, answers: sent, events, kept }) {
  const unpacked = (value) => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(unpacked);
    if (value.numbers && value.type) return window[value.type].from(value.numbers, (number) => number ?? NaN);
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unpacked(part)]));
  };
  const answers = unpacked(sent);
  window.violations = [];
  window.asked = [];
  window.kept = kept;
  document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
  );
  window.say = (fields) => window.postMessage({ mark: 'prompt-tuner', ...fields });
  window.applyTheme = ({ kind, variables }) => {
    document.documentElement.removeAttribute('style');
    for (const [name, value] of Object.entries(variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body.className = kind;
  };
  document.addEventListener('DOMContentLoaded', () => window.applyTheme(theme));
  window.acquireVsCodeApi = () => ({
    getState: () => window.kept,
    setState: (kept) => {
      window.kept = kept;
    },
    postMessage: ({ kind, id, name, request }) => {
      if (kind !== 'call') return;
      window.asked.push({ name, request });
      const known = answers[name] ?? null;
      // An answer may depend on a field of the request.
      const answer = known?.by ? (known.answers[request[known.by]] ?? null) : known;
      window.say(answer?.error ? { kind: 'error', id, error: answer.error } : { kind: 'result', id, result: answer });
      if (name === 'show')
        for (const [event, value] of events) window.say({ kind: 'event', name: event, event: value });
    },
  });
}

/** @param answers what each call is answered with, an `error` included; @param events sent after each `show` */
async function open(name, { theme, answers, events = [], width = 1180, height = 820, kept, reducedMotion }) {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion });
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.addInitScript(playEditor, {
    theme: themes[theme],
    answers: packed(answers),
    events: packed(events),
    kept,
  });
  await page.goto(address + name);
  return { page, errors };
}

const tests = {
  ...comparisonTests({ open, comparison, themes, artifacts }),
  ...modelTests({ open, model, themes, artifacts }),
  ...previewTests({ open, preview, themes, artifacts }),
  ...runPageTests({ open, runPage, themes, artifacts }),
  ...trainFormTests({ open, trainForm, themes, artifacts }),
};

/** A part of the names of the tests that are to run; all when it is left out. */
const chosen = Object.entries(tests).filter(([name]) => name.includes(process.argv[2] ?? ''));
let failed = 0;
try {
  for (const [name, test] of chosen) {
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
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
