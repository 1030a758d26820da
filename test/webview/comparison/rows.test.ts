import { describe, expect, it } from 'vitest';
import type { RowChunk } from '../../../src/views/comparison/contract';
import { chunksOfSize, fullComparison, fullRows } from '../../support/comparison/comparison';
import { fullDetail, jsonDetail, textDetail } from '../../support/comparison/rowDetails';
import { openOn } from '../support/comparisonPage';
import { useBrowser, violationsIn } from '../support/openPage';
import { keepPicture } from '../support/pictures';
import { themeNames } from '../support/themes';

describe('the comparison page, row by row', () => {
  useBrowser();

  it('shows only rows that differ, are wrong, were fixed or broken, and those with given words', async () => {
    const { page } = await openOn('rows');
    await page.locator('.lines .line').first().waitFor();
    const status = page.locator('[role=status]').filter({ hasText: 'of 120 rows' });
    const shown = async () => Number(/^(\d+) of 120/.exec(await status.innerText())?.[1]);
    const expected = countModes(fullRows[0]!, fullComparison.baseline);
    expect(await shown()).toBe(120);
    for (const [name, mode] of [
      ['Different only', 'different'],
      ['Wrong', 'wrong'],
      ['Fixed vs baseline', 'fixed'],
      ['Broken vs baseline', 'broken'],
    ] as const) {
      await page.getByRole('button', { name }).click();
      expect(await shown(), name).toBe(expected[mode]);
    }
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByRole('textbox', { name: 'Filter by text' }).fill('PARCEL never');
    await page.waitForFunction(() => !document.body.innerText.includes('120 of 120 rows'));
    expect(await shown()).toBe(
      fullRows[0]!.inputs.filter((text) => text.includes('parcel') && text.includes('never')).length,
    );
  });

  it('says why no row is in sight, and shows a text that is cut as a tooltip', async () => {
    const { page } = await openOn('rows');
    const cell = page.locator('.lines .line').first().getByRole('gridcell').nth(1);
    await cell.hover();
    expect(await cell.getAttribute('title')).toBe(await cell.innerText());
    await page.getByRole('button', { name: 'Wrong' }).click();
    await page.getByRole('textbox', { name: 'Filter by text' }).fill('no such words');
    await page.getByText('0 of 120 rows. No row is wrong in any run and has the text “no such words”.').waitFor();
  });

  it('is worked by the keyboard row by row; Enter opens a row, which can be shown in its file', async () => {
    const { page, lastRequest } = await openOn('rows');
    await page.locator('.lines .line').first().waitFor();
    await page.locator('.list').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'PageDown', 'ArrowUp']) await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    await page.locator('.detail').waitFor();
    const row = (await lastRequest('rowDetail')).row;
    expect(row).toBeGreaterThan(2);
    await page.getByRole('button', { name: 'Show in Data File' }).click();
    expect(await lastRequest('showRow')).toStrictEqual({ token: fullComparison.token, row: fullDetail.row });
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.locator('.detail').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('list');
    await page.locator('.list').press('End');
    await page.locator('.line[aria-rowindex="121"]').waitFor();
  });

  it('shows generated texts by the words that differ, never as markup', async () => {
    const { page } = await openOn('rows', { answers: { rowDetail: textDetail } });
    await page.locator('.lines .line').first().click();
    await page.locator('.detail ins').first().waitFor();
    expect(await page.locator('.detail').innerText()).toMatch(/<b>open<\/b>/);
    expect(await page.locator('.detail b').count()).toBe(0);
    await keepPicture(page, 'comparison-texts', { fullPage: true });
  });

  it.each(themeNames)(
    'shows of JSON each field beside what was expected, and which are wrong, in %s',
    async (theme) => {
      const { page } = await openOn('rows', { theme, answers: { rowDetail: jsonDetail } });
      await page.locator('.lines .line').first().click();
      const answers = page.locator('.detail .answer');
      const plate = '{"what": "blue plate", "count": 1}';
      await answers.first().waitFor();
      expect(await answers.first().locator('.answer-fields tbody tr').allInnerTexts()).toStrictEqual([
        '✓city\t"Bonn"\t"Bonn"',
        '✗total\t4\t40',
        '✗buyer.name\t"Ada"\t"ADA"\nequal but for case or spaces',
        expect.stringMatching(/^✗buyer\.mail\t"ada@example\.org"\t\n?missing$/),
        `✗lines\t[\n  {"what": "red cup", "count": 2},\n  ${plate}\n]\t[${plate}]`,
        '✗note\t\t"thanks"\nnot asked for',
      ]);
      expect(await answers.nth(1).innerText()).toContain(
        'No JSON can be read of the answer. The budget of tokens ended the answer.',
      );
      expect(await page.locator('.detail .difference').count()).toBe(0);
      await page.locator('.detail').scrollIntoViewIfNeeded();
      await keepPicture(page, `comparison-json-${theme}`, { fullPage: true });
      expect(await violationsIn(page)).toStrictEqual([]);
    },
  );

  it('exports every answer to the rows shown, with its scores, as CSV and JSON', async () => {
    const { page, lastRequest } = await openOn('rows');
    await page.locator('.lines .line').first().waitFor();
    await page.getByRole('button', { name: 'Wrong' }).click();
    const { token } = fullComparison;
    const wrong = countModes(fullRows[0]!, fullComparison.baseline).wrong;
    for (const format of ['csv', 'json'] as const) {
      await page.getByRole('button', { name: format.toUpperCase(), exact: true }).click();
      const asked = await lastRequest('exportRows');
      expect(asked).toMatchObject({ token, format });
      expect(asked.rows.length).toBe(wrong);
    }
  });

  it('compares answers with the closest of the expected texts, or with what another study answered', async () => {
    const { page } = await openOn('rows', { answers: { rowDetail: textDetail } });
    await page.locator('.lines .line').first().click();
    const changes = async () => ({
      gone: await page.locator('.detail .difference del').allInnerTexts(),
      come: await page.locator('.detail .difference ins').allInnerTexts(),
    });
    await page.locator('.detail .difference').first().waitFor();
    expect((await changes()).come).toContain('closes');
    expect(await page.locator('.detail .answer').nth(1).innerText()).toContain('No difference.');
    const other = fullComparison.studies.find(({ key }) => key === textDetail.answers[1]!.study)!;
    await page.locator('.detail vscode-dropdown').click();
    await page.getByRole('option', { name: `Answer of ${other.badge} · ${other.name}` }).click();
    expect(await page.locator('.detail .difference').count()).toBe(1);
    expect((await changes()).come).toStrictEqual(['closes', 'early']);
    // The next row is compared with the same study.
    await page.locator('.lines .line').nth(1).click();
    await page.locator('.detail .difference').first().waitFor();
    expect(await page.locator('.detail .difference').count()).toBe(1);
  });

  it('shows answers of thousands of words while their differences are still being found', async () => {
    const words = Array.from({ length: 5000 }, (_, i) => `word${i}`);
    const [first, second] = textDetail.answers;
    const long = { ...first!, predicted: words.with(17, 'other').join(' ') };
    const detail = { ...textDetail, expected: words.join(' '), alternatives: [], answers: [long, second!] };
    const { page } = await openOn('rows', { answers: { rowDetail: detail } });
    await page.locator('.lines .line').first().click();
    await page.locator('.detail ins').first().waitFor();
    expect(await page.locator('.detail .answer').first().locator('ins').allInnerTexts()).toStrictEqual(['word17']);
  });

  it('keeps a hundred thousand rows in the document as a few dozen', async () => {
    const chunks = chunksOfSize(fullComparison.token!, fullRows[0]!.studies.slice(0, 2), 100_000);
    const { page } = await openOn('rows', {
      answers: { rows: { by: 'from', answers: Object.fromEntries(chunks.map((chunk) => [chunk.from, chunk])) } },
    });
    await page.getByText('100,000 of 100,000 rows').waitFor();
    await page.locator('.list').press('End');
    await page.locator('.line[aria-rowindex="100001"]:visible').waitFor();
    await page.locator('.list').press('Home');
    await page.locator('.line[aria-rowindex="2"]:visible').waitFor();
    const named = await page.evaluate(() =>
      [...document.querySelectorAll('.lines .line')].map(({ id }) => id).filter((id) => id !== ''),
    );
    expect(new Set(named).size).toBe(named.length);
    const active = await page.locator('.list').getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active}"]`).getAttribute('aria-rowindex')).toBe('2');
    expect(await page.locator('.lines .line').count()).toBeLessThan(80);
  });
});

/** How many rows each mode holds, counted the plain way. */
function countModes(
  { studies, numbers, expected, predicted }: RowChunk,
  baseline: string | null,
): Readonly<Record<'different' | 'wrong' | 'fixed' | 'broken', number>> {
  const base = studies.indexOf(baseline!);
  const counts = { different: 0, wrong: 0, fixed: 0, broken: 0 };
  Array.from(numbers).forEach((_, row) => {
    const said = studies.map((_, study) => predicted[study * numbers.length + row]);
    const right = said.map((text) => text === expected[row]);
    if (new Set(said).size > 1) counts.different++;
    if (right.includes(false)) counts.wrong++;
    if (!right[base] && right.some((each, study) => each && study !== base)) counts.fixed++;
    if (right[base] && right.some((each, study) => !each && study !== base)) counts.broken++;
  });
  return counts;
}
