import assert from 'node:assert/strict';

/** Tests of the training form. @param open opens a page as the runner does */
export function trainFormTests({ open, trainForm, themes, artifacts }) {
  const { form, checks, estimates } = trainForm;
  const show = (answers = {}, { theme = 'dark', width = 1000 } = {}) =>
    open('form', {
      theme,
      answers: { show: form, check: checks.empty, measure: estimates, save: 2, start: 1, ...answers },
      width,
    });
  const asked = (page, name) =>
    page.evaluate((wanted) => window.asked.filter((each) => each.name === wanted).at(-1)?.request, name);
  const field = (page, name) => page.locator(`[data-field="${name}"] vscode-text-field input`);
  const untilChecked = (page, condition) => page.waitForFunction(condition);

  return {
    ...Object.fromEntries(
      Object.keys(themes).map((theme) => [
        `training form: shows every setting in the ${theme} theme without a violation`,
        async () => {
          const { page, errors } = await show({}, { theme });
          await page.getByText('One training.').waitFor();
          assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Train triage');
          const names = await page.locator('.field:visible .name').allInnerTexts();
          for (const name of ['tune.data.train', 'tune.learningRate', 'tune.steps', 'tune.seeds'])
            assert(names.includes(name), name);
          for (const name of ['tune.encoder', 'tune.searchBudget']) assert(!names.includes(name), name);
          assert.equal(await field(page, 'steps').getAttribute('placeholder'), '200 (template)');
          assert.equal(await field(page, 'learningRate').getAttribute('placeholder'), 'auto (default)');
          assert.match(await page.locator('aside').innerText(), /Soft Prompt\s+5,120 trained numbers/);
          await page.screenshot({ path: `${artifacts}/form-${theme}.png`, fullPage: true });
          assert.deepEqual(await page.evaluate(() => window.violations), []);
          assert.deepEqual(errors, []);
          await page.close();
        },
      ]),
    ),
    'training form: says what is wrong with a value while it is typed, and starts nothing with it': async () => {
      const { page } = await show({ check: checks.wrong });
      await field(page, 'steps').fill('0');
      await page.getByText('tune.steps must be a whole number, at least 1, not 0.').waitFor();
      await untilChecked(page, () => window.asked.at(-1).request.set?.steps === '0');
      assert.deepEqual(await asked(page, 'check'), { methods: ['soft'], set: { steps: '0' } });
      assert.match(await field(page, 'steps').getAttribute('aria-label'), /must be a whole number/);
      assert.equal(await page.locator('aside vscode-button').first().getAttribute('disabled'), '');
      await page.screenshot({ path: `${artifacts}/form-wrong.png` });
      await page.close();
    },
    'training form: makes a grid from lists and from chips, names it one study, and measures it': async () => {
      const { page } = await show({ check: checks.grid });
      await page.getByRole('checkbox', { name: 'P-Tuning v2' }).click();
      await field(page, 'learningRate').fill('0.01, 0.1');
      const chips = page.getByRole('group', { name: 'Choices for tune.optimizer' });
      await chips.getByRole('button', { name: 'adamw' }).click();
      await untilChecked(page, () => window.asked.at(-1).request.set?.optimizer === 'adamw');
      await chips.getByRole('button', { name: 'sgd' }).click();
      // The control hands its text to the input inside it a frame later.
      await page.waitForFunction(
        () =>
          document.querySelector('[data-field="optimizer"] vscode-text-field').shadowRoot.querySelector('input')
            .value === 'adamw, sgd',
      );
      assert.equal(await chips.getByRole('button', { name: 'sgd' }).getAttribute('aria-pressed'), 'true');
      await page.getByText('8 trainings, one study over method, learningRate, optimizer.').waitFor();
      await untilChecked(page, () => window.asked.at(-1).request.set?.optimizer === 'adamw, sgd');
      assert.deepEqual(await asked(page, 'check'), {
        methods: ['soft', 'v2'],
        set: { learningRate: '0.01, 0.1', optimizer: 'adamw, sgd' },
      });
      assert.equal(await page.locator('[data-field="searchBudget"]').isVisible(), true);
      await page.getByRole('button', { name: 'Measure a Step' }).click();
      await page.getByText('Measured by a real step').waitFor();
      assert.match(
        await page.locator('aside').innerText(),
        /5,120[\s\S]*0\.14 s[\s\S]*≈ 62 s[\s\S]*470–610 MB[\s\S]*All 8 one after another: about 14 min/,
      );
      await page.screenshot({ path: `${artifacts}/form-grid.png` });
      await page.close();
    },
    'training form: saves and starts by the keyboard, and says what came of it': async () => {
      const { page } = await show();
      await field(page, 'seed').fill('7');
      await page.getByRole('button', { name: 'Save to Template' }).focus();
      await page.keyboard.press('Enter');
      await page.getByText('2 settings saved into the front matter.').waitFor();
      await page.getByRole('button', { name: 'Start Training' }).focus();
      await page.keyboard.press('Enter');
      await page.getByText('The training is in the queue.').waitFor();
      assert.deepEqual(await asked(page, 'start'), { methods: ['soft'], set: { seed: '7' } });
      await page.close();
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
      await refused.page.close();
    },
    'training form: keeps what was filled in over a restart and while the template changes': async () => {
      const { page } = await show();
      await field(page, 'clip').fill('2');
      await page.waitForFunction(() => window.kept?.values.set.clip === '2');
      await field(page, 'clip').focus();
      await page.evaluate((event) => window.say({ kind: 'event', name: 'state', event }), {
        ...form,
        values: { methods: ['soft'], set: { clip: '2' } },
        model: 'other',
      });
      await page.getByText('model other').waitFor();
      assert.equal(await field(page, 'clip').inputValue(), '2');
      await page.close();
    },
    'training form: fits a narrow window without scrolling sideways': async () => {
      const { page } = await show({}, { width: 420 });
      await page.getByText('One training.').waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      await page.screenshot({ path: `${artifacts}/form-narrow.png`, fullPage: true });
      await page.close();
    },
  };
}
