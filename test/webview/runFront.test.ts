import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { RunPageState } from '../../src/views/run/contract';
import { done, front } from '../support/pages/runPage';
import { later } from './support/editor';
import { openPage, useBrowser, violationsIn, type OpenedPage, type PageOptions } from './support/openPage';
import { keepPicture } from './support/pictures';
import { themeNames } from './support/themes';

const withFront: RunPageState = { ...done, front };

function show(state: RunPageState, more: Partial<PageOptions<'run'>> = {}): Promise<OpenedPage<'run'>> {
  return openPage('run', { answers: { show: state }, events: [], width: 1000, ...more });
}

const section = (page: Page) => page.getByRole('region', { name: 'Texts that the search kept' });
const points = (page: Page) => section(page).getByRole('radio');
const chosen = (page: Page) => section(page).getByRole('radio', { checked: true });
const detail = (page: Page) => section(page).getByRole('group', { name: /^Text \d$/ });

describe('the texts that a search kept', () => {
  useBrowser();

  it.each(themeNames)('are drawn with the chosen one in full, in the %s theme without a violation', async (theme) => {
    const { page, errors } = await show(withFront, { theme });
    await points(page).first().waitFor();
    expect(await points(page).count()).toBe(5);
    expect(await chosen(page).getAttribute('aria-label')).toBe(
      'Text 3, chosen: +0.121 nats a token, 0.575 (0.486 to 0.660)',
    );
    const words = await detail(page).innerText();
    expect(words).toMatch(/Text 3: Chosen[\s\S]*27 tokens[\s\S]*0\.575 \(0\.486–0\.660\)/);
    expect(words).toMatch(/0\.540 \(0\.443–0\.634\); \+0\.030 .*against the original, p = 0\.375/);
    expect(await detail(page).locator('ins').innerText()).toContain('Each is as likely as the others.');
    await section(page)
      .getByText(/2 other texts were looked at on test/)
      .waitFor();
    // The original, the chosen one and the two that were looked at have a number on test.
    expect(await section(page).locator('circle.on-test').count()).toBe(4);
    await points(page).nth(3).focus();
    await keepPicture(section(page), `run-front-${theme}`);
    expect(await violationsIn(page)).toStrictEqual([]);
    expect(errors).toStrictEqual([]);
  });

  it('are read one after the other by arrow keys, and by a click', async () => {
    const { page } = await show(withFront);
    await chosen(page).focus();
    await page.keyboard.press('ArrowRight');
    await detail(page).getByText('Text 4').waitFor();
    expect(await chosen(page).evaluate((point) => point === document.activeElement)).toBe(true);
    expect(await detail(page).innerText()).toMatch(/by Holm for 2 texts looked at/);
    await page.keyboard.press('End');
    await detail(page).getByText('not measured').waitFor();
    await points(page).first().click();
    await detail(page).getByText('Text 1').waitFor();
    expect(await detail(page).innerText()).toMatch(/-0\.204 nats a token|−0\.204 nats a token/);
  });

  it('are written into the template, beside it, and measured on test only upon a click', async () => {
    const { page, requests, send, reply } = await show(withFront, { answers: { show: withFront, measureText: later } });
    await points(page).last().click();
    const { text } = front.texts.at(-1)!;
    expect(await requests('measureText')).toStrictEqual([]);
    await section(page).getByRole('button', { name: 'Use This Text' }).click();
    await section(page).getByRole('button', { name: 'Compare as Variant' }).click();
    await section(page).getByRole('button', { name: 'Measure on Test' }).click();
    const { run } = withFront;
    await expect.poll(() => requests('measureText')).toStrictEqual([{ run, text }]);
    expect(await requests('useText')).toStrictEqual([{ run, text }]);
    expect(await requests('compareText')).toStrictEqual([{ run, text }]);
    await reply('measureText', 0, true);
    const test = { value: 0.66, interval: [0.562, 0.745] as const, gain: null, p: null };
    const texts = front.texts.map((each) => (each.text === text ? { ...each, test } : each));
    await send('state', { ...withFront, front: { ...front, texts, lookedAt: 3 } });
    await detail(page).getByText('0.660 (0.562–0.745)').waitFor();
    expect(await section(page).getByRole('button', { name: 'Measure on Test' }).count()).toBe(0);
    await section(page)
      .getByText(/3 other texts were looked at on test/)
      .waitFor();
  });

  it('count the rows while one is measured, whoever asked, and can be stopped', async () => {
    const { page, requests, send, reply, errors } = await show(withFront, {
      answers: { show: withFront, measureText: later },
    });
    const { run } = withFront;
    const { text } = front.texts.at(-1)!;
    const [first] = front.texts;
    await points(page).last().click();
    await section(page).getByRole('button', { name: 'Measure on Test' }).click();
    await detail(page).getByText('Opening the model…').waitFor();
    expect(await section(page).getByRole('button', { name: 'Measure on Test' }).isDisabled()).toBe(true);
    await send('measuring', [{ run, text, done: 30, total: 100 }]);
    await detail(page).getByText('Measuring on test: 30 of 100 rows').waitFor();
    const bar = detail(page).getByRole('progressbar', { name: 'Measuring on test' });
    expect(await bar.evaluate((each: HTMLProgressElement) => [each.value, each.max])).toEqual([30, 100]);
    await keepPicture(section(page), 'run-front-measuring');
    expect(await violationsIn(page)).toStrictEqual([]);
    await points(page).first().click();
    expect(await bar.count()).toBe(0);
    await points(page).last().click();
    await section(page).getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => requests('stopMeasuring')).toStrictEqual([{ run, text }]);
    expect(await section(page).getByRole('button', { name: 'Stop' }).isDisabled()).toBe(true);
    await send('measuring', []);
    await reply('measureText', 0, false);
    await detail(page).getByText('Stopped before it was measured; the run is as it was.').waitFor();
    expect(await section(page).getByRole('button', { name: 'Measure on Test' }).isDisabled()).toBe(false);
    await send('measuring', [{ run, text: first!.text, done: 0, total: 0 }]);
    await points(page).first().click();
    await section(page).getByRole('button', { name: 'Stop' }).waitFor();
    expect(await requests('measureText')).toHaveLength(1);
    expect(errors).toStrictEqual([]);
  });

  it('come into view with the one that is read in focus where the page was opened on them', async () => {
    const { page, send } = await show(withFront, { height: 300 });
    await points(page).first().waitFor();
    await send('goTo', 'front');
    await expect.poll(() => chosen(page).evaluate((point) => point === document.activeElement)).toBe(true);
    const top = await section(page).evaluate((each) => each.getBoundingClientRect().top);
    expect(Math.abs(top)).toBeLessThan(20);
  });

  it('say why none can be measured, have a table behind them, and are not there for earlier runs', async () => {
    const unmeasurable = 'The run was not measured on test rows, so that no other text of it can be.';
    const { page, send } = await show({ ...withFront, front: { ...front, lookedAt: 0, unmeasurable } });
    await section(page).getByText(unmeasurable).waitFor();
    await points(page).last().click();
    expect(await section(page).getByRole('button', { name: 'Measure on Test' }).isDisabled()).toBe(true);
    await section(page).getByText('Numbers behind the texts').click();
    const table = section(page).getByRole('region', { name: 'Numbers of the texts' });
    expect(await table.locator('tbody tr').count()).toBe(5);
    expect(await table.locator('tbody tr').nth(2).innerText()).toMatch(
      /^3: Chosen\t\+0\.121\t27\t0\.575 \(0\.486–0\.660\)/,
    );
    await send('state', done);
    await section(page).waitFor({ state: 'hidden' });
  });
});
