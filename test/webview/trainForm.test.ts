import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { checks, estimates, form, formWithSlurm, hostedForm } from '../support/pages/trainForm';
import { openPage, useBrowser, violationsIn, type Answers, type OpenedPage } from './support/openPage';
import { keepPicture } from './support/pictures';
import { themeNames, type ThemeName } from './support/themes';

function show(
  answers: Answers<'form'> = {},
  {
    theme = 'dark',
    width = 1000,
    height,
  }: { readonly theme?: ThemeName; readonly width?: number; readonly height?: number } = {},
): Promise<OpenedPage<'form'>> {
  return openPage('form', {
    theme,
    answers: { show: form, check: checks.empty, measure: estimates, save: 2, start: 1, ...answers },
    width,
    ...(height !== undefined && { height }),
  });
}

const field = (page: Page, name: string) => page.locator(`[data-field="${name}"] vscode-text-field input`);

/** Waits until the form has had a value of a setting checked. */
async function untilChecked({ lastRequest }: OpenedPage<'form'>, setting: string, value: string): Promise<void> {
  await expect.poll(async () => (await lastRequest('check')).set[setting]).toBe(value);
}

describe('the training form', () => {
  useBrowser();

  it.each(themeNames)('shows every setting in the %s theme without a violation', async (theme) => {
    const { page, errors } = await show({}, { theme });
    await page.getByText('One training.').waitFor();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Train triage');
    const names = await page.locator('.field:visible .name').allInnerTexts();
    for (const name of ['tune.data.train', 'tune.learningRate', 'tune.steps', 'tune.seeds'])
      expect(names).toContain(name);
    for (const name of ['tune.encoder', 'tune.readability']) expect(names).not.toContain(name);
    expect(await field(page, 'steps').getAttribute('placeholder')).toBe('200 (template)');
    expect(await field(page, 'learningRate').getAttribute('placeholder')).toBe('auto (default)');
    expect(await page.locator('aside').innerText()).toMatch(/Soft Prompt\s+5,120 trained numbers/);
    await keepPicture(page, `form-${theme}`, { fullPage: true });
    expect(await violationsIn(page)).toStrictEqual([]);
    expect(errors).toStrictEqual([]);
  });
  it.each(themeNames)('says before the start what a missing split costs, in the %s theme', async (theme) => {
    const cost = 'Without dev the last step is kept instead of the best. Name a file, or write a share such as 15%.';
    const { page, errors } = await show({ check: { ...checks.empty, cost } }, { theme });
    await page.getByText(cost).waitFor();
    await keepPicture(page, `form-cost-${theme}`);
    expect(await violationsIn(page)).toStrictEqual([]);
    expect(errors).toStrictEqual([]);
  });
  it.each(themeNames)(
    'asks where to train where Slurm answers, in the %s theme, and starts it there',
    async (theme) => {
      const opened = await show({ show: formWithSlurm, start: 3 }, { theme });
      const { page, lastRequest } = opened;
      await page.getByText('One training.').waitFor();
      const time = page.locator('.where vscode-text-field').nth(1).locator('input');
      expect(await time.isVisible()).toBe(false);
      await page.getByText('Train on Slurm, a task for each run').click();
      await time.fill('2:00:00');
      const partition = page.locator('.where vscode-text-field').first().locator('input');
      expect(await partition.getAttribute('placeholder')).toBe('long');
      await keepPicture(page, `form-slurm-${theme}`);
      expect(await violationsIn(page)).toStrictEqual([]);
      await page.getByRole('button', { name: 'Start Training' }).click();
      await page.getByText('3 trainings are with Slurm.').waitFor();
      expect(await lastRequest('start')).toStrictEqual({
        slurm: { partition: '', time: '2:00:00', mem: '' },
        methods: ['soft'],
        set: {},
      });
      await page.getByText('Train on Slurm, a task for each run').click();
      await page.getByRole('button', { name: 'Start Training' }).click();
      await page.getByText('3 trainings are in the queue.').waitFor();
      expect(await lastRequest('start')).toStrictEqual({ methods: ['soft'], set: {} });
    },
  );

  it.each(themeNames)('measures the text where its model runs elsewhere, in the %s theme', async (theme) => {
    const plan = [['Address: http://here/v1', 'Requests: at most 40 requests', 'Price: at most about $0.01']];
    const answers = { show: hostedForm, check: checks.hosted, plan, start: 0 };
    const { page, errors, lastRequest } = await show(answers, { theme });
    await page.getByText('One measurement. You are asked before anything is sent.').waitFor();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Measure triage');
    await page.getByText('soft prompts, prefixes and the search for an instruction need gradients').waitFor();
    expect(await page.getByRole('group', { name: 'Methods' }).getByRole('checkbox').count()).toBe(0);
    await page.getByRole('button', { name: 'Count Requests' }).click();
    await page.getByText('Price: at most about $0.01').waitFor();
    expect(await lastRequest('plan')).toStrictEqual({ methods: ['hard'], set: {} });
    await keepPicture(page, `form-elsewhere-${theme}`);
    expect(await violationsIn(page)).toStrictEqual([]);
    await page.getByRole('button', { name: 'Measure…' }).click();
    await page.getByText('Nothing has begun, and nothing was sent.').waitFor();
    expect(errors).toStrictEqual([]);
  });

  it.each(themeNames)('counts what models elsewhere will be asked to write, in the %s theme', async (theme) => {
    const plan = [['Address: http://here/v1', 'Requests: at most 40 requests', 'Price: at most about $0.01']];
    const { page, errors, lastRequest } = await show({ check: checks.written, plan, measure: estimates }, { theme });
    await page.getByText('Instructions are also written by openai:big. You are asked before').waitFor();
    await page.getByRole('button', { name: 'Count Requests' }).click();
    await page.getByText('Price: at most about $0.01').waitFor();
    expect(await lastRequest('plan')).toStrictEqual({ methods: ['soft'], set: {} });
    await page.getByRole('button', { name: 'Measure a Step' }).click();
    await page.getByText('Measured by a real step').waitFor();
    expect(await page.getByText('Price: at most about $0.01').isVisible()).toBe(true);
    await keepPicture(page, `form-writers-${theme}`);
    expect(await violationsIn(page)).toStrictEqual([]);
    expect(errors).toStrictEqual([]);
  });

  it('offers no count where nothing is sent', async () => {
    const { page } = await show();
    await page.getByText('One training.').waitFor();
    expect(await page.getByRole('button', { name: 'Count Requests' }).count()).toBe(0);
  });

  it('asks nothing of where to train on a machine without Slurm', async () => {
    const { page } = await show();
    await page.getByText('One training.').waitFor();
    expect(await page.getByRole('heading', { name: 'Where' }).count()).toBe(0);
  });

  it.each([
    [800, 600],
    [500, 400],
    [1000, 380],
  ])('has its buttons in sight in a window of %d × %d, at the top and at the end', async (width, height) => {
    const { page } = await show({}, { width, height });
    await page.getByText('One training.').waitFor();
    for (const at of [0, 1_000_000]) {
      await page.evaluate((top) => scrollTo(0, top), at);
      for (const name of ['Start Training', 'Measure a Step', 'Save to Template']) {
        const box = (await page.getByRole('button', { name }).boundingBox())!;
        expect(box.y, name).toBeGreaterThanOrEqual(0);
        expect(box.y + box.height, name).toBeLessThanOrEqual(height);
      }
    }
    await page.evaluate(() => scrollTo(0, 0));
    await keepPicture(page, `form-${width}x${height}`);
  });

  it('says what is wrong with a value while it is typed, and starts nothing with it', async () => {
    const opened = await show({ check: checks.wrong });
    const { page } = opened;
    await field(page, 'steps').fill('0');
    await page.getByText('tune.steps must be a whole number, at least 1, not 0.').waitFor();
    await untilChecked(opened, 'steps', '0');
    expect(await opened.lastRequest('check')).toStrictEqual({ methods: ['soft'], set: { steps: '0' } });
    expect(await field(page, 'steps').getAttribute('aria-label')).toMatch(/must be a whole number/);
    expect(await page.locator('aside vscode-button').first().getAttribute('disabled')).toBe('');
    await keepPicture(page, 'form-wrong');
  });

  it.each([
    [[], undefined],
    [[{ rows: 0, seconds: 0 }], undefined],
    [
      [{ rows: 1, seconds: 0.42 }],
      'At each evaluation 1 row of dev is answered (evalRows), which takes up to 0.42 s (soft). It is part of the run.',
    ],
    [
      [
        { rows: 1600, seconds: 31 },
        { rows: 1600, seconds: 240 },
      ],
      'At each evaluation 1,600 rows of dev are answered (evalRows), which takes up to 31 s (soft), 4 min (v2). ' +
        'It is part of the run.',
    ],
  ] as const)('says what the answers of an evaluation take: %j', async (answers, sentence) => {
    const measured = estimates.map((estimate, i) => ({ ...estimate, ...(answers[i] && { answers: answers[i] }) }));
    const { page } = await show({ measure: measured });
    await page.getByRole('button', { name: 'Measure a Step' }).click();
    await page.getByText('Measured by a real step').waitFor();
    const said = await page.getByText(/^At each evaluation/).allInnerTexts();
    expect(said).toEqual(sentence === undefined ? [] : [sentence]);
  });

  it('makes a grid from lists and from chips, names it one study, and measures it', async () => {
    const opened = await show({ check: checks.grid });
    const { page } = opened;
    await page.getByRole('checkbox', { name: 'P-Tuning v2' }).click();
    await field(page, 'learningRate').fill('0.01, 0.1');
    const chips = page.getByRole('group', { name: 'Choices for tune.optimizer' });
    await chips.getByRole('button', { name: 'adamw' }).click();
    await untilChecked(opened, 'optimizer', 'adamw');
    await chips.getByRole('button', { name: 'sgd' }).click();
    // The control hands its text to the input inside it a frame later.
    await expect.poll(() => field(page, 'optimizer').inputValue()).toBe('adamw, sgd');
    expect(await chips.getByRole('button', { name: 'sgd' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByText('8 trainings, one study over method, learningRate, optimizer.').waitFor();
    await untilChecked(opened, 'optimizer', 'adamw, sgd');
    expect(await opened.lastRequest('check')).toStrictEqual({
      methods: ['soft', 'v2'],
      set: { learningRate: '0.01, 0.1', optimizer: 'adamw, sgd' },
    });
    expect(await page.locator('[data-field="readability"]').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Measure a Step' }).click();
    await page.getByText('Measured by a real step').waitFor();
    expect(await page.locator('aside').innerText()).toMatch(
      /5,120[\s\S]*0\.14 s[\s\S]*≈ 62 s[\s\S]*470–610 MB[\s\S]*All 8 one after another: about 14 min/,
    );
    await keepPicture(page, 'form-grid');
  });

  it('saves and starts by the keyboard, and says what came of it', async () => {
    const opened = await show();
    const { page } = opened;
    await field(page, 'seed').fill('7');
    await page.getByRole('button', { name: 'Save to Template' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('2 settings saved into the front matter.').waitFor();
    await page.getByRole('button', { name: 'Start Training' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('The training is in the queue.').waitFor();
    expect(await opened.lastRequest('start')).toStrictEqual({ methods: ['soft'], set: { seed: '7' } });
    const refused = await show({
      start: {
        error: {
          code: 'untrusted',
          message: 'Training is off in Restricted Mode.',
          remedy: 'Trust the workspace first.',
        },
      },
    });
    await refused.page.getByText('One training.').waitFor();
    await refused.page.getByRole('button', { name: 'Start Training' }).click();
    await refused.page.getByText('Training is off in Restricted Mode. Trust the workspace first.').waitFor();
  });

  it('keeps what was filled in over a restart and while the template changes', async () => {
    const opened = await show();
    const { page } = opened;
    await field(page, 'clip').fill('2');
    await expect.poll(() => page.evaluate(() => window.kept)).toMatchObject({ values: { set: { clip: '2' } } });
    await field(page, 'clip').focus();
    await opened.send('state', {
      ...form,
      values: { methods: ['soft'], set: { clip: '2' } },
      model: 'other',
    });
    await page.getByText('model other').waitFor();
    expect(await field(page, 'clip').inputValue()).toBe('2');
  });

  it('fits a narrow window without scrolling sideways', async () => {
    const { page } = await show({}, { width: 420 });
    await page.getByText('One training.').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await keepPicture(page, 'form-narrow', { fullPage: true });
  });
});
