import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { themeNames, type ThemeName } from './themes';

declare global {
  interface Window {
    axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
  }
}

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds serious or critical: all of it in the first theme, what a theme can change in the others. */
export async function seriousFindings(page: Page, theme: ThemeName): Promise<readonly string[]> {
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
