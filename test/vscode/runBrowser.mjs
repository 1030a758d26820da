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
import { launchChromium } from '../support/chromium.mjs';
import { testReload } from './reload.mjs';
import { testRestricted } from './restricted.mjs';
import { serveVSCode } from './serveVSCode.mjs';
import { copyWorkspace, printResults, quietSettings } from './workspace.mjs';

const artifacts = 'out/artifacts';
/** The suite trains several times on a machine that may be slow. */
const longestMinutes = 12;
/** A part of a file's name runs that file alone, `reload` the reloads alone, `restricted` Restricted Mode alone, for whoever works on it. */
const wanted = process.env.PROMPT_TUNER_SUITE ?? '';

mkdirSync(artifacts, { recursive: true });
const browser = await launchChromium();
try {
  // A reload ends whatever runs inside the extension host, mocha too, so that part is driven from here.
  const tests = wanted === 'reload' || wanted === 'restricted' ? [] : await runSuite();
  const reloaded = 'reload'.includes(wanted) ? await testReload(browser, artifacts) : [];
  const restricted = 'restricted'.includes(wanted) ? await testRestricted(browser, artifacts) : [];
  process.exitCode = printResults({ tests: [...tests, ...reloaded, ...restricted] }) ? 0 : 1;
} finally {
  await browser.close();
}

/** Runs mocha inside the extension host. @returns what became of each test; of none but a failure where it did not end */
async function runSuite() {
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
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('console', (message) => lines.push(message.text()));
    page.on(
      'console',
      (message) => message.text().includes('Content Security Policy') && violations.push(message.text()),
    );
    await page.goto(server.url, { timeout: 120_000 });
    const end = Date.now() + longestMinutes * 60_000;
    while (!existsSync(results) && Date.now() < end) {
      await answerRequests(page, exchange, violations);
      await page.waitForTimeout(100);
    }
    if (existsSync(results)) return JSON.parse(readFileSync(results, 'utf8')).tests;
    await page.screenshot({ path: join(artifacts, 'vscode-stuck.png') });
    return [
      {
        title: 'the suite ends',
        state: 'failed',
        error: `It did not. The page's last lines:\n${lines.slice(-40).join('\n')}\nThe server's:\n${server.output().slice(-4000)}`,
      },
    ];
  } finally {
    await server.stop();
    workspace.remove();
    rmSync(exchange, { recursive: true, force: true });
  }
}

/**
 * The suite asks by a file `name.ask`; the answer is all visible text, after a picture for the artifacts, a paste, keys or a click where it
 * asks for them; or all violations of a content security policy so far, of which it can ask for one;
 * or what of the sidebar is cut off.
 */
async function answerRequests(page, exchange, violations) {
  for (const file of readdirSync(exchange).filter((name) => name.endsWith('.ask'))) {
    const name = file.slice(0, -'.ask'.length);
    const asked = readFileSync(join(exchange, file), 'utf8');
    rmSync(join(exchange, file));
    if (asked.startsWith('paste ')) await page.evaluate(paste, asked.slice('paste '.length));
    if (asked.startsWith('press ')) await press(page, asked.slice('press '.length));
    if (asked.startsWith('type ')) await page.keyboard.type(asked.slice('type '.length), { delay: 10 });
    if (asked.startsWith('key ')) await page.keyboard.press(asked.slice('key '.length));
    if (asked.startsWith('fill ')) await fill(page, ...JSON.parse(asked.slice('fill '.length)));
    if (asked === 'picture') await page.screenshot({ path: join(artifacts, `vscode-${name}.png`) });
    if (asked === 'offend') for (const frame of page.frames()) await frame.evaluate(offend).catch(() => undefined);
    const texts =
      asked === 'violations'
        ? violations
        : asked === 'cut'
          ? await page.evaluate(entriesCutOff)
          : await visibleTexts(page);
    writeFileSync(join(exchange, `${name}.part`), texts.join('\n'));
    renameSync(join(exchange, `${name}.part`), join(exchange, `${name}.answer`));
  }
}

/** Runs in the page: the entries of the sidebar's trees whose text does not fit. */
function entriesCutOff() {
  const labels = [...document.querySelectorAll('.part.sidebar .monaco-list-row .monaco-icon-label-container')];
  return labels.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ innerText }) => innerText);
}

function visibleTexts(page) {
  return Promise.all(
    page.frames().map((frame) => frame.evaluate(() => document.body?.innerText ?? '').catch(() => '')),
  );
}

/** Types into the visible text field of a name, in whichever frame has it. */
async function fill(page, name, text) {
  for (const frame of page.frames()) {
    const found = frame.getByRole('textbox', { name, exact: true }).first();
    if (await found.isVisible().catch(() => false)) return found.fill(text);
  }
}

/** Clicks the control of a role and a name, `button Ask the Model`, in whichever frame has it. */
async function press(page, control) {
  const [, role, name] = /^(\w+) (.*)$/.exec(control);
  for (const frame of page.frames()) {
    const found = frame.getByRole(role, { name }).first();
    if (await found.count().catch(() => 0))
      return found
        .click({ timeout: 5000 })
        .catch((error) => console.log(`"${control}" could not be pressed: ${error.message.split('\n')[0]}`));
  }
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
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}
