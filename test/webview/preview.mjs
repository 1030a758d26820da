import assert from 'node:assert/strict';

/** Tests of the preview page. @param open opens a page as the runner does */
export function previewTests({ open, preview, themes, artifacts }) {
  const show = (state, theme = 'dark', answers = {}) =>
    open('preview', { theme, answers: { show: state, ...answers }, width: 760 });
  const asked = (page) => page.evaluate(() => window.asked.at(-1));

  return {
    ...Object.fromEntries(
      Object.keys(themes).map((theme) => [
        `previews a prompt in the ${theme} theme without a violation`,
        async () => {
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
            assert(text.includes(expected), `"${expected}" in ${text}`);
          assert.equal(await page.getByText('61 of 512 positions, 32 of them learned').count(), 1);
          await page.getByRole('checkbox', { name: 'Invisible characters' }).click();
          await page.getByRole('button', { name: 'Ask the Model' }).click();
          await page.getByText('Probability of each label: right').waitFor();
          await page.screenshot({ path: `${artifacts}/preview-${theme}.png`, fullPage: true });
          assert.deepEqual(await page.evaluate(() => window.violations), []);
          assert.deepEqual(errors, []);
          await page.close();
        },
      ]),
    ),
    'shows invisible characters only on demand, and keeps that choice': async () => {
      const { page } = await show(preview.fullPreview);
      await page.locator('.chip.slot').waitFor();
      assert.equal(await page.locator('.unseen').count(), 0);
      await page.getByRole('checkbox', { name: 'Invisible characters' }).click();
      const marks = await page.locator('.unseen').allInnerTexts();
      for (const mark of ['⏎', '→', '⍽', '⟨U+200B⟩', '·'])
        assert(
          marks.some((each) => each.includes(mark)),
          `${mark} among ${marks.join(' ')}`,
        );
      assert.equal(await page.evaluate(() => window.kept.invisibles), true);
      await page.close();
    },
    'goes to the next, the previous, a random and a numbered row by the keyboard': async () => {
      const { page } = await show(preview.fullPreview);
      for (const [name, row] of [
        ['Next', 5],
        ['Previous', 3],
      ]) {
        await page.getByRole('button', { name }).focus();
        await page.keyboard.press('Enter');
        assert.equal((await asked(page)).request.row, row, name);
      }
      await page.getByRole('button', { name: 'Random' }).click();
      const { row } = (await asked(page)).request;
      assert(Number.isInteger(row) && row >= 0 && row < 180);
      await page.getByRole('spinbutton', { name: 'Row' }).fill('100');
      await page.keyboard.press('Enter');
      assert.equal((await asked(page)).request.row, 99);
      const before = await page.evaluate(() => window.asked.length);
      await page.getByRole('spinbutton', { name: 'Row' }).fill('999');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => window.asked.length), before);
      await page.close();
    },
    'keeps the focus on a control when a new row comes': async () => {
      const { page } = await show(preview.fullPreview);
      await page.getByRole('button', { name: 'Next' }).focus();
      await page.evaluate((event) => window.say({ kind: 'event', name: 'state', event }), {
        ...preview.fullPreview,
        row: 5,
      });
      await page.waitForFunction(() => document.querySelector('input[type=number]').value === '6');
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Next');
      await page.close();
    },
    'says what is wrong with the text, and keeps the last prompt in sight': async () => {
      const { page } = await show(preview.brokenPreview, 'light');
      await page.getByText('Line 12: The block "each" is never closed').waitFor();
      assert.equal(await page.locator('.prompt.outdated').count(), 1);
      assert.equal(await page.getByRole('button', { name: 'Ask the Model' }).count(), 0);
      await page.screenshot({ path: `${artifacts}/preview-broken.png` });
      await page.close();
    },
    'says what it cannot show without data and tokenizer': async () => {
      const { page } = await show(preview.barePreview);
      await page.getByText('Tokens are not shown').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Next' }).count(), 0);
      assert.equal(await page.locator('[class*=token-]').count(), 0);
      await page.close();
    },
    'says how the model can be asked while nothing is trained yet': async () => {
      const { page } = await show({ ...preview.fullPreview, subject: 'written', answerable: false });
      await page.getByText('choose the text alone or a trained run above').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Ask the Model' }).count(), 0);
      await page.close();
    },
    'reaches every control and the prompt by the keyboard': async () => {
      const { page } = await show(preview.fullPreview);
      await page.locator('.chip.slot').waitFor();
      const reached = [];
      for (let press = 0; press < 12; press++) {
        await page.keyboard.press('Tab');
        reached.push(
          await page.evaluate(
            () => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent,
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
        assert(reached.includes(name), `${name} among ${reached.join(', ')}`);
      await page.close();
    },
    'shows the words of an answer as text, and why the model could not be asked': async () => {
      const { page } = await show(preview.fullPreview, 'dark', { predict: preview.textPrediction });
      await page.getByRole('button', { name: 'Ask the Model' }).click();
      await page.getByText('Library <b>closes</b>').waitFor();
      await page.close();
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
      await refused.page.close();
    },
    'takes an answer away when the prompt that it belongs to changes': async () => {
      const { page } = await show(preview.fullPreview, 'dark', { predict: preview.labelPrediction });
      await page.getByRole('button', { name: 'Ask the Model' }).click();
      await page.getByText('Probability of each label').waitFor();
      await page.evaluate((event) => window.say({ kind: 'event', name: 'state', event }), {
        ...preview.fullPreview,
        row: 5,
      });
      await page.getByText('Probability of each label').waitFor({ state: 'detached' });
      await page.close();
    },
    'ignores states of another shape': async () => {
      const { page, errors } = await show(preview.fullPreview);
      await page.locator('.chip.slot').waitFor();
      await page.evaluate(() => {
        for (const event of [null, {}, { pieces: 'none' }]) window.say({ kind: 'event', name: 'state', event });
      });
      await page.waitForTimeout(100);
      assert.equal(await page.locator('.chip.slot').count(), 1);
      assert.deepEqual(errors, []);
      await page.close();
    },
  };
}
