import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { fullAnswers, fullComparison } from '../../support/comparison/comparison';
import { wideComparison } from '../../support/comparison/wideComparison';
import { seriousFindings } from '../support/axe';
import { openOn, studyOf } from '../support/comparisonPage';
import { putOn, useBrowser, violationsIn } from '../support/openPage';
import { keepPicture } from '../support/pictures';
import { themeNames } from '../support/themes';

const region = (page: Page) => page.getByRole('region', { name: 'Results' });
const menuOf = (page: Page, badge: string) => page.getByRole('button', { name: `Actions of run ${badge}` });

/** What is out of its place in the table as it is scrolled now, in words; nothing where all is well. */
function misplaced(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const scroller = document.querySelector<HTMLElement>('.summary-scroll')!;
    const view = scroller.getBoundingClientRect();
    const words = (element: Element) => (element.textContent ?? '').slice(0, 40);
    const found: string[] = [];
    for (const row of scroller.querySelectorAll('tr')) {
      const cells = [...row.cells].map((cell) => ({ cell, box: cell.getBoundingClientRect() }));
      const [name, actions] = [cells[0]!, cells.at(-1)!];
      if (name.box.left < view.left - 1 || actions.box.right > view.right + 1) found.push(`out of view: ${words(row)}`);
      if (name.box.right > actions.box.left) found.push(`name under actions: ${words(row)}`);
      if (actions.box.left - name.box.right < 90) found.push(`no room for numbers: ${words(row)}`);
      const numbers = cells.slice(1, -1);
      numbers.slice(1).forEach(({ cell, box }, i) => {
        if (box.left < numbers[i]!.box.right - 0.5) found.push(`over the cell before it: ${words(cell)}`);
      });
      for (const { cell, box } of cells)
        for (const part of cell.querySelectorAll('*')) {
          if (part.closest('.hidden') || part.getClientRects().length === 0) continue;
          const inner = part.getBoundingClientRect();
          if (inner.left < box.left - 1 || inner.right > box.right + 1) found.push(`beside its cell: ${words(part)}`);
        }
    }
    return found;
  });
}

/** Texts of which a part is not drawn and that have no tooltip with all of them. */
function cutWithoutTooltip(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.summary-scroll *')]
      .filter((each) => !each.closest('.hidden') && getComputedStyle(each).overflow !== 'visible')
      .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1)
      .filter((each) => !each.closest<HTMLElement>('[title]')?.title.includes(each.innerText.trim()))
      .map((each) => each.innerText),
  );
}

