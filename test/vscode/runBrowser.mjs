// Runs the suite inside a real VS Code that is shown in Chromium, and takes the pictures that the suite asks for.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { launchChromium } from '../support/running/chromium.mjs';
import { longestMilliseconds } from '../support/running/until.mjs';
import { partsOutside, testOutside } from './outside.mjs';
import { testReload } from './reload.mjs';
import { testRestricted } from './restricted.mjs';
import { openWindow } from './openWindow.mjs';
import { serveVSCode } from './serveVSCode.mjs';
import { smallPicture } from './smallPicture.mjs';
import { copyWorkspace, printResults, quietSettings } from './workspace.mjs';

const artifacts = 'out/artifacts';
/** Longer than any test may take: a suite that asks for nothing for so long has died. */
const longestSilence = 2 * longestMilliseconds;
/** After which an act is asked for again: so long that what has been done is not done twice. */
const attemptMilliseconds = 60_000;
/**
 * A part of a file's name runs that file alone; `reload`, `restricted`, `elsewhere`, `proposals`, `inChinese` and
 * `confirmation` those parts alone, for who works on it.
 */
const wanted = process.env.PROMPT_TUNER_SUITE ?? '';

mkdirSync(artifacts, { recursive: true });
const browser = await launchChromium();
try {
  // A reload ends whatever runs inside the extension host, mocha too, so that part is driven from here.
  const apart = ['reload', 'restricted', 'inChinese', ...partsOutside];
  const tests = apart.includes(wanted) ? [] : await runSuite();
  const inChinese = 'inChinese'.includes(wanted) ? await runSuite('zh-cn') : [];
  const reloaded = 'reload'.includes(wanted) ? await testReload(browser, artifacts) : [];
  const restricted = 'restricted'.includes(wanted) ? await testRestricted(browser, artifacts) : [];
  const outside = partsOutside.filter((name) => name.includes(wanted));
  const fromOutside = outside.length > 0 ? await testOutside(browser, artifacts, outside) : [];
  const results = [...tests, ...inChinese, ...reloaded, ...restricted, ...fromOutside];
  process.exitCode = printResults({ tests: results }) ? 0 : 1;
} finally {
  await browser.close();
}

/**
 * Runs mocha inside the extension host.
 * @param language of the window; VS Code's own texts stay English, as its language packs are not here
 * @returns what became of each test; one failure where it did not end
 */
async function runSuite(language) {
  const exchange = mkdtempSync(join(tmpdir(), 'prompt-tuner-exchange-'));
  const results = join(exchange, 'results.json');
  const workspace = copyWorkspace();
  const server = await serveVSCode({
    folder: workspace.folder,
    settings: quietSettings,
    tests: 'out/test/vscode/index.js',
    environment: { PROMPT_TUNER_EXCHANGE: exchange },
  });
  const lines = [];
  const violations = [];
  const page = await openWindow(browser);
  try {
    page.on('console', (message) => lines.push(message.text()));
    page.on(
      'console',
      (message) => message.text().includes('Content Security Policy') && violations.push(message.text()),
    );
    if (language) await page.addInitScript((name) => (globalThis._VSCODE_NLS_LANGUAGE = name), language);
    await page.goto(server.url);
    let heard = Date.now();
    while (!existsSync(results) && Date.now() < heard + longestSilence && !server.lostHost()) {
      if ((await answerRequests(page, exchange, violations)) > 0) heard = Date.now();
      // The page's own timer would go to the browser's driver and back each time.
      await pause(50);
    }
    if (existsSync(results)) return JSON.parse(readFileSync(results, 'utf8')).tests;
    await page.screenshot({ path: join(artifacts, 'vscode-stuck.png') });
    const lost = server.lostHost();
    return [
      {
        title: 'the suite ends',
        state: 'failed',
        error: [
          lost ? 'The process that runs extensions died.' : 'It did not end.',
          lost,
          whereStuck(exchange),
          "The page's last lines:",
          ...lines.slice(-40),
          "The server's:",
          server.output().slice(-4000),
        ].join('\n'),
      },
    ];
  } finally {
    await page.close();
    await server.stop();
    await workspace.remove();
    rmSync(exchange, { recursive: true, force: true });
  }
}

/** What the suite's process was at where it came to no further turn; empty where it did. */
function whereStuck(exchange) {
  const path = join(exchange, 'stuck.txt');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Answers the suite, which asks by a file `name.ask`. @returns how often it asked */
async function answerRequests(page, exchange, violations) {
  const files = readdirSync(exchange).filter((name) => name.endsWith('.ask'));
  for (const file of files) {
    const name = file.slice(0, -'.ask'.length);
    const asked = readFileSync(join(exchange, file), 'utf8');
    rmSync(join(exchange, file));
    const [, request, words] = /^(\w+) ?([\s\S]*)$/.exec(asked);
    const answer = await requests({ page, name, violations })[request](words);
    writeFileSync(join(exchange, `${name}.part`), String(answer));
    renameSync(join(exchange, `${name}.part`), join(exchange, `${name}.answer`));
  }
  return files.length;
}

/** What the suite can ask for: what can be seen, or that something be done, answered by `done` or by why it is not. */
function requests({ page, name, violations }) {
  return {
    text: () => visibleText(page),
    async picture() {
      await page.screenshot({ path: join(artifacts, `vscode-${name}.png`) });
      return visibleText(page);
    },
    shot: (words) => smallPicture(page, JSON.parse(words)),
    themes: () => themesShown(page),
    checked: () => page.locator('.getting-started-step .codicon-getting-started-step-checked').count(),
    cut: async () => (await page.evaluate(entriesCutOff)).join('\n'),
    focused: () => page.evaluate(entryInFocus),
    violations: () => violations.join('\n'),
    offend: () => inPages(page, offend),
    mark: () => inPages(page, markPage),
    marked: async () => (await inPages(page, () => document.body.dataset.isFromBefore)).filter(Boolean).length,
    press: (control) => press(page, control),
    open: (control) => press(page, control, { button: 'right' }),
    fill: (words) => fill(page, ...JSON.parse(words)),
    paste: (words) => page.evaluate(paste, words),
    drag: (words) => drag(page, ...JSON.parse(words)),
    async type(words) {
      if (!(await page.evaluate(isTextFieldInFocus))) return 'no text field has the focus';
      await page.keyboard.type(words, { delay: 10 });
      return 'done';
    },
    async key(words) {
      await page.keyboard.press(words);
      return 'done';
    },
  };
}

/** Runs in the page: the entries of the sidebar's trees whose text does not fit. */
function entriesCutOff() {
  const labels = [...document.querySelectorAll('.part.sidebar .monaco-list-row .monaco-icon-label-container')];
  return labels.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ innerText }) => innerText);
}

