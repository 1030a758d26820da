import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelPageState } from '../../src/views/models/contract';
import * as model from '../support/pages/model';
import { repository } from '../support/running/paths';
import { openPage, useBrowser, violationsIn, type Answers, type OpenedPage } from './support/openPage';
import { keepPicture } from './support/pictures';
import { themeNames, type ThemeName } from './support/themes';

function show(
  state: ModelPageState,
  theme: ThemeName = 'dark',
  answers: Answers<'model'> = {},
): Promise<OpenedPage<'model'>> {
  return openPage('model', { theme, answers: { show: state, measure: model.speed, ...answers }, width: 760 });
}

describe('the page of a model', () => {
  useBrowser();

  it.each(themeNames)('shows a model and measures it in the %s theme without a violation', async (theme) => {
    const { page, errors } = await show(model.trainable, theme);
    await page.getByText('134,515,008 (float32)').waitFor();
    const text = await page.locator('main').innerText();
    for (const expected of [
      'HuggingFaceTB/SmolLM2-135M-Instruct',
      'apache-2.0',
      '8,192 tokens',
      'BPE, 49,152 tokens',
      'P-Tuning v2',
      'A gradient can pass',
      'MatMul × 272',
    ])
      expect(text).toContain(expected);
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.getByText('487 tokens per second, 2.5 times a forward pass').waitFor();
    await keepPicture(page, `model-${theme}`, { fullPage: true });
    expect(await violationsIn(page)).toStrictEqual([]);
    expect(errors).toStrictEqual([]);
    expect(await page.evaluate(() => window.kept)).toMatchObject({ speed: { batch: 4 } });
  });
  it('says which operators a gradient cannot pass, and takes names for text', async () => {
    const { page } = await show(model.stubborn, 'light');
    await page.getByRole('heading', { name: 'models/<script>alert(1)</script>' }).waitFor();
    expect(await page.getByText('There is no gradient rule for com.example.Mystery.').count()).toBe(3);
    expect(await page.locator('.operators li').first().innerText()).toMatch(/com\.example\.Mystery/);
    await page.getByText('uint8 82 %, float16 18 %').waitFor();
    await keepPicture(page, 'model-stubborn', { fullPage: true });
  });

  it('says why a model cannot be opened', async () => {
    const { page } = await show(model.unreadable);
    await page.getByText('The file is not a complete ONNX model.').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });

  it('says why a model could not be measured, and lets it be tried again', async () => {
    const { page } = await show(model.trainable, 'dark', {
      measure: {
        error: {
          code: 'out-of-memory',
          message: 'The machine ran out of memory during a step.',
          remedy: 'Choose a smaller model.',
        },
      },
    });
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.getByText('The machine ran out of memory during a step. Choose a smaller model.').waitFor();
    expect(await page.getByRole('button', { name: 'Measure' }).count()).toBe(1);
  });

  it('speaks the language that comes with it, and English where that lacks a sentence', async () => {
    const said = JSON.parse(
      readFileSync(join(repository, 'dist/webview/model.sentences.json'), 'utf8'),
    ) as readonly string[];
    expect(said).toContain('The model is being read…');
    const chinese = JSON.parse(readFileSync(join(repository, 'media/l10n/bundle.l10n.zh-cn.json'), 'utf8')) as Readonly<
      Record<string, string>
    >;
    const lacking = 'A gradient can pass through all operators between the answer and the prompt.';
    const known = said.filter((key) => key !== lacking && chinese[key] !== undefined);
    const sentences = Object.fromEntries(known.map((key) => [key, chinese[key]!]));
    const { page, errors } = await openPage('model', {
      answers: { show: model.trainable, measure: model.speed },
      sentences,
    });
    await page.getByText('8,192 个词元').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-cn');
    expect(await page.getByRole('heading', { name: '方法' }).count()).toBe(1);
    expect(await page.getByText(lacking).count()).toBe(1);
    await keepPicture(page, 'model-chinese', { fullPage: true });
    expect(errors).toStrictEqual([]);
  });
});
