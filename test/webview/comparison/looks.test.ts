import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../support/axe';
import { openOn, tabs, whenDrawn } from '../support/comparisonPage';
import { useBrowser, violationsIn } from '../support/openPage';
import { keepPicture } from '../support/pictures';
import { themeNames } from '../support/themes';

describe('the comparison page', () => {
  useBrowser();

  it.each(themeNames.flatMap((theme) => tabs.map((tab) => [tab, theme] as const)))(
    'shows %s in the %s theme; nothing serious for axe, no violation',
    async (tab, theme) => {
      const { page, errors } = await openOn(tab, { theme, height: 900 });
      await whenDrawn[tab](page);
      await keepPicture(page, `comparison-${tab}-${theme}`, { fullPage: true });
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
      await keepPicture(page, `comparison-${tab}-${name}`, { fullPage: true });
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(tooWide, tab).toBeLessThanOrEqual(1);
    }
  });
});