/** Runs in the page: the entry of the open list that Enter would take. */
function entryInFocus() {
  return document.querySelector('.quick-input-list .monaco-list-row.focused')?.innerText ?? '';
}

/** Runs in the page. */
function isTextFieldInFocus() {
  return document.activeElement?.matches('input, textarea, .native-edit-context') ?? false;
}

async function visibleText(page) {
  // One frame is there to run extensions in, and holds nothing but their host's program.
  const shown = page.frames().filter((frame) => !frame.url().includes('webWorkerExtensionHostIframe'));
  const read = (frame) => frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
  return (await Promise.all(shown.map(read))).join('\n');
}

/** Runs a function in every frame; in those that are gone by then it gives nothing. */
function inPages(page, run) {
  return Promise.all(page.frames().map((frame) => frame.evaluate(run).catch(() => undefined)));
}

/** The themes of the window and of each page of ours in it, as the setting names them. */
async function themesShown(page) {
  const names = {
    'vs-dark': 'Default Dark Modern',
    vs: 'Default Light Modern',
    'hc-black': 'Default High Contrast',
    'hc-light': 'Default High Contrast Light',
  };
  const classes = await page.evaluate(() => [...(document.querySelector('.monaco-workbench')?.classList ?? [])]);
  const ofWindow = names[classes.find((each) => each in names)] ?? 'no theme';
  const ofPages = await inPages(page, themeDrawn);
  return [ofWindow, ...ofPages.filter(Boolean)].join('\n');
}

/** Runs in the frames: the theme of a page of ours, once what it has drawn since is on the screen. */
async function themeDrawn() {
  if (!document.getElementById('page')) return undefined;
  const theme = document.body.dataset.vscodeThemeId;
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  // A page behind another one is not drawn, and is not waited for.
  const isHidden = () => new Promise((resolve) => setTimeout(resolve, 500));
  await Promise.race([nextFrame().then(nextFrame), isHidden()]);
  return theme;
}

/** Types into the visible text field of a name, in whichever frame has it. */
async function fill(page, name, text) {
  for (const frame of page.frames()) {
    const found = frame.getByRole('textbox', { name, exact: true }).first();
    if (!(await found.isVisible().catch(() => false))) continue;
    return found.fill(text).then(() => 'done', firstLine);
  }
  return 'no such text field';
}

/** Drags what has a role and a name onto another, both in the window itself. */
async function drag(page, [role, name], [targetRole, targetName]) {
  const place = (ofRole, named) => page.getByRole(ofRole, { name: named }).first();
  return place(role, name)
    .dragTo(place(targetRole, targetName), { timeout: attemptMilliseconds })
    .then(() => 'done', firstLine);
}

/**
 * Clicks the control of a role and a name, `button Ask the Model`, in whichever frame has it. A menu that has just
 * opened takes no click, so that one is done with an entry once the menu is gone.
 */
async function press(page, control, options = {}) {
  const [, role, name] = /^(\w+) (.*)$/.exec(control);
  for (const frame of page.frames()) {
    const found = frame.getByRole(role, { name }).first();
    if (!(await found.count().catch(() => 0))) continue;
    const pressed = role === 'menuitem' ? take(found) : found.click({ timeout: attemptMilliseconds, ...options });
    return pressed.then(() => 'done', firstLine);
  }
  return 'no such control';
}

/** Takes an entry of a menu: one that has just opened takes no click, and one that has taken it goes. */
async function take(entry) {
  await entry.click({ timeout: attemptMilliseconds });
  while (await entry.isVisible()) {
    const timeout = 2000;
    const again = () => entry.click({ timeout }).catch(() => undefined);
    await entry.waitFor({ state: 'hidden', timeout }).catch(again);
  }
}

function firstLine(error) {
  return error.message.split('\n')[0];
}

/** Runs in the frames: tells a page of ours from one that takes its place. */
function markPage() {
  if (document.getElementById('page')) document.body.dataset.isFromBefore = 'true';
}

/** Runs in the frames: a script without a nonce, which none of our pages lets run. */
function offend() {
  if (!document.getElementById('page')) return;
  const script = document.createElement('script');
  script.textContent = 'document.title = "offended"';
  document.body.append(script);
}

/** Runs in the page: what the browser does when a person pastes, whose clipboard a page without a window has not. */
function paste(text) {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const field = document.activeElement;
  if (!field?.closest('.monaco-editor')) return 'no editor has the focus';
  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  return 'done';
}
