import { describe, expect, it } from 'vitest';
import { fullAnswers } from '../../support/comparison/comparison';
import { openOn } from '../support/comparisonPage';
import { useBrowser, violationsIn } from '../support/openPage';
import { keepPicture } from '../support/pictures';
import { themeNames } from '../support/themes';

const city = { field: 'city', expected: 12, predicted: 10, equal: 9, precision: 0.9, recall: 0.75, f1: 0.8182 };
const never = { field: 'buyer.name', expected: 12, predicted: 0, equal: 0, precision: null, recall: 0, f1: 0 };
const extra = { field: 'note', expected: 0, predicted: 2, equal: 0, precision: 0, recall: null, f1: 0 };

const analyse = {
  ...fullAnswers,
  studies: fullAnswers.studies.map((study, i) => ({ ...study, fields: i < 2 ? [city, never, extra] : null })),
};

describe('the fields of JSON answers', () => {
  useBrowser();

  it.each(themeNames)('stand in a table for each run whose answers are JSON, in %s', async (theme) => {
    const { page, lastRequest } = await openOn('figures', { theme, answers: { analyse } });
    const figure = page.locator('[data-figure=fields]');
    await figure.locator('table.fields').first().waitFor();
    expect(await figure.locator('table.fields').count()).toBe(2);
    expect(await figure.locator('table.fields').first().locator('tbody tr').allInnerTexts()).toStrictEqual([
      'city\t0.900\t0.750\t0.818\t9\t10\t12',
      'buyer.name\t–\t0.000\t0.000\t0\t0\t12',
      'note\t0.000\t–\t0.000\t0\t2\t0',
    ]);
    await figure.scrollIntoViewIfNeeded();
    await keepPicture(figure, `figures-fields-${theme}`);
    await figure.locator('vscode-button', { hasText: 'CSV' }).click();
    expect((await lastRequest('openDocument')).content).toMatch(
      /^Run,Field,Precision,Recall,F1,Right,Answered,Expected\r?\n[^\n]*,city,0\.9,0\.75,0\.8182,9,10,12/,
    );
    expect(await violationsIn(page)).toStrictEqual([]);
  });

  it('have no table where no answer is JSON', async () => {
    const { page } = await openOn('figures');
    await page.locator('[data-figure=confusion] table').first().waitFor();
    expect(await page.locator('[data-figure=fields]').count()).toBe(0);
  });
});
