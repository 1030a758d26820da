import { describe, expect, it } from 'vitest';
import {
  fullAnswers,
  fullComparison,
  scoredComparison,
  trainingRowsComparison,
} from '../../support/comparison/comparison';
import { nextPoints } from '../../support/comparison/curves';
import { wideComparison } from '../../support/comparison/wideComparison';
import { answers, never, openOn, whenDrawn } from '../support/comparisonPage';
import { openPage, useBrowser, violationsIn } from '../support/openPage';
import { keepPicture } from '../support/pictures';
import { themeNames } from '../support/themes';

describe('the figures of the comparison page', () => {
  useBrowser();

  it('shows the numbers behind every figure, and exports them and the drawing', async () => {
    const { page, lastRequest } = await openOn('figures');
    await whenDrawn.figures(page);
    const figures = await page
      .locator('section.figure')
      .evaluateAll((all) => all.map((figure) => figure.dataset.figure));
    expect(figures).toStrictEqual([
      'accuracy',
      'difference',
      'curves',
      'pareto-size',
      'pareto-time',
      'seeds',
      'confusion',
      'reliability',
    ]);
    const drawings = [];
    for (const key of figures) {
      const figure = page.locator(`[data-figure=${key}]`);
      await figure.locator('vscode-button', { hasText: 'Table' }).click();
      expect((await page.locator(`[data-figure=${key}] table.plain tbody tr`).count()) > 0, key).toBeTruthy();
      await figure.locator('vscode-button', { hasText: 'CSV' }).click();
      expect((await lastRequest('openDocument')).content, key).toMatch(/^Run,/);
      await figure.locator('vscode-button', { hasText: 'JSON' }).click();
      expect(JSON.parse((await lastRequest('openDocument')).content).length > 0, key).toBeTruthy();
      await figure.locator('vscode-button', { hasText: 'Figure' }).click();
      await figure.locator('vscode-button', { hasText: 'SVG' }).click();
      const { language, content } = await lastRequest('openDocument');
      expect(language, key).toBe('xml');
      expect(content, key).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(content, key).not.toMatch(/class=|var\(|NaN|Infinity/);
      drawings.push(content);
    }
    const folder = await openPage('comparison', { answers });
    await folder.page.setContent(drawings.join('\n'));
    await keepPicture(folder.page, 'comparison-drawings', { fullPage: true });
  });

  it('draws accuracy against the number of training rows where methods were trained on several', async () => {
    const { page, lastRequest } = await openOn('figures', {
      answers: { show: trainingRowsComparison, analyse: never },
    });
    const figure = page.locator('[data-figure=training-rows]');
    expect(await figure.locator('svg.drawing').getAttribute('aria-label')).toMatch(
      /soft: 0\.\d+ with 40, 0\.\d+ with 80, 0\.\d+ with 160\. triage · v2: 0\.\d+ with 40/,
    );
    expect(await figure.locator('polyline.course').count()).toBe(2);
    await keepPicture(figure, 'comparison-training-rows');
    await figure.locator('vscode-button', { hasText: 'Table' }).click();
    const cells = await figure.locator('table.plain tbody tr').first().locator('td, th').allInnerTexts();
    const fewest = trainingRowsComparison.studies.find(({ results }) => results?.trainingRows === 40)!.results!;
    expect(cells.slice(1, 3)).toStrictEqual(['40', String(Number(fewest.metrics[0]!.value!.toPrecision(4)))]);
    await figure.locator('vscode-button', { hasText: 'CSV' }).click();
    expect((await lastRequest('openDocument')).content).toMatch(/^Run,Training rows,Accuracy,Low,High\r?\n/);
  });

  it('gives every drawing words', async () => {
    const { page } = await openOn('figures');
    await whenDrawn.figures(page);
    for (const label of await page
      .locator('svg.drawing')
      .evaluateAll((all) => all.map((drawing) => [drawing.getAttribute('role'), drawing.getAttribute('aria-label')]))) {
      expect(label[0]).toBe('img');
      expect(label[1]).toMatch(/A · hard · triage|B · soft · triage/);
    }
    expect(await page.locator('[data-figure=curves] .drawn').getAttribute('aria-label')).toMatch(
      /E · soft · triage\.short: 0\.\d+ at step 120/,
    );
  });

  it('adds new points to a curve, and asks for all when some are missing', async () => {
    const { page, requests, send } = await openOn('figures');
    await page.locator('.chart canvas').waitFor();
    await send('points', nextPoints);
    const curves = page.locator('[data-figure=curves] .drawn');
    await expect.poll(() => curves.getAttribute('aria-label')).toContain('at step 122');
    const before = (await requests('show')).length;
    await send('points', {
      ...nextPoints,
      from: 400,
    });
    await expect.poll(async () => (await requests('show')).length).toBeGreaterThan(before);
  });

  it('shows confusions less the baseline’s upon choice', async () => {
    const { page } = await openOn('figures');
    await whenDrawn.figures(page);
    expect(await page.locator('table.matrix').count()).toBe(4);
    await page.getByRole('checkbox', { name: 'Difference to the baseline' }).click();
    await page.waitForFunction(() => document.querySelectorAll('table.matrix').length === 3);
    expect(await page.locator('table.matrix').first().innerText()).toMatch(/[+−]0\.\d\d/);
  });

  it.each(themeNames)('shows how the scores of each run spread by a metric that is chosen, in %s', async (theme) => {
    const { show, analyse } = scoredComparison;
    const { page } = await openOn('figures', { theme, answers: { show, analyse } });
    const figure = page.locator('[data-figure=distribution]');
    await figure.locator('svg.drawing rect').first().waitFor();
    const words = () => figure.locator('svg.drawing').getAttribute('aria-label');
    expect(await words()).toMatch(
      /^Distribution of Token F1\. A · hard · triage, 4 answers: 50 % from 0 to 0\.1, 25 % from 0\.4 to 0\.5, /,
    );
    expect(await figure.locator('svg.drawing rect').count()).toBe(3 * fullAnswers.studies.length);
    await keepPicture(page, `figures-distribution-${theme}`, { fullPage: true });
    await figure.locator('vscode-dropdown').click();
    await page.getByRole('option', { name: 'Length' }).click();
    await expect.poll(words).toMatch(/^Distribution of Length\./);
    expect(await figure.innerText()).toMatch(/one scale over all of their scores\. Without 1 answer that could not be/);
    expect(await violationsIn(page)).toStrictEqual([]);
  });

  it('names each run in a drawing from its badge on, within the drawing, however wide its letters are', async () => {
    const { show, analyse } = wideComparison({ metrics: 2, labelMass: true });
    const { page } = await openOn('figures', { answers: { show, analyse } });
    const labels = page.locator(
      ':is([data-figure=accuracy], [data-figure=difference], [data-figure=seeds]) text.label',
    );
    await page.locator('[data-figure=seeds] svg').waitFor();
    const badges = new RegExp(`^(?:${show.studies.map(({ badge }) => badge).join('|')}) · `);
    for (const words of await labels.evaluateAll((all) => all.map((each) => each.firstChild?.nodeValue ?? '')))
      expect(words).toMatch(badges);
    const outside = await labels.evaluateAll((all) =>
      all
        .filter((each) => {
          const drawing = each.closest('svg')!.getBoundingClientRect();
          return each.getBoundingClientRect().left < drawing.left - 1;
        })
        .map((each) => each.textContent),
    );
    expect(outside).toStrictEqual([]);
    expect(await labels.nth(1).locator('title').textContent()).toBe(`B · ${show.studies[1]!.name}`);
  });

  it('has nothing to choose where nothing was trained', async () => {
    const studies = fullComparison.studies.filter(({ method }) => method === 'hard');
    const { page } = await openOn('figures', { answers: { show: { ...fullComparison, studies } } });
    const curves = page.locator('[data-figure=curves]');
    await curves.getByText('Nothing here was trained, so there is no curve yet.').waitFor();
    expect(await curves.locator('vscode-button, vscode-dropdown, vscode-checkbox').count()).toBe(0);
  });

  it('cuts a label of three hundred letters, and does not let an Arabic one turn its line', async () => {
    const labels = ['فاتورة', 'long '.repeat(60).trim(), 'account', 'delivery'];
    const analyse = {
      ...fullAnswers,
      studies: fullAnswers.studies.map((study) => ({
        ...study,
        confusion: study.confusion && { ...study.confusion, labels },
      })),
    };
    const { page } = await openOn('figures', { answers: { analyse } });
    await whenDrawn.figures(page);
    const matrix = page.locator('table.matrix').first();
    expect((await matrix.boundingBox())!.width).toBeLessThan(700);
    expect(await matrix.locator('tbody th span').nth(1).getAttribute('title')).toBe(labels[1]);
    const summary = await page.locator('[data-figure=confusion]').innerText();
    expect(summary).toContain('\u2068فاتورة\u2069');
    await matrix.scrollIntoViewIfNeeded();
    await keepPicture(page, 'figures-long-labels');
  });
});
