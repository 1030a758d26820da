import assert from 'node:assert/strict';

/** Tests of the page of a run. @param open opens a page as the runner does */
export function runPageTests({ open, runPage, themes, artifacts }) {
  const { running, done, failed, hard, pointsUpTo, next, samples, log } = runPage;
  const show = (
    state,
    {
      theme = 'dark',
      events = [
        ['points', pointsUpTo(state.status === 'running' ? 120 : 300)],
        ['samples', samples],
        ['log', log],
      ],
      width = 1000,
    } = {},
  ) => open('run', { theme, answers: { show: state }, events, width });
  const asked = (page) => page.evaluate(() => window.asked.at(-1));
  const charts = (page) => page.locator('.chart canvas');

  return {
    ...Object.fromEntries(
      Object.keys(themes).map((theme) => [
        `run page: shows a run at work in the ${theme} theme without a violation`,
        async () => {
          const { page, errors } = await show(running, { theme });
          await charts(page).first().waitFor();
          assert.equal(await charts(page).count(), 5);
          assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'B P-Tuning v2 on triage');
          await page.getByText('step 120/300 · loss 0.83 · 1 min 05 s left').waitFor();
          assert.equal(await page.locator('progress').getAttribute('max'), '300');
          assert.match(
            await page.locator('.samples').innerText(),
            /Step 50[\s\S]*✓ delivery 0\.30[\s\S]*✗ account 0\.30/,
          );
          await page.screenshot({ path: `${artifacts}/run-${theme}.png`, fullPage: true });
          assert.deepEqual(await page.evaluate(() => window.violations), []);
          assert.deepEqual(errors, []);
          await page.close();
        },
      ]),
    ),
    'run page: shows a finished run with its result, note, new instruction and settings': async () => {
      const { page } = await show(done, { theme: 'light' });
      await charts(page).first().waitFor();
      for (const text of ['0.670 (0.573 to 0.754)', 'Words of one token each.', 'Each is as likely as the others.'])
        await page.getByText(text).waitFor();
      assert.equal(await page.locator('progress').isVisible(), false);
      await page.getByText('Settings, data and hashes').click();
      await page.getByText('tune.learningRate').waitFor();
      await page.screenshot({ path: `${artifacts}/run-done.png`, fullPage: true });
      await page.close();
    },
    'run page: says why a run failed, what came before its first step, and that a hard prompt has no curve':
      async () => {
        const { page } = await show(failed, { events: [] });
        await page.getByText('The loss is no longer a number at step 31').waitFor();
        await page.getByText('the run ended before its first step').waitFor();
        await page.screenshot({ path: `${artifacts}/run-failed.png` });
        await page.close();
        const measured = await show(hard, { events: [['log', log]] });
        await measured.page.getByText('A hard prompt is measured, not trained, so there is no curve.').waitFor();
        assert.equal(await measured.page.getByRole('group', { name: 'Charts' }).isVisible(), false);
        await measured.page.close();
        const queued = await show({ ...running, status: 'queued', state: 'waiting', progress: null }, { events: [] });
        await queued.page.getByText('The run waits for its turn.').waitFor();
        await queued.page.close();
      },
    'run page: adds new points to the curves, and asks for all when some are missing': async () => {
      const { page } = await show(running);
      const loss = page.locator('.chart').first();
      await charts(page).first().waitFor();
      await page.evaluate((event) => window.say({ kind: 'event', name: 'points', event }), next);
      await page.waitForFunction(() =>
        document.querySelector('.chart').getAttribute('aria-label').includes('at step 122'),
      );
      assert.match(await loss.getAttribute('aria-label'), /smoothed: .* at step 1, .*on dev: .* at step 50/);
      const before = await page.evaluate(() => window.asked.length);
      await page.evaluate((event) => window.say({ kind: 'event', name: 'points', event }), { ...next, from: 700 });
      await page.waitForFunction((count) => window.asked.length > count, before);
      assert.equal((await asked(page)).name, 'show');
      await page.close();
    },
    'run page: smooths with the raw line in sight, draws on a log scale, and keeps both choices': async () => {
      const { page } = await show(running);
      await charts(page).first().waitFor();
      const legend = () => page.locator('.chart').first().locator('.u-legend').innerText();
      assert.match(await legend(), /each step[\s\S]*smoothed/);
      await page.getByRole('slider', { name: 'Smoothing' }).fill('0');
      await page.waitForFunction(() => !document.querySelector('.chart .u-legend').innerText.includes('smoothed'));
      assert.match(await legend(), /each step/);
      await page.getByRole('checkbox', { name: 'Log scale' }).click();
      await page.waitForFunction(() => window.kept.log === true);
      assert.deepEqual(await page.evaluate(() => window.kept), { run: running.run, smoothing: 0, log: true });
      await page.close();
    },
    'run page: zooms by keyboard and by dragging, all charts alike, and back, and keeps the range': async () => {
      const { page } = await show(running);
      await charts(page).first().waitFor();
      // The legend of a chart names the step under the pointer, which tells where the axis begins.
      const leftmost = async (which, seen = page) => {
        await seen.locator('.chart .u-over').nth(which).scrollIntoViewIfNeeded();
        const box = await seen.locator('.chart .u-over').nth(which).boundingBox();
        await seen.mouse.move(box.x + 1, box.y + 40);
        return Number(
          (await seen.locator('.chart').nth(which).locator('.u-legend .u-value').first().innerText()).replace(
            /\D/g,
            '',
          ),
        );
      };
      assert.equal(await leftmost(0), 1);
      await page.getByRole('button', { name: 'Zoom In' }).focus();
      await page.keyboard.press('Enter');
      const zoomed = await leftmost(0);
      assert(zoomed > 25 && zoomed < 40, String(zoomed));
      assert.equal(await leftmost(2), zoomed);
      await page.getByRole('button', { name: 'Later' }).click();
      assert((await leftmost(0)) > zoomed);
      await page.getByRole('button', { name: 'All Steps' }).click();
      assert.equal(await leftmost(0), 1);
      const box = await page.locator('.chart .u-over').first().boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 4 });
      await page.mouse.up();
      const dragged = await leftmost(0);
      assert(dragged > 55 && dragged < 66, String(dragged));
      const kept = await page.evaluate(() => window.kept);
      await page.close();
      // A page that is hidden is taken down, and set up again from what it kept.
      const again = await open('run', {
        theme: 'dark',
        answers: { show: running },
        events: [['points', pointsUpTo(120)]],
        kept,
      });
      await charts(again.page).first().waitFor();
      assert.equal(await leftmost(0, again.page), dragged);
      await again.page.close();
    },
    'run page: has a table behind the charts, with every evaluation in it': async () => {
      const { page } = await show(running);
      await charts(page).first().waitFor();
      await page.getByText('Numbers behind the curves').first().focus();
      await page.keyboard.press('Enter');
      const table = page.getByRole('region', { name: 'Numbers' });
      assert.match(await table.innerText(), /\n50\s+\S+\s+1\.06\s+0\.40\s+/);
      assert.equal(
        await table.getByRole('rowheader', { name: '41', exact: true }).locator('..').locator('td').first().innerText(),
        '–',
      );
      await page.close();
    },
    'run page: asks for what its buttons say, and keeps the focus when the state changes': async () => {
      const { page } = await show(running);
      await page.getByRole('button', { name: 'Stop' }).focus();
      await page.keyboard.press('Enter');
      assert.deepEqual(await asked(page), { name: 'act', request: { action: 'stop' } });
      await page.evaluate((event) => window.say({ kind: 'event', name: 'state', event }), {
        ...running,
        state: 'step 121/300 · loss 0.82',
      });
      await page.getByText('step 121/300').waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Stop');
      await page.evaluate((event) => window.say({ kind: 'event', name: 'state', event }), done);
      await page.waitForFunction(() => document.querySelector('[role=status]').textContent === 'The run is done.');
      await page.close();
    },
    'run page: ignores messages of another shape, and says when the run is gone': async () => {
      const { page, errors } = await show(running);
      await charts(page).first().waitFor();
      await page.evaluate(() => {
        for (const name of ['state', 'points', 'samples', 'log'])
          for (const event of [null, {}, [], [{ step: 'one' }], { from: 0, training: [[1]], dev: [] }])
            if (!(name === 'samples' && Array.isArray(event) && event.length === 0))
              window.say({ kind: 'event', name, event });
      });
      await page.waitForTimeout(100);
      assert.equal(await charts(page).count(), 5);
      assert.deepEqual(errors, []);
      await page.close();
      const gone = await show(
        { error: { code: 'run-missing', message: 'This run is no longer there.' }, status: 'done' },
        { events: [] },
      );
      await gone.page.getByText('This run is no longer there.').waitFor();
      await gone.page.close();
    },
  };
}
