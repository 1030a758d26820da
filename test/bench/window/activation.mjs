// How long VS Code says that the extension takes to activate, on the example workspace.
// usage: npm run build && node test/bench/window/activation.mjs [--rounds 3 --windows 3]
// Each round is a VS Code that has never been started, in which so many windows are opened one after the other.
import { parseArgs } from 'node:util';
import { launchChromium } from '../../support/running/chromium.mjs';
import { until } from '../../support/running/until.mjs';
import { serveVSCode } from '../../vscode/serveVSCode.mjs';
import { copyWorkspace, quietSettings } from '../../vscode/workspace.mjs';
import { median } from '../shared/median.mjs';
import { machineLine, markdownTable } from '../shared/processor.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, windows: { type: 'string', default: '3' } },
});

/** The times of a round. */
async function windowsOfRound(browser) {
  const workspace = copyWorkspace();
  const server = await serveVSCode({ folder: workspace.folder, settings: quietSettings });
  try {
    const times = [];
    for (let at = 0; at < Number(values.windows); at++) times.push(await activationTime(browser, server));
    return times;
  } finally {
    await server.stop();
    await workspace.remove();
  }
}

/** What the view of running extensions says of ours, in milliseconds. */
async function activationTime(browser, server) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await page.goto(server.url, { timeout: 300_000 });
    await page.locator('.monaco-workbench').waitFor({ timeout: 300_000 });
    const tab = page.locator('.activitybar [aria-label="Prompt Tuner"]').first();
    await tab.waitFor({ timeout: 300_000 });
    await tab.click();
    await page.keyboard.press('F1');
    await page.keyboard.type('Developer: Show Running Extensions');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Show Running Extensions' }).first().click();
    const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'prompt-tuner' }).first();
    const said = await until(
      'VS Code to say it',
      async () => /Activation: (\d+)ms/.exec((await row.count()) ? await row.innerText() : '')?.[1],
    );
    return Number(said);
  } finally {
    await page.close();
  }
}

const browser = await launchChromium();
try {
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) rounds.push(await windowsOfRound(browser));
  const lines = rounds[0].map((_, at) => [at + 1, rounds.map((times) => times[at])]);
  console.log(machineLine());
  console.log(
    markdownTable(
      ['window', 'activation, by round', 'least', 'median'],
      lines.map(([at, times]) => [at, times.join(', '), `${Math.min(...times)} ms`, `${median(times)} ms`]),
    ),
  );
} finally {
  await browser.close();
}
