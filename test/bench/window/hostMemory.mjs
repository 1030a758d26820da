// What VS Code's extension host holds with many runs in its tree, beside one with none.
// usage: npm run build && node test/bench/window/hostMemory.mjs [--runs 0,1000]
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium } from '../../support/running/chromium.mjs';
import { until } from '../../support/running/until.mjs';
import { serveVSCode } from '../../vscode/serveVSCode.mjs';
import { copyWorkspace, quietSettings } from '../../vscode/workspace.mjs';
import { bundled } from '../shared/bundle.mjs';
import { machineLine, markdownTable } from '../shared/processor.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '0,1000' } } });
const [program] = await bundled('window/hostProbe');
const { makeRuns } = createRequire(import.meta.url)(program);

/** Bytes that the host holds: `{ heapUsed, external, rss }`. */
async function memoryOf(browser, count) {
  const exchange = mkdtempSync(join(tmpdir(), 'prompt-tuner-exchange-'));
  const workspace = copyWorkspace();
  const { folder } = workspace;
  await makeRuns({ folder, runs: join(folder, '.prompt-tuner', 'runs'), count });
  const server = await serveVSCode({
    folder,
    settings: quietSettings,
    tests: program,
    environment: { PROMPT_TUNER_EXCHANGE: exchange },
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await page.goto(server.url, { timeout: 300_000 });
    const tab = page.locator('.activitybar [aria-label="Prompt Tuner"]').first();
    await tab.waitFor({ timeout: 300_000 });
    await tab.click();
    const trees = page.locator('.part.sidebar .monaco-list-row');
    await until('the trees', async () => (await trees.count()) > 3);
    if (count > 0) await trees.filter({ hasText: 't0' }).first().waitFor({ timeout: 300_000 });
    writeFileSync(join(exchange, 'listed'), '');
    const said = join(exchange, 'memory.json');
    await until('what the host holds', () => existsSync(said));
    return JSON.parse(readFileSync(said, 'utf8'));
  } finally {
    await page.close();
    await server.stop();
    await workspace.remove();
    rmSync(exchange, { recursive: true, force: true });
  }
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const browser = await launchChromium();
try {
  const rows = [];
  for (const count of values.runs.split(',').map(Number)) {
    const { heapUsed, external, rss } = await memoryOf(browser, count);
    rows.push([String(count), megabytes(heapUsed), megabytes(external), megabytes(rss)]);
  }
  console.log(machineLine());
  console.log(markdownTable(['runs', 'heap in use', 'outside the heap', 'resident'], rows));
} finally {
  await browser.close();
}
