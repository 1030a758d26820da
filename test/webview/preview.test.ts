import { describe, expect, it } from 'vitest';
import type { PreviewState } from '../../src/views/preview/contract';
import * as preview from '../support/pages/preview';
import { openPage, untilSettled, useBrowser, violationsIn, type Answers, type OpenedPage } from './support/openPage';
import { keepPicture } from './support/pictures';
import { themeNames, type ThemeName } from './support/themes';

function show(
  state: PreviewState,
  theme: ThemeName = 'dark',
  answers: Answers<'preview'> = {},
): Promise<OpenedPage<'preview'>> {
  return openPage('preview', { theme, answers: { show: state, ...answers }, width: 760 });
}

describe('the preview', () => {
  useBrowser();

  it.each(themeNames)('previews a prompt in the %s theme without a violation', async (theme) => {
    const { page, errors } = await show(preview.fullPreview, theme, { predict: preview.labelPrediction });
    await page.locator('.chip.slot').waitFor();
    const text = await page.locator('.prompt').innerText();
    for (const expected of [
      'prefix · 20 in every layer',
      '8 virtual · task',
      '4 virtual · #2',
      'Who wrote',
      'label: person',
    ])
      expect(text).toContain(expected);
    expect(await page.getByText('61 of 512 positions, 32 of them learned').count()).toBe(1);
    await page.getByRole('checkbox', { name: 'Invisible characters' }).click();
    await page.getByRole('button', { name: 'Ask the Model' }).click();
    await page.getByText('Probability of each label: right').waitFor();
    await keepPicture(page, `preview-${theme}`, { fullPage: true });
    expect(await violationsIn(page)).toStrictEqual([]);
    expect(errors).toStrictEqual([]);
  });
  it.each(themeNames)('shows a conversation as turns in the %s theme without a violation', async (theme) => {
    const { page, errors } = await show(preview.chatPreview, theme);
    await page.locator('.chip.slot').waitFor();
    expect(await page.locator('.speaker').allInnerTexts()).toEqual([
      'System · left out by the model’s chat template',
      'User · history of the row',
      'Assistant · history of the row',
      'User',
      'Assistant · open: the answer follows',
    ]);
    expect(await page.locator('.turn .said').allInnerTexts()).toEqual([
      'Answer as the desk would.',
      'Where is my parcel?',
      'At the depot.',
      'Sort this message.\n8 virtual · task It is still not here.',
      'The desk is:desk: delivery',
    ]);
    expect(await page.locator('.frame .chip.special').allInnerTexts()).toEqual([
      '<|im_start|>',
      '<|im_end|>',
      '<|im_start|>',
      '<|im_end|>',
      '<|im_start|>',
      '<|im_end|>',
      '<|im_start|>',
    ]);
    await page
      .getByText("Read as chat: the model's chat template. tune.format is auto, and the model has a chat template.")
      .waitFor();
    await keepPicture(page, `preview-turns-${theme}`, { fullPage: true });
    expect(await violationsIn(page)).toStrictEqual([]);
    expect(errors).toStrictEqual([]);
  });

  it('shows the one text that the model reads of a conversation on demand, and keeps that choice', async () => {
    const { page } = await show(preview.chatPreview);
    await page.locator('.turn').first().waitFor();
    await page.getByRole('checkbox', { name: 'Turns' }).click();
    await page.locator('.turn').first().waitFor({ state: 'detached' });
    expect(await page.locator('.prompt').innerText()).toContain(
      '<|im_start|>user\nWhere is my parcel?<|im_end|>\n<|im_start|>assistant',
    );
    expect(await page.evaluate(() => window.kept)).toMatchObject({ turns: false });
  });

  it('opens a turn of the assistant for the answer where none is begun', async () => {
    const { page } = await show({
      ...preview.chatPreview,
      messages: preview.chatPreview.messages!.slice(0, 4),
      pieces: preview.chatPreview.pieces.filter((piece) => !('message' in piece && piece.message === 4)),
    });
    await page.locator('.turn.open').waitFor();
    expect(await page.locator('.turn.open .said').innerText()).toBe('desk: delivery');
  });

  it('shows invisible characters only on demand, and keeps that choice', async () => {
    const { page } = await show(preview.fullPreview);
    await page.locator('.chip.slot').waitFor();
    expect(await page.locator('.unseen').count()).toBe(0);
    await page.getByRole('checkbox', { name: 'Invisible characters' }).click();
    const marks = await page.locator('.unseen').allInnerTexts();
    for (const mark of ['⏎', '→', '⍽', '⟨U+200B⟩', '·'])
      expect(
        marks.some((each) => each.includes(mark)),
        `${mark} among ${marks.join(' ')}`,
      ).toBeTruthy();
    expect(await page.evaluate(() => window.kept)).toMatchObject({ invisibles: true });
  });

  it('goes to the next, the previous, a random and a numbered row by the keyboard', async () => {
    const { page, requests, lastRequest } = await show(preview.fullPreview);
    for (const [name, row] of [
      ['Next', 5],
      ['Previous', 3],
    ] as const) {
      await page.getByRole('button', { name }).focus();
      await page.keyboard.press('Enter');
      expect((await lastRequest('show')).row, name).toBe(row);
    }
    await page.getByRole('button', { name: 'Random' }).click();
    const { row } = await lastRequest('show');
    expect(Number.isInteger(row) && row >= 0 && row < 180).toBeTruthy();
    await page.getByRole('spinbutton', { name: 'Row' }).fill('100');
    await page.keyboard.press('Enter');
    expect((await lastRequest('show')).row).toBe(99);
    const before = (await requests('show')).length;
    await page.getByRole('spinbutton', { name: 'Row' }).fill('999');
    await page.keyboard.press('Enter');
    expect(await requests('show')).toHaveLength(before);
  });

  it('keeps the focus on a control when a new row comes', async () => {
    const { page, send } = await show(preview.fullPreview);
    await page.getByRole('button', { name: 'Next' }).focus();
    await send('state', {
      ...preview.fullPreview,
      row: 5,
    });
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[type=number]')!.value === '6');
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Next');
  });

  it('says what is wrong with the text, and keeps the last prompt in sight', async () => {
    const { page } = await show(preview.brokenPreview, 'light');
    await page.getByText('Line 12: The block "each" is never closed').waitFor();
    expect(await page.locator('.prompt.outdated').count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Ask the Model' }).count()).toBe(0);
    await keepPicture(page, 'preview-broken');
  });

  it('says what it cannot show without data and tokenizer', async () => {
    const { page } = await show(preview.barePreview);
    await page.getByText('Tokens are not shown').waitFor();
    expect(await page.getByRole('button', { name: 'Next' }).count()).toBe(0);
    expect(await page.locator('[class*=token-]').count()).toBe(0);
  });

  it('says how the model can be asked while nothing is trained yet', async () => {
    const { page } = await show({ ...preview.fullPreview, subject: 'written', answerable: false });
    await page.getByText('choose the text alone or a trained run above').waitFor();
    expect(await page.getByRole('button', { name: 'Ask the Model' }).count()).toBe(0);
  });

  it('reaches every control and the prompt by the keyboard', async () => {
    const { page } = await show(preview.fullPreview);
    await page.locator('.chip.slot').waitFor();
    const reached: (string | null)[] = [];
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(
          () => document.activeElement!.getAttribute('aria-label') ?? document.activeElement!.textContent,
        ),
      );
    }
    for (const name of [
      'Data',
      'Previous',
      'Row',
      'Next',
      'Random',
      'What the prompt is put together with',
      'Token boundaries',
      'Invisible characters',
      'Prompt',
      'Ask the Model',
    ])
      expect(reached.includes(name), `${name} among ${reached.join(', ')}`).toBeTruthy();
  });

  it('shows the words of an answer as text, and why the model could not be asked', async () => {
    const { page } = await show(preview.fullPreview, 'dark', { predict: preview.textPrediction });
    await page.getByRole('button', { name: 'Ask the Model' }).click();
    await page.getByText('Library <b>closes</b>').waitFor();
    const refused = await show(preview.fullPreview, 'dark', {
      predict: {
        error: {
          code: 'trainer-busy',
          message: 'Another run is going on.',
          remedy: 'Wait until it has ended, or stop it.',
        },
      },
    });
    await refused.page.getByRole('button', { name: 'Ask the Model' }).click();
    await refused.page.getByText('Another run is going on. Wait until it has ended, or stop it.').waitFor();
  });

  it('takes an answer away when the prompt that it belongs to changes', async () => {
    const { page, send } = await show(preview.fullPreview, 'dark', { predict: preview.labelPrediction });
    await page.getByRole('button', { name: 'Ask the Model' }).click();
    await page.getByText('Probability of each label').waitFor();
    await send('state', {
      ...preview.fullPreview,
      row: 5,
    });
    await page.getByText('Probability of each label').waitFor({ state: 'detached' });
  });

  it('ignores states of another shape', async () => {
    const { page, errors } = await show(preview.fullPreview);
    await page.locator('.chip.slot').waitFor();
    await page.evaluate(() => {
      for (const event of [null, {}, { pieces: 'none' }]) window.say({ kind: 'event', name: 'state', event });
    });
    await untilSettled(page);
    expect(await page.locator('.chip.slot').count()).toBe(1);
    expect(errors).toStrictEqual([]);
  });
});
