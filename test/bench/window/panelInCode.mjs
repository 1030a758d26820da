// How long VS Code takes to open the comparison panel on runs with many rows, and to read all rows into it.
// usage: npm run build && node test/bench/window/panelInCode.mjs [--rows 10000] [--runs 8] [--rounds 3]
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium } from '../../support/running/chromium.mjs';
import { until } from '../../support/running/until.mjs';
import { serveVSCode } from '../../vscode/serveVSCode.mjs';
import { copyWorkspace, quietSettings } from '../../vscode/workspace.mjs';
import { bundled } from '../shared/bundle.mjs';
import { machineLine, markdownTable } from '../shared/processor.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
  },
});
const [rows, runs, rounds] = [values.rows, values.runs, values.rounds].map(Number);
const [program] = await bundled('window/panel');
const { writeComparison } = createRequire(import.meta.url)(program);

/** The frame of the panel that has such an element, once it has. */
function frameWith(page, selector) {
  return until(selector, async () => {
    for (const frame of page.frames())
      if (await frame.evaluate((wanted) => document.querySelector(wanted) !== null, selector).catch(() => false))
        return frame;
    return undefined;
  });
}

async function press(page, command) {
  await page.keyboard.press('F1');
  await page.keyboard.type(command);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: command }).first().waitFor();
  const began = performance.now();
  await page.keyboard.press('Enter');
  return began;
}

const workspace = copyWorkspace();
await writeComparison(join(workspace.folder, '.prompt-tuner', 'runs'), { runs, rows });
const server = await serveVSCode({ folder: workspace.folder, settings: quietSettings });
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(server.url, { timeout: 300_000 });
  const tab = page.locator('.activitybar [aria-label="Prompt Tuner"]').first();
  await tab.waitFor({ timeout: 300_000 });
  await tab.click();
  await page.locator('.part.sidebar .monaco-list-row', { hasText: 'triage' }).first().waitFor({ timeout: 300_000 });
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const began = await press(page, 'Prompt Tuner: Open Comparison');
    const frame = await frameWith(page, 'tr[data-study]');
    const opened = performance.now() - began;
    const pressed = performance.now();
    const read = await frame
      .evaluate(
        async (text) => {
          document.querySelector('#tab-rows').click();
          while (!document.body.innerText.includes(text)) await new Promise((done) => requestAnimationFrame(done));
        },
        `${rows.toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} rows`,
      )
      .then(() => performance.now() - pressed);
    times.push([`round ${round + 1}`, `${opened.toFixed(0)} ms`, `${read.toFixed(0)} ms`]);
    await frame.evaluate(() => document.querySelector('#tab-summary').click());
    await press(page, 'View: Close Editor');
    await until('the panel to close', async () => (await page.locator('.tab').count()) === 0);
  }
  console.log(machineLine());
  console.log(markdownTable(['wall', 'from the command to the first row of the summary', 'to all rows, more'], times));
} finally {
  await browser.close();
  await server.stop();
  await workspace.remove();
}
