import { describe, expect, it } from 'vitest';
import { fullComparison } from '../../support/comparison/comparison';
import { openOn } from '../support/comparisonPage';
import { useBrowser, violationsIn } from '../support/openPage';
import { keepPicture } from '../support/pictures';
import { themeNames } from '../support/themes';

describe('what was learned, and what runs answer, on the comparison page', () => {
  useBrowser();

  it('shows an instruction’s changed words, its gain, and applies it', async () => {
    const { page, lastRequest } = await openOn('learned');
    await page.locator('.rewriting ins').waitFor();
    expect((await page.locator('.rewriting ins').allInnerTexts()).join('').trim()).toBe(
      'Each is as likely as the others.',
    );
    expect(await page.locator('.rewriting').innerText()).toMatch(
      /cannot be told from these rows: accuracy \+0\.025 \[−0\.008, \+0\.067\][\s\S]*0\.0599/,
    );
    await page.getByRole('button', { name: 'Apply to Template' }).click();
    expect(await lastRequest('applyInstruction')).toStrictEqual({ run: 'run-v2-13' });
    await page.getByText('The chosen text reads at +0.121 nats a token against the original.').waitFor();
    await page.getByText('The search has kept 3 texts').waitFor();
    await page.getByRole('button', { name: 'Show on Its Page' }).click();
    expect(await lastRequest('openFront')).toStrictEqual({ run: 'run-v2-13' });
    await page.getByRole('button', { name: 'Compare the template of E with that of A' }).click();
    expect(await lastRequest('diffTemplates')).toStrictEqual({ left: 'run-hard-09', right: 'run-short-14' });
    expect(await page.getByRole('table', { name: 'Settings that differ between the runs' }).innerText()).toMatch(
      /tune\.learningRate/,
    );
  });

  it.each(themeNames)('draws the texts that a search kept, and acts on them, in the %s theme', async (theme) => {
    const { page, requests, send, errors } = await openOn('learned', { theme });
    const front = page.getByRole('region', { name: 'Texts that the search kept' });
    await front.getByRole('radio').first().waitFor();
    expect(await front.getByRole('radio').count()).toBe(3);
    await front.getByRole('radio').last().click();
    await front.getByRole('group', { name: 'Text 3', exact: true }).waitFor();
    await front.getByRole('button', { name: 'Use This Text' }).click();
    await expect.poll(() => requests('useText')).toStrictEqual([{ run: 'run-v2-13', text: 'Desk:' }]);
    await send('measuring', [
      { run: 'run-soft-10', text: 'Desk:', done: 1, total: 9 },
      { run: 'run-v2-13', text: 'Desk:', done: 40, total: 80 },
    ]);
    await front.getByText('Measuring on test: 40 of 80 rows').waitFor();
    await keepPicture(front, `comparison-front-${theme}`);
    await front.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => requests('stopMeasuring')).toStrictEqual([{ run: 'run-v2-13', text: 'Desk:' }]);
    expect(await violationsIn(page)).toStrictEqual([]);
    expect(errors).toStrictEqual([]);
  });

  it('calls nearest words what a vector is near to, and says why that is not its meaning', async () => {
    const { page } = await openOn('learned');
    await page.locator('[data-figure=similarities] svg').waitFor();
    const told = await page.locator('section[aria-label=Vectors]').innerText();
    expect(told).toMatch(/waywardness[\s\S]*What it is near to/);
    expect(told).not.toMatch(/means/);
  });

  it('asks every run for a typed input, and drops what was asked before', async () => {
    const { page, requests } = await openOn('try');
    const field = page.locator('vscode-text-area').locator('textarea');
    await field.fill('My');
    await field.fill('My parcel');
    await page.waitForFunction(() => document.querySelectorAll('.answers .said').length === 4);
    const asked = await requests('askInput');
    expect(asked.map(({ run, input }) => [run, input.text])).toStrictEqual(
      fullComparison.studies.filter(({ results }) => results).map(({ runs }) => [runs[0]!.run, 'My parcel']),
    );
    expect(await page.evaluate(() => window.kept)).toMatchObject({ look: { input: { text: 'My parcel' } } });
  });

  it('asks nothing in Restricted Mode, and says what a run cannot answer', async () => {
    const { page } = await openOn('try', { answers: { show: { ...fullComparison, askable: false } } });
    await page.getByText('Restricted Mode').waitFor();
    expect(await page.locator('vscode-text-area').count()).toBe(0);
    const refused = await openOn('try', {
      answers: {
        askInput: {
          error: { code: 'adapter-missing', message: 'The adapter cannot be read.', remedy: 'Train again.' },
        },
      },
    });
    await refused.page.locator('vscode-text-area').locator('textarea').fill('x');
    await refused.page.getByText('The adapter cannot be read. Train again.').first().waitFor();
  });
});
