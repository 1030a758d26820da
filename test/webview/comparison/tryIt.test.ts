import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { InputAnswer } from '../../../src/views/comparison/contract';
import { fullComparison } from '../../support/comparison/comparison';
import { openOn } from '../support/comparisonPage';
import { later } from '../support/editor';
import { useBrowser } from '../support/openPage';
import { keepPicture } from '../support/pictures';
import { themeNames } from '../support/themes';

const studies = fullComparison.studies.filter(({ results }) => results);
const pace = (tokens: number) => ({ tokens, seconds: 0.3 + tokens / 24, perSecond: 24 });

const textAnswer = (answer: string, tokens: number, ending: 'end' | 'stop' | 'budget' | 'stopped'): InputAnswer => ({
  run: 'x',
  probabilities: [],
  answer,
  promptTokens: 36,
  seconds: 2.5,
  written: { ...pace(tokens), ending },
});

/** The page while the first run writes; every answer is the test's. */
async function openWriting(options: Parameters<typeof openOn>[1] = {}) {
  const opened = await openOn('try', {
    ...options,
    answers: { askInput: later, answerSoFar: later, ...options.answers },
  });
  await opened.page.getByRole('textbox', { name: 'text', exact: true }).fill('Where is my parcel?');
  await opened.reply('askInput', 0, { question: 70 });
  await opened.reply('answerSoFar', 0, { more: 'The parcel', pace: pace(2), answer: null });
  const first = opened.page.locator('section.answer').first();
  await first.getByText('The parcel').waitFor();
  return { ...opened, first };
}

const press = (page: Page, name: string) => page.getByRole('button', { name });
const spoken = (page: Page) => page.getByRole('log', { name: 'Answers' }).locator('p').allInnerTexts();

