import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import * as model from '../support/pages/model';
import * as preview from '../support/pages/preview';
import { jsonAnswers, jsonFields, log, pointsUpTo, running, samples } from '../support/pages/runPage';
import { checks, estimates, formWithSlurm } from '../support/pages/trainForm';
import { answers, openOn, tabs, whenDrawn } from './support/comparisonPage';
import { openPage, useBrowser, type OpenedPage } from './support/openPage';
import { keepPicture } from './support/pictures';
import { chineseOf, pseudoOf } from './support/pseudoLanguage';
import { cutTexts, shownTexts } from './support/shownTexts';

/** How wide a sidebar is, and a page that is moved into it. */
const sidebar = 300;

type Sentences = Readonly<Record<string, string>>;

interface Shown {
  /** Which of the built pages it is. */
  readonly page: 'comparison' | 'form' | 'model' | 'preview' | 'run';
  /** Opens it, and waits until it has said what it has to say. */
  open(sentences: Sentences): Promise<Page>;
  /** All that it was given: what stands in it is data. */
  readonly data: unknown;
}

const drawn = async (opened: Promise<OpenedPage<never>>, selector: string): Promise<Page> => {
  const { page } = await opened;
  await page.locator(selector).first().waitFor();
  return page;
};

const runEvents = [
  ['points', pointsUpTo(120)],
  ['samples', samples],
  ['answers', jsonAnswers],
  ['fields', jsonFields],
  ['log', log],
] as const;

const shown: Readonly<Record<string, Shown>> = {
  run: {
    page: 'run',
    data: [running, runEvents],
    open: (sentences) =>
      drawn(
        openPage('run', { answers: { show: running }, events: [...runEvents], width: sidebar, sentences }) as never,
        '.answers',
      ),
  },
  form: {
    page: 'form',
    data: [formWithSlurm, checks, estimates],
    async open(sentences) {
      const given = { show: formWithSlurm, check: checks.empty, measure: estimates, save: 2, start: 1 };
      const page = await drawn(openPage('form', { answers: given, width: sidebar, sentences }) as never, '.field');
      // The buttons below the form, the last of which measures nothing.
      await page.locator('aside vscode-button, .buttons vscode-button').nth(1).click();
      await page.locator('table').first().waitFor();
      return page;
    },
  },
  model: {
    page: 'model',
    data: [model.trainable, model.speed],
    async open(sentences) {
      const given = { show: model.trainable, measure: model.speed };
      const page = await drawn(openPage('model', { answers: given, width: sidebar, sentences }) as never, '.operators');
      await page.locator('vscode-button').first().click();
      await page.locator('dl').nth(1).waitFor();
      return page;
    },
  },
  preview: {
    page: 'preview',
    data: [preview.fullPreview, preview.labelPrediction],
    async open(sentences) {
      const given = { show: preview.fullPreview, predict: preview.labelPrediction };
      const page = await drawn(openPage('preview', { answers: given, width: sidebar, sentences }) as never, '.slot');
      await page.locator('[data-focus=ask]').click();
      await page.locator('table').first().waitFor();
      return page;
    },
  },
  conversation: {
    page: 'preview',
    data: [preview.chatPreview],
    open: (sentences) =>
      drawn(
        openPage('preview', { answers: { show: preview.chatPreview }, width: sidebar, sentences }) as never,
        '.slot',
      ),
  },
  ...Object.fromEntries(
    tabs.map((tab) => [
      `comparison-${tab}`,
      {
        page: 'comparison' as const,
        data: answers,
        async open(sentences: Sentences) {
          const { page } = await openOn(tab, { width: sidebar, sentences });
          if (tab !== 'try') await whenDrawn[tab](page);
          return page;
        },
      },
    ]),
  ),
};

const names = Object.keys(shown);

/** What stands outside of all brackets. */
function unbracketed(text: string): string {
  let rest = text;
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(/⟦[^⟦⟧]*⟧/g, ' ');
  }
  return rest;
}

/** Names of methods, formats, units and quantities, which are the same in every language. */
const universal =
  /^(?:CSV|JSON|SVG|SHA|F1|[BGMk]?B|[kM]|ms|s|min|h|hard|soft|v[12]|answers|train|dev|test|tune\.[\w.]+|p|x)$/;

/** Words of a text that are neither of a sentence nor of the data nor the same everywhere. */
function forgotten(text: string, data: string): readonly string[] {
  const rest = unbracketed(text).trim();
  if (!/\p{L}{2}/u.test(rest) || data.includes(rest)) return [];
  return rest
    .split(/\s*(?:[·,:;()[\]“”"→✓✗×≈±…–-]|\s)\s*/)
    .filter((word) => /\p{L}{2}/u.test(word) && !universal.test(word) && !data.includes(word));
}

describe('in another language', () => {
  useBrowser();

  it.each(names)('the page %s says nothing but its sentences, data, names and numbers', async (name) => {
    const { page, open, data } = shown[name]!;
    const opened = await open(pseudoOf(page));
    const known = JSON.stringify(data, (_, value: unknown) => (ArrayBuffer.isView(value) ? [] : value));
    const texts = await shownTexts(opened);
    expect(texts.some(({ text }) => text.includes('⟦'))).toBe(true);
    const left = texts.flatMap(({ text, where }) =>
      forgotten(text, known).map((word) => `${word} in ${where}: ${text}`),
    );
    expect([...new Set(left)]).toEqual([]);
  });

  it.each(names)('the page %s has room for sentences that are 1.6 times as long', async (name) => {
    const { page, open } = shown[name]!;
    const opened = await open(pseudoOf(page));
    await keepPicture(opened, `pseudo-${name}`, { fullPage: true });
    expect(await cutTexts(opened)).toEqual([]);
  });

  it.each(names)('the page %s has room for Chinese', async (name) => {
    const { page, open } = shown[name]!;
    const opened = await open(chineseOf(page));
    await keepPicture(opened, `chinese-${name}`, { fullPage: true });
    expect(await cutTexts(opened)).toEqual([]);
  });
});
