import assert from 'node:assert/strict';

/** Tests of the part of the comparison page that shows it row by row. @param openOn opens the page on a part @param asked what the page has asked for */
export function comparisonRowsTests({ openOn, asked, comparison, artifacts }) {
  const { fullComparison: state, fullRows, fullDetail } = comparison;
  return {
    'shows only rows that differ, are wrong, were fixed or broken, and those with given words': async () => {
      const { page } = await openOn('rows');
      await page.locator('.lines .line').first().waitFor();
      const shown = async () =>
        Number(
          /^(\d+) of 120/.exec(await page.locator('[role=status]').filter({ hasText: 'of 120 rows' }).innerText())[1],
        );
      const expected = countModes(fullRows[0], state.baseline);
      assert.equal(await shown(), 120);
      for (const [name, mode] of [
        ['Different only', 'different'],
        ['Wrong', 'wrong'],
        ['Fixed vs baseline', 'fixed'],
        ['Broken vs baseline', 'broken'],
      ]) {
        await page.getByRole('button', { name }).click();
        assert.equal(await shown(), expected[mode], name);
      }
      await page.getByRole('button', { name: 'All', exact: true }).click();
      await page.getByRole('textbox', { name: 'Filter by text' }).fill('PARCEL never');
      await page.waitForFunction(() => !document.body.innerText.includes('120 of 120 rows'));
      assert.equal(
        await shown(),
        fullRows[0].inputs.filter((text) => text.includes('parcel') && text.includes('never')).length,
      );
      await page.close();
    },
    'is worked by the keyboard row by row; Enter opens a row, which can be shown in its file': async () => {
      const { page } = await openOn('rows');
      await page.locator('.lines .line').first().waitFor();
      await page.locator('.list').focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'PageDown', 'ArrowUp']) await page.keyboard.press(key);
      await page.keyboard.press('Enter');
      await page.locator('.detail').waitFor();
      const row = (await asked(page, 'rowDetail')).at(-1).row;
      assert(row > 2, `row ${row}`);
      await page.getByRole('button', { name: 'Show in Data File' }).click();
      assert.deepEqual((await asked(page, 'showRow')).at(-1), { token: state.token, row: fullDetail.row });
      await page.getByRole('button', { name: 'Close' }).click();
      assert.equal(await page.locator('.detail').count(), 0);
      assert.equal(await page.evaluate(() => document.activeElement.className), 'list');
      await page.locator('.list').press('End');
      await page.locator('.line[aria-rowindex="121"]').waitFor();
      await page.close();
    },
    'shows generated texts by the words that differ, never as markup': async () => {
      const { page } = await openOn('rows', { answers: { rowDetail: comparison.textDetail } });
      await page.locator('.lines .line').first().click();
      await page.locator('.detail ins').first().waitFor();
      assert.match(await page.locator('.detail').innerText(), /<b>open<\/b>/);
      assert.equal(await page.locator('.detail b').count(), 0);
      await page.screenshot({ path: `${artifacts}/comparison-texts.png`, fullPage: true });
      await page.close();
    },
    'keeps a hundred thousand rows in the document as a few dozen': async () => {
      const chunks = comparison.chunksOfSize(state.token, fullRows[0].studies.slice(0, 2), 100_000);
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
      assert.equal(new Set(named).size, named.length);
      assert.equal(
        await page.evaluate(() =>
          document
            .getElementById(document.querySelector('.list').getAttribute('aria-activedescendant'))
            .getAttribute('aria-rowindex'),
        ),
        '2',
      );
      assert((await page.locator('.lines .line').count()) < 80);
      await page.close();
    },
  };
}

/** How many rows each mode holds, counted the plain way. */
function countModes({ studies, numbers, expected, predicted }, baseline) {
  const base = studies.indexOf(baseline);
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