describe('an answer that is written while one looks on', () => {
  useBrowser();

  it('grows in its place, with its tokens and their pace, and is read aloud once it is whole', async () => {
    const { page, first, reply, requests, errors } = await openWriting();
    expect(await first.innerText()).toMatch(/2 tokens, 24 a second/);
    expect(await first.getAttribute('aria-busy')).toBe('true');
    // What a person has marked stays marked while it grows.
    await first
      .locator('.written')
      .evaluate((said) => getSelection()!.setBaseAndExtent(said.firstChild!, 4, said.firstChild!, 10));
    await reply('answerSoFar', 1, { more: ' is on\n its way', pace: pace(7), answer: null });
    await first.getByText('7 tokens').waitFor();
    expect(await first.locator('.written').evaluate((said) => said.textContent)).toBe('The parcel is on\n its way');
    expect(await page.evaluate(() => getSelection()!.toString())).toBe('parcel');
    expect(await requests('answerSoFar')).toEqual([
      { question: 70, from: 0 },
      { question: 70, from: 10 },
      { question: 70, from: 25 },
    ]);
    expect(await spoken(page)).toEqual([]);
    await reply('answerSoFar', 2, {
      more: '.',
      pace: pace(8),
      answer: textAnswer('The parcel is on\n its way.', 8, 'end'),
    });
    await first.getByText('36 tokens read, 8 written in 2.5 s; 24 tokens a second while writing').waitFor();
    expect(await first.getAttribute('aria-busy')).toBe('false');
    expect(await spoken(page)).toEqual([expect.stringMatching(/^A · .*: The parcel is on\s+its way\.$/)]);
    // The next run is asked only now.
    await reply('askInput', 1, { question: 71 });
    expect((await requests('askInput')).map(({ run }) => run)).toEqual(
      studies.slice(0, 2).map(({ runs }) => runs[0]!.run),
    );
    expect(errors).toEqual([]);
  });

  it('asks for no more than it can show: the next piece once a frame has shown the last', async () => {
    const { page, requests } = await openWriting();
    await page.waitForFunction(() => window.asked.filter(({ name }) => name === 'answerSoFar').length === 2);
    // Nothing came of the last request, so that no other is made.
    await page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));
    expect(await requests('answerSoFar')).toHaveLength(2);
  });

  it.each(['pointer', 'keyboard', 'Escape'] as const)(
    'is stopped by %s: what is written stays, marked, the focus too, and no other run is asked',
    async (how) => {
      const { page, first, reply, requests, lastRequest } = await openWriting();
      const stop = press(page, 'Stop');
      const field = page.getByRole('textbox', { name: 'text', exact: true });
      await field.focus();
      if (how === 'pointer') await stop.click();
      else if (how === 'Escape') await page.keyboard.press('Escape');
      else {
        // Past the field and the button that asks.
        await page.keyboard.press('Tab');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
      }
      expect(await lastRequest('stopAnswer')).toEqual({ question: 70 });
      await reply('answerSoFar', 1, { more: '', pace: pace(2), answer: textAnswer('The parcel', 2, 'stopped') });
      await first.getByText('Stopped.').waitFor();
      expect(await first.locator('.written').innerText()).toBe('The parcel');
      expect(await spoken(page)).toEqual([expect.stringMatching(/: The parcel Stopped\.$/)]);
      expect(await stop.getAttribute('aria-disabled')).toBe('true');
      const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
      if (how !== 'Escape') expect(focused).toBe('Stop');
      expect(await requests('askInput')).toHaveLength(1);
      expect(await page.locator('section.answer').nth(1).innerText()).toMatch(/Not asked yet\.$/);
      // Nothing is left to be stopped.
      await page.keyboard.press('Escape');
      expect(await requests('stopAnswer')).toHaveLength(1);
    },
  );

  it('is stopped as soon as it has a number', async () => {
    const { page, reply, lastRequest } = await openOn('try', { answers: { askInput: later, answerSoFar: later } });
    await page.getByRole('textbox', { name: 'text', exact: true }).fill('Where?');
    await page.waitForFunction(() => window.asked.some(({ name }) => name === 'askInput'));
    await press(page, 'Stop').click();
    await reply('askInput', 0, { question: 9 });
    await page.waitForFunction(() => window.asked.some(({ name }) => name === 'stopAnswer'));
    expect(await lastRequest('stopAnswer')).toEqual({ question: 9 });
    await reply('answerSoFar', 0, { more: '', pace: null, answer: textAnswer('', 0, 'stopped') });
    await page.getByText('Stopped before the first token.', { exact: true }).waitFor();
    expect(await page.locator('section.answer').first().innerText()).not.toMatch(/read|written in/);
  });

  it('gives way to the answer to what is typed next', async () => {
    const { page, first, reply, requests } = await openWriting();
    await page.getByRole('textbox', { name: 'text', exact: true }).fill('Where is my refund?');
    await reply('askInput', 1, { question: 71 });
    await reply('answerSoFar', 1, { error: { code: 'outdated', message: 'Another question was asked meanwhile.' } });
    await reply('answerSoFar', 2, { more: 'On Monday', pace: pace(3), answer: null });
    await first.getByText('On Monday').waitFor();
    expect(await page.getByText('The parcel').count()).toBe(0);
    expect(await page.getByText('Another question').count()).toBe(0);
    expect((await requests('askInput')).map(({ input }) => input.text)).toEqual([
      'Where is my parcel?',
      'Where is my refund?',
    ]);
  });

  it('is ended when there is nothing to ask any more', async () => {
    const { page, lastRequest } = await openWriting();
    await page.getByRole('textbox', { name: 'text', exact: true }).fill('');
    await page.waitForFunction(() => window.asked.some(({ name }) => name === 'stopAnswer'));
    expect(await lastRequest('stopAnswer')).toEqual({ question: 70 });
    expect(await page.locator('section.answer').first().innerText()).toMatch(/Not asked yet\.$/);
  });

  it('keeps what was written where the process ends, and says why', async () => {
    const { page, first, reply } = await openWriting();
    await reply('answerSoFar', 1, {
      error: { code: 'trainer-ended', message: 'The trainer was ended by SIGKILL (often because memory ran out).' },
    });
    await first.getByText('The trainer was ended by SIGKILL (often because memory ran out).').waitFor();
    expect(await first.locator('.written').innerText()).toBe('The parcel');
    expect(await spoken(page)).toEqual([expect.stringMatching(/The trainer was ended by SIGKILL/)]);
  });

  it.each([
    ['budget', 'Cut off after 8 tokens, as many as maxOutputTokens or the model’s context allows.'],
    ['stop', 'Ended by a stop sequence.'],
  ] as const)('says why it ends: %s', async (ending, words) => {
    const { first, reply } = await openWriting();
    await reply('answerSoFar', 1, { more: '', pace: pace(8), answer: textAnswer('The parcel', 8, ending) });
    await first.getByText(words).waitFor();
  });

  it.each([
    ...themeNames.map((theme) => ({ theme, width: 1180 })),
    ...themeNames.map((theme) => ({ theme, width: 400 })),
  ])('can be looked at: $theme, $width wide', async ({ theme, width }) => {
    const { page, reply, first } = await openWriting({ theme, width, height: 900, reducedMotion: 'reduce' });
    const long =
      'Your parcel left the warehouse on Monday.\n\n- It was in Kassel on Tuesday.\n' +
      '- 中文 and 👩‍💻 are whole.\n' +
      `It goes by the number ${'0123456789'.repeat(8)}.`;
    await reply('answerSoFar', 1, { more: '', pace: pace(60), answer: textAnswer(long, 60, 'budget') });
    await first.getByText('Cut off').waitFor();
    await reply('askInput', 1, { question: 71 });
    await reply('answerSoFar', 2, { more: 'It is on its w', pace: pace(6), answer: null });
    await page.getByText('6 tokens, 24 a second').waitFor();
    await keepPicture(page, `comparison-writing-${theme}-${width}`, { fullPage: true });
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide).toBeLessThanOrEqual(1);
    await press(page, 'Stop').click();
    await reply('answerSoFar', 3, { more: '', pace: pace(6), answer: textAnswer('It is on its w', 6, 'stopped') });
    await page.getByText('Stopped.', { exact: true }).waitFor();
    await keepPicture(page, `comparison-stopped-${theme}-${width}`, { fullPage: true });
  });
});
