import assert from 'node:assert/strict';

/** Tests of a model's page. @param open opens a page as the runner does */
export function modelTests({ open, model, themes, artifacts }) {
  const show = (state, theme = 'dark', answers = {}) =>
    open('model', { theme, answers: { show: state, measure: model.speed, ...answers }, width: 760 });

  return {
    ...Object.fromEntries(
      Object.keys(themes).map((theme) => [
        `shows a model and measures it in the ${theme} theme without a violation`,
        async () => {
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
            assert(text.includes(expected), `"${expected}" in ${text}`);
          await page.getByRole('button', { name: 'Measure' }).click();
          await page.getByText('487 tokens per second, 2.5 times a forward pass').waitFor();
          await page.screenshot({ path: `${artifacts}/model-${theme}.png`, fullPage: true });
          assert.deepEqual(await page.evaluate(() => window.violations), []);
          assert.deepEqual(errors, []);
          assert.equal(await page.evaluate(() => window.kept.speed.batch), 4);
          await page.close();
        },
      ]),
    ),
    'says which operators a gradient cannot pass, and takes names for text': async () => {
      const { page } = await show(model.stubborn, 'light');
      await page.getByRole('heading', { name: 'models/<script>alert(1)</script>' }).waitFor();
      assert.equal(await page.getByText('There is no gradient rule for com.example.Mystery.').count(), 3);
      assert.match(await page.locator('.operators li').first().innerText(), /com\.example\.Mystery/);
      await page.getByText('uint8 82 %, float16 18 %').waitFor();
      await page.screenshot({ path: `${artifacts}/model-stubborn.png`, fullPage: true });
      await page.close();
    },
    'says why a model cannot be opened': async () => {
      const { page } = await show(model.unreadable);
      await page.getByText('The file is not a complete ONNX model.').waitFor();
      assert.equal(await page.getByRole('button').count(), 0);
      await page.close();
    },
    'says why a model could not be measured, and lets it be tried again': async () => {
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
      assert.equal(await page.getByRole('button', { name: 'Measure' }).count(), 1);
      await page.close();
    },
  };
}
