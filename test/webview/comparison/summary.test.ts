import { describe, expect, it } from 'vitest';
import type { Method } from '../../../src/template/settings/settings';
import { fullAnswers } from '../../support/comparison/comparison';
import { answers, never, openOn, studyOf } from '../support/comparisonPage';
import { openPage, useBrowser } from '../support/openPage';
import { keepPicture } from '../support/pictures';

describe('the summary of the comparison page', () => {
  useBrowser();

  it('gives the summary at once, and what only the answers tell when they are read', async () => {
    const { page } = await openOn('summary', { answers: { analyse: never } });
    const soft = page.locator(`tr[data-study="${studyOf('soft').key}"]`);
    await soft.waitFor();
    expect(await soft.innerText()).toMatch(/0\.819\s+…[\s\S]*3, ±0\.\d+[\s\S]*5,120/);
  });

  it('sets every study against the baseline, and colours a difference only where there is a verdict', async () => {
    const { page, lastRequest } = await openOn('summary');
    await page.locator('.better').waitFor();
    const cell = (method: Method, kind: string) => page.locator(`tr[data-study="${studyOf(method).key}"] td.${kind}`);
    const { mean, low, high, p } = fullAnswers.studies.find(({ key }) => key === studyOf('soft').key)!.difference!;
    const [plus, least, most] = [mean, low, high].map((value) => `+${value.toFixed(3)}`);
    expect((await cell('soft', 'better').innerText()).replaceAll(/\s+/g, ' ').split(' . ')[0]).toBe(
      `▲ ${plus} [${least}, ${most}], ${p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`}`,
    );
    expect(await cell('v2', 'unsaid').innerText()).toMatch(/\+0\.592/);
    expect(await page.locator('.worse').count()).toBe(0);
    expect(await page.locator(`tr[data-study="${studyOf('hard').key}"]`).innerText()).toMatch(/baseline/);
    expect(await page.locator('tr.majority').innerText()).toMatch(/billing[\s\S]*0\.250/);
    await page.getByRole('combobox', { name: 'Baseline' }).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await lastRequest('show')).baseline).toBe(studyOf('soft').key);
  });

  it('sorts by a column with the keyboard, best first, then the other way, then as it was', async () => {
    const { page } = await openOn('summary');
    await page.locator('.better').waitFor();
    const badges = () => page.locator('tr[data-study] th .badge').allInnerTexts();
    const before = await badges();
    const heading = page.getByRole('button', { name: 'Accuracy' });
    for (const expected of [['D', 'B', 'C', 'A', 'E', 'F'], ['A', 'C', 'B', 'D', 'E', 'F'], before]) {
      await heading.focus();
      await page.keyboard.press('Enter');
      expect(await badges()).toStrictEqual(expected);
    }
  });

  it('stars, renames, stops, resumes, shows logs and exports a report from the table', async () => {
    const { page, lastRequest } = await openOn('summary');
    await page.locator('.better').waitFor();
    const act = async (badge: string, entry: string): Promise<void> => {
      await page.getByRole('button', { name: `Actions of run ${badge}` }).click();
      await page.getByRole('menuitem', { name: entry, exact: true }).click();
    };
    await page.getByRole('button', { name: 'Star B' }).click();
    expect(await lastRequest('star')).toStrictEqual({
      runs: studyOf('soft').runs.map(({ run }) => run),
      starred: true,
    });
    await act('B', 'Rename');
    expect(await page.getByRole('textbox', { name: 'Name of B' }).count()).toBe(1);
    await page.keyboard.type('wide');
    await page.keyboard.press('Enter');
    expect(await lastRequest('rename')).toStrictEqual({
      runs: studyOf('soft').runs.map(({ run }) => run),
      name: 'wide',
    });
    await act('E', 'Stop');
    expect(await lastRequest('stop')).toStrictEqual({ run: 'run-short-14' });
    await act('F', 'Resume');
    expect(await lastRequest('resume')).toStrictEqual({ run: 'run-short-15' });
    await act('C', 'Train Two More Seeds');
    expect(await lastRequest('trainMoreSeeds')).toStrictEqual({ run: 'run-v1-12', count: 2 });
    for (const badge of ['A', 'B']) {
      await page.getByRole('button', { name: `Actions of run ${badge}` }).click();
      expect(await page.getByRole('menuitem').allInnerTexts()).toStrictEqual(['Rename', 'Show Log']);
      // An open menu lies over the row below, whose own button takes no click until it is gone.
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'hidden' });
    }
    await act('F', 'Show Log');
    expect(await lastRequest('showLog')).toStrictEqual({ run: 'run-short-15' });
    await page.getByRole('button', { name: 'Export Report' }).click();
    expect(await lastRequest('exportReport')).toStrictEqual({
      runs: ['run-hard-09', 'run-soft-10', 'run-soft-11', 'run-soft-16', 'run-v1-12', 'run-v2-13'],
      baseline: 'run-hard-09',
    });
  });

  it('has every number written as the command line writes it, and copies the table as it is shown', async () => {
    const { page, lastRequest } = await openOn('summary');
    await page.locator('.better').waitFor();
    for (const format of ['csv', 'json'] as const) {
      await page.getByRole('button', { name: format.toUpperCase() }).click();
      expect(await lastRequest('exportTable')).toStrictEqual({ format });
    }
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    expect((await lastRequest('copyText')).text).toMatch(/^\| B soft · triage \| triage \| soft \| done \|/m);
  });

  it('keeps columns, sort, tab and what was typed over a restart', async () => {
    const { page } = await openOn('summary');
    await page.locator('.better').waitFor();
    await page.getByText('Columns', { exact: true }).click();
    await page.getByRole('checkbox', { name: 'Memory' }).click();
    await page.getByRole('columnheader', { name: 'Memory' }).waitFor();
    await page.getByRole('tab', { name: 'Rows' }).click();
    await page.getByRole('button', { name: 'Wrong' }).click();
    await page.locator('.lines .line').first().waitFor();
    const kept = await page.evaluate(() => window.kept);
    expect(kept).toMatchObject({ look: { tab: 'rows', rows: { mode: 'wrong' }, hidden: ['macroF1', 'trainingRows'] } });
    const again = await openPage('comparison', { answers, kept });
    await again.page.locator('.lines .line').first().waitFor();
    expect(await again.page.getByRole('button', { name: 'Wrong' }).getAttribute('aria-pressed')).toBe('true');
    const foreign = await openPage('comparison', { answers, kept: { look: { tab: 'gone' } } });
    await foreign.page.locator('tr[data-study]').first().waitFor();
  });

  it('shows the methods with this comparison’s own numbers one click away', async () => {
    const { page } = await openOn('summary');
    await page.getByText('What the methods are, and when to use which').click();
    expect(await page.locator('table.methods').innerText()).toMatch(
      /P-Tuning v2[\s\S]*D: 68,352 trained, accuracy 0\.933/,
    );
    await keepPicture(page, 'comparison-methods', { fullPage: true });
  });

  it('says below every part how the numbers came about', async () => {
    const { page } = await openOn('summary');
    await page.locator('.better').waitFor();
    for (const tab of ['Summary', 'Figures', 'Rows', 'Learned', 'Try it']) {
      await page.getByRole('tab', { name: tab }).click();
      const words = await page.getByRole('region', { name: 'How to read this' }).innerText();
      for (const part of [
        /120 rows of test/,
        /Seeds: soft · triage 3 \(1, 2, 3\)/,
        /McNemar/,
        /Holm for 3 comparisons/,
        /fewer than 3 seeds/,
        /Left out, for want of results: soft · triage\.short \(running\), v2 · triage\.short \(failed\)/,
      ])
        expect(words, tab).toMatch(part);
    }
  });
});