describe('the table of the summary', () => {
  useBrowser();

  const sizes = [480, 800, 1200].flatMap((width) => [1, 2, 3, 4, 5, 6].map((metrics) => ({ width, metrics })));
  it.each(sizes)(
    'keeps names and actions in view, and no cell over another, in every theme: $width px, $metrics metrics',
    async ({ width, metrics }) => {
      const { page, errors } = await openOn('summary', {
        width,
        answers: wideComparison({ metrics, labelMass: metrics % 2 === 0 }),
      });
      await page.locator('.better').waitFor();
      for (const theme of themeNames) {
        await putOn(page, theme);
        expect(await misplaced(page), theme).toStrictEqual([]);
        expect(await cutWithoutTooltip(page), theme).toStrictEqual([]);
        const end = await region(page).evaluate((scroller) => {
          scroller.scrollLeft = scroller.scrollWidth;
          return scroller.scrollLeft;
        });
        expect(await misplaced(page), `${theme}, scrolled`).toStrictEqual([]);
        const last = (await page.locator('tr[data-study] td.number:nth-last-child(2)').first().boundingBox())!;
        const actions = (await page.locator('tr[data-study] td.actions').first().boundingBox())!;
        expect(last.x + last.width, theme).toBeLessThanOrEqual(actions.x + 1);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
          theme,
        ).toBeLessThanOrEqual(1);
        if (metrics === 6) {
          expect(end, theme).toBeGreaterThan(0);
          await keepPicture(page, `table-${width}-${theme}`);
          expect(await seriousFindings(page, theme)).toStrictEqual([]);
        }
        await region(page).evaluate((scroller) => {
          scroller.scrollLeft = 0;
        });
      }
      expect(errors).toStrictEqual([]);
    },
  );

  it('scrolls sideways by keyboard, with a bar in sight and an edge where there is more', async () => {
    const { page } = await openOn('summary', { width: 800, answers: wideComparison({ metrics: 6, labelMass: true }) });
    await page.locator('.better').waitFor();
    const scroller = region(page);
    const sides = () =>
      scroller.evaluate((each) => ['data-more-before', 'data-more-after'].map((side) => each.hasAttribute(side)));
    await expect.poll(sides).toStrictEqual([false, true]);
    // The editor colours the bars of every page, which would otherwise leave it to the system whether they are seen.
    await page.evaluate(() => {
      document.documentElement.style.scrollbarColor = 'red blue';
    });
    expect(
      await scroller.evaluate((each) => [
        getComputedStyle(each).scrollbarColor,
        getComputedStyle(each, '::-webkit-scrollbar').height,
      ]),
    ).toStrictEqual(['auto', '10px']);
    await scroller.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(sides).toStrictEqual([true, true]);
    await page.keyboard.press('End');
    await scroller.evaluate((each) => {
      each.scrollLeft = each.scrollWidth;
    });
    await expect.poll(sides).toStrictEqual([true, false]);
  });

  it('stays where it was scrolled to while a run goes on', async () => {
    const { show, analyse } = wideComparison({ metrics: 6, labelMass: true });
    const { page, send } = await openOn('summary', { width: 800, answers: { show, analyse } });
    await page.locator('.better').waitFor();
    await region(page).evaluate((each) => {
      each.scrollLeft = 200;
    });
    const studies = show.studies.map((row) => (row.status === 'running' ? { ...row, state: 'step 121/300' } : row));
    await send('state', { ...show, studies });
    await page.getByText('step 121/300').waitFor();
    expect(await region(page).evaluate((each) => each.scrollLeft)).toBe(200);
  });

  it('leaves out the columns in which no run has anything, and offers none of them', async () => {
    const hard = fullComparison.studies.filter(({ method }) => method === 'hard');
    const show = {
      ...fullComparison,
      studies: hard.map((row) => ({ ...row, results: { ...row.results!, labelMass: null } })),
    };
    const analyse = {
      ...fullAnswers,
      studies: fullAnswers.studies
        .filter(({ key }) => key === hard[0]!.key)
        .map((study) => ({ ...study, results: { ...study.results!, labelMass: null } })),
    };
    const { page } = await openOn('summary', { answers: { show, analyse } });
    await page.locator('tr[data-study]').waitFor();
    const headings = () => page.locator('.summary thead th').allInnerTexts();
    await expect
      .poll(headings)
      .toStrictEqual([
        'Run',
        'Accuracy',
        'Loss',
        'Trained numbers',
        'Time',
        'Prompt tokens',
        'Time per row',
        'Actions',
      ]);
    await page.getByText('Columns', { exact: true }).click();
    expect(await page.getByRole('checkbox').evaluateAll((all) => all.map((each) => each.textContent))).not.toEqual(
      expect.arrayContaining(['Label mass']),
    );
    expect(await page.getByRole('checkbox', { name: 'Memory' }).count()).toBe(1);
  });

  it('has lines of one height, but for those that say what a run is doing', async () => {
    const { page } = await openOn('summary', { width: 1200 });
    await page.locator('.better').waitFor();
    const heights = await page
      .locator('tr[data-study]:not(:has(.state))')
      .evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().height)));
    expect(heights.length).toBeGreaterThan(3);
    expect(new Set(heights).size).toBe(1);
  });

  it('opens the actions of a run as a menu that the keyboard goes through, wholly in view', async () => {
    const { page, lastRequest } = await openOn('summary', { width: 480, height: 640 });
    await page.locator('.better').waitFor();
    for (const badge of ['A', 'F']) {
      await menuOf(page, badge).scrollIntoViewIfNeeded();
      await menuOf(page, badge).focus();
      await page.keyboard.press('Enter');
      const menu = page.getByRole('menu', { name: `Actions of run ${badge}` });
      await menu.waitFor();
      expect(await menuOf(page, badge).getAttribute('aria-expanded')).toBe('true');
      const box = (await menu.boundingBox())!;
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(480);
      expect(box.y + box.height).toBeLessThanOrEqual(640);
      await page.keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden' });
      expect(await menuOf(page, badge).evaluate((button) => button === document.activeElement)).toBe(true);
      expect(await menuOf(page, badge).getAttribute('aria-expanded')).toBe('false');
    }
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await focused()).toBe('Resume');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('Show Log');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Rename');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    expect(await lastRequest('showLog')).toStrictEqual({ run: 'run-short-15' });
    expect(await page.getByRole('menu').count()).toBe(0);
  });

  it.each(themeNames)('has a menu that reads well and closes on a click elsewhere, in %s', async (theme) => {
    const { page } = await openOn('summary', { theme });
    await page.locator('.better').waitFor();
    await menuOf(page, 'C').click();
    await page.getByRole('menuitem', { name: 'Train Two More Seeds' }).waitFor();
    await keepPicture(page, `table-menu-${theme}`);
    expect(await seriousFindings(page, theme)).toStrictEqual([]);
    await page.getByRole('heading', { name: 'Comparison' }).click();
    expect(await page.getByRole('menu').count()).toBe(0);
    await menuOf(page, 'C').click();
    await menuOf(page, 'C').click();
    expect(await page.getByRole('menu').count()).toBe(0);
    expect(await violationsIn(page)).toStrictEqual([]);
  });

  it('keeps a name that is being written while a run goes on', async () => {
    const { page, send, lastRequest } = await openOn('summary');
    await page.locator('.better').waitFor();
    await menuOf(page, 'B').click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.keyboard.type('half a na');
    const studies = fullComparison.studies.map((row) =>
      row.status === 'running' ? { ...row, state: 'step 121/300' } : row,
    );
    await send('state', { ...fullComparison, studies });
    await page.getByText('step 121/300').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.type('me');
    await page.keyboard.press('Enter');
    expect(await lastRequest('rename')).toStrictEqual({
      runs: studyOf('soft').runs.map(({ run }) => run),
      name: 'half a name',
    });
    expect(await menuOf(page, 'B').evaluate((button) => button === document.activeElement)).toBe(true);
  });
});
