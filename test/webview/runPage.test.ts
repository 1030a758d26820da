import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { RunPageState } from '../../src/views/run/contract';
import { exactMatch } from '../../src/scoring/metricFace';
import {
  done,
  failed,
  hard,
  jsonAnswers,
  jsonFields,
  log,
  next,
  pointsUpTo,
  running,
  samples,
  scoredAnswers,
} from '../support/pages/runPage';
import {
  openPage,
  untilSettled,
  useBrowser,
  violationsIn,
  type OpenedPage,
  type PageOptions,
} from './support/openPage';
import { keepPicture } from './support/pictures';
import { themeNames } from './support/themes';

/** Opens the page on a state; with points, samples and log unless other events are given. */
function show(state: RunPageState, more: Partial<PageOptions<'run'>> = {}): Promise<OpenedPage<'run'>> {
  return openPage('run', {
    answers: { show: state },
    events: [
      ['points', pointsUpTo(state.status === 'running' ? 120 : 300)],
      ['samples', samples],
      ['log', log],
    ],
    width: 1000,
    ...more,
  });
}

const charts = (page: Page) => page.locator('.chart canvas');

describe('the page of a run', () => {
  useBrowser();

  it.each(themeNames)('shows a run at work in the %s theme without a violation', async (theme) => {
    const { page, errors } = await show(running, { theme });
    await charts(page).first().waitFor();
    expect(await charts(page).count()).toBe(5);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('B P-Tuning v2 on triage');
    await page.getByText('step 120/300 · loss 0.83 · 1 min 05 s left').waitFor();
    expect(await page.locator('progress').getAttribute('max')).toBe('300');
    const samples = await page.locator('.samples').innerText();
    expect(samples).toMatch(/Step 50[\s\S]*✓ delivery 0\.30[\s\S]*✗ account 0\.30/);
    await keepPicture(page, `run-${theme}`, { fullPage: true });
    expect(await violationsIn(page)).toStrictEqual([]);
    expect(errors).toStrictEqual([]);
  });
  it('shows a finished run with its result, note, new instruction and settings', async () => {
    const { page } = await show(done, { theme: 'light' });
    await charts(page).first().waitFor();
    for (const text of ['0.670 (0.573–0.754)', 'Words of one token each.', 'Each is as likely as the others.'])
      await page.getByText(text).waitFor();
    expect(await page.locator('progress').isVisible()).toBe(false);
    await page.getByText('Settings, data and hashes').click();
    await page.getByText('tune.learningRate').waitFor();
    await keepPicture(page, 'run-done', { fullPage: true });
  });

  it('marks a result of an older text', async () => {
    const older = 'This result is of an older text: the text changed since.';
    const { page, requests } = await show(
      { ...done, older, actions: [...done.actions, { action: 'showText', label: 'Show That Text' }] },
      { theme: 'high-contrast' },
    );
    await page.getByText(older).waitFor();
    await page.getByRole('button', { name: 'Show That Text' }).click();
    expect((await requests('act')).at(-1)).toStrictEqual({ action: 'showText' });
    expect(await violationsIn(page)).toStrictEqual([]);
  });

  it.each(themeNames)('shows answers with the score that decides, the others on request, in %s', async (theme) => {
    const { page } = await show(done, { theme, events: [['answers', scoredAnswers]] });
    const rows = page.getByRole('region', { name: 'Answers' }).locator('tbody tr');
    await rows.first().waitFor();
    expect(await page.getByRole('columnheader').allInnerTexts()).toContain('Token F1');
    expect((await rows.first().innerText()).split(/\s+/).slice(-1)).toStrictEqual(['0.500']);
    await rows.first().locator('summary').click();
    expect(await rows.first().locator('li').allInnerTexts()).toStrictEqual([
      'Token F1: 0.500',
      'Exact match: 0.000',
      'Polite: not judged (It took longer than 1 s.)',
    ]);
    expect(await rows.nth(1).innerText()).toMatch(/nothing[\s\S]*not judged/);
    expect(await rows.first().locator('td').nth(1).innerText()).toBe('closes early\nor: shut early');
    expect(await page.getByRole('region', { name: 'Answers' }).locator('.right, .wrong').count()).toBe(0);
    expect(await violationsIn(page)).toStrictEqual([]);
    await keepPicture(page, `run-answers-${theme}`, { fullPage: true });
  });

  it.each(themeNames)(
    'shows what each field of JSON answers came to, and what is wrong in a row, in %s',
    async (theme) => {
      const { page } = await show({ ...done, fields: jsonFields }, { theme, events: [['answers', jsonAnswers]] });
      const scores = page.getByRole('region', { name: 'Fields' });
      expect(await scores.locator('tbody tr').allInnerTexts()).toStrictEqual([
        'city\t1.000\t1.000\t1.000\t2\t2\t2',
        'tags\t0.500\t0.500\t0.500\t1\t2\t2',
        'buyer.name\t1.000\t1.000\t1.000\t2\t2\t2',
      ]);
      const answers = page.getByRole('region', { name: 'Answers' });
      await answers.getByText('1 of 3 fields wrong').click();
      await answers.getByText('3 fields right').waitFor();
      expect(await answers.locator('.answer-fields').first().locator('tbody tr').allInnerTexts()).toStrictEqual([
        '✓city\t"Bonn"\t"Bonn"',
        '✗tags\t["blue", "round"]\t["blue"]',
        '✓buyer.name\t"Ada"\t"Ada"',
      ]);
      expect(await violationsIn(page)).toStrictEqual([]);
      await keepPicture(page, `run-fields-${theme}`, { fullPage: true });
    },
  );

  it('shows the fields that the answers tell, of a run whose result has none', async () => {
    const { page } = await show(done, {
      theme: 'light',
      events: [
        ['answers', jsonAnswers],
        ['fields', jsonFields],
      ],
    });
    const scores = page.getByRole('region', { name: 'Fields', exact: true });
    await scores.waitFor();
    expect(await scores.locator('tbody tr').count()).toBe(3);
  });

  it('marks answers as right and wrong where that is what decides', async () => {
    const answers = [1, 0].map((score, row) => ({
      ...scoredAnswers[0]!,
      row,
      scores: [{ metric: exactMatch, score, reason: '' }],
    }));
    const { page } = await show(done, { events: [['answers', answers]] });
    const marks = page.getByRole('region', { name: 'Answers' }).locator('.verdict');
    await marks.first().waitFor();
    expect(await marks.evaluateAll((all) => all.map((mark) => mark.getAttribute('aria-label')))).toStrictEqual([
      'right',
      'wrong',
    ]);
  });

  it('says why a run failed, what came before its first step, and that a hard prompt has no curve', async () => {
    const { page } = await show(failed, { events: [] });
    await page.getByText('The loss is no longer a number at step 31').waitFor();
    await page.getByText('the run ended before its first step').waitFor();
    await keepPicture(page, 'run-failed');
    const measured = await show(hard, { events: [['log', log]] });
    await measured.page.getByText('A hard prompt is measured, not trained, so there is no curve.').waitFor();
    expect(await measured.page.getByRole('group', { name: 'Charts' }).isVisible()).toBe(false);
    const queued = await show({ ...running, status: 'queued', state: 'waiting', progress: null }, { events: [] });
    await queued.page.getByText('The run waits for its turn.').waitFor();
  });

  it('adds new points to the curves, and asks for all when some are missing', async () => {
    const { page, requests, send } = await show(running);
    const loss = page.locator('.chart').first();
    await charts(page).first().waitFor();
    await send('points', next);
    await expect.poll(() => loss.getAttribute('aria-label')).toContain('at step 122');
    expect(await loss.getAttribute('aria-label')).toMatch(/smoothed: .* at step 1, .*on dev: .* at step 50/);
    const before = (await requests('show')).length;
    await send('points', { ...next, from: 700 });
    await expect.poll(async () => (await requests('show')).length).toBeGreaterThan(before);
  });

  it('smooths with the raw line in sight, draws on a log scale, and keeps both choices', async () => {
    const { page } = await show(running);
    await charts(page).first().waitFor();
    const legend = () => page.locator('.chart').first().locator('.u-legend').innerText();
    expect(await legend()).toMatch(/each step[\s\S]*smoothed/);
    await page.getByRole('slider', { name: 'Smoothing' }).fill('0');
    await expect.poll(legend).not.toContain('smoothed');
    expect(await legend()).toMatch(/each step/);
    await page.getByRole('checkbox', { name: 'Log scale' }).click();
    await expect.poll(() => page.evaluate(() => window.kept)).toMatchObject({ log: true });
    expect(await page.evaluate(() => window.kept)).toStrictEqual({ run: running.run, smoothing: 0, log: true });
  });

  it('zooms by keyboard and by dragging, all charts alike, and back, and keeps the range', async () => {
    const { page } = await show(running);
    await charts(page).first().waitFor();
    // The legend of a chart names the step under the pointer, which tells where the axis begins.
    const leftmost = async (which: number, seen = page) => {
      await seen.locator('.chart .u-over').nth(which).scrollIntoViewIfNeeded();
      const box = (await seen.locator('.chart .u-over').nth(which).boundingBox())!;
      await seen.mouse.move(box.x + 1, box.y + 40);
      return Number(
        (await seen.locator('.chart').nth(which).locator('.u-legend .u-value').first().innerText()).replace(/\D/g, ''),
      );
    };
    expect(await leftmost(0)).toBe(1);
    await page.getByRole('button', { name: 'Zoom In' }).focus();
    await page.keyboard.press('Enter');
    const zoomed = await leftmost(0);
    expect(zoomed > 25 && zoomed < 40, String(zoomed)).toBeTruthy();
    expect(await leftmost(2)).toBe(zoomed);
    await page.getByRole('button', { name: 'Later' }).click();
    expect((await leftmost(0)) > zoomed).toBeTruthy();
    await page.getByRole('button', { name: 'All Steps' }).click();
    expect(await leftmost(0)).toBe(1);
    const box = (await page.locator('.chart .u-over').first().boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const dragged = await leftmost(0);
    expect(dragged > 55 && dragged < 66, String(dragged)).toBeTruthy();
    const kept = await page.evaluate(() => window.kept);
    // A page that is hidden is taken down, and set up again from what it kept.
    const again = await openPage('run', {
      answers: { show: running },
      events: [['points', pointsUpTo(120)]],
      kept,
    });
    await charts(again.page).first().waitFor();
    expect(await leftmost(0, again.page)).toBe(dragged);
  });

  it('has a table behind the charts, with every evaluation in it', async () => {
    const { page } = await show(running);
    await charts(page).first().waitFor();
    await page.getByText('Numbers behind the curves').first().focus();
    await page.keyboard.press('Enter');
    const table = page.getByRole('region', { name: 'Numbers' });
    expect(await table.innerText()).toMatch(/\n50\s+\S+\s+1\.06\s+0\.40\s+/);
    expect(
      await table.getByRole('rowheader', { name: '41', exact: true }).locator('..').locator('td').first().innerText(),
    ).toBe('–');
  });

  it('asks for what its buttons say, and keeps the focus when the state changes', async () => {
    const { page, lastRequest, send } = await show(running);
    await page.getByRole('button', { name: 'Stop' }).focus();
    await page.keyboard.press('Enter');
    expect(await lastRequest('act')).toStrictEqual({ action: 'stop' });
    await send('state', {
      ...running,
      state: 'step 121/300 · loss 0.82',
    });
    await page.getByText('step 121/300').waitFor();
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Stop');
    await send('state', done);
    await page.waitForFunction(() => document.querySelector('[role=status]')?.textContent === 'The run is done.');
  });

  it('ignores messages of another shape, and says when the run is gone', async () => {
    const { page, errors } = await show(running);
    await charts(page).first().waitFor();
    await page.evaluate(() => {
      for (const name of ['state', 'points', 'samples', 'log'])
        for (const event of [null, {}, [], [{ step: 'one' }], { from: 0, training: [[1]], dev: [] }])
          if (!(name === 'samples' && Array.isArray(event) && event.length === 0))
            window.say({ kind: 'event', name, event });
    });
    await untilSettled(page);
    expect(await charts(page).count()).toBe(5);
    expect(errors).toStrictEqual([]);
    const gone = await openPage('run', {
      answers: { show: { error: { code: 'run-missing', message: 'This run is no longer there.' } } },
    });
    await gone.page.getByText('This run is no longer there.').waitFor();
  });
});
