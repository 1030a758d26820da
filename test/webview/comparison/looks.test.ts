import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openOn, tabs, whenDrawn } from '../support/comparisonPage';
import { artifacts, useBrowser, violationsIn } from '../support/openPage';
import { themeNames, type ThemeName } from '../support/themes';

declare global {
  interface Window {
    axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
  }
}

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

describe('the comparison page', () => {
  useBrowser();

  it.each(themeNames.flatMap((theme) => tabs.map((tab) => [tab, theme] as const)))(
    'shows %s in the %s theme; nothing serious for axe, no violation',
    async (tab, theme) => {
      const { page, errors } = await openOn(tab, { theme, height: 900 });
      await whenDrawn[tab](page);
      await page.screenshot({ path: `${artifacts}/comparison-${tab}-${theme}.png`, fullPage: true });
      expect(await seriousFindings(page, theme)).toStrictEqual([]);
      expect(await violationsIn(page)).toStrictEqual([]);
      expect(errors).toStrictEqual([]);
    },
  );

  it.each([
    ['narrow', { width: 400 }],
    ['zoomed', { width: 590, height: 450 }],
  ] as const)('fits every view into a %s panel: only tables and drawings scroll sideways', async (name, size) => {
    for (const tab of tabs) {
      const { page } = await openOn(tab, size);
      await whenDrawn[tab](page);
      await page.screenshot({ path: `${artifacts}/comparison-${tab}-${name}.png`, fullPage: true });
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(tooWide, tab).toBeLessThanOrEqual(1);
    }
  });
});

/** What axe-core finds serious or critical: all of it in the first theme, what a theme can change in the others. */
async function seriousFindings(page: Page, theme: ThemeName): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((given) => window.axe.run(document, given), {
    resultTypes: ['violations' as const],
    ...(theme !== themeNames[0] && { runOnly: ['color-contrast'] }),
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => {
      const where = nodes
        .slice(0, 4)
        .map(({ html, failureSummary }) => `${html.slice(0, 160)} — ${failureSummary?.split('\n')[1] ?? ''}`);
      return `${id}: ${where.join('\n')}`;
    });
}
