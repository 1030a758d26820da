import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { comparisonRowsTests } from './comparisonRows.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Tests of the comparison page. @param open opens a page as the runner does */
export function comparisonTests({ open, comparison, themes, artifacts }) {
  const {
    fullComparison: state,
    fullAnalysis,
    fullCurves,
    fullRows,
    fullDetail,
    fullAnatomy,
    inputAnswers,
  } = comparison;
  const answers = {
    show: state,
    analyse: fullAnalysis,
    rowDetail: fullDetail,
    inspectPrompt: fullAnatomy,
    rows: { by: 'from', answers: Object.fromEntries(fullRows.map((chunk) => [chunk.from, chunk])) },
    answerInput: { by: 'run', answers: inputAnswers },
  };
  const look = (tab, more = {}) => ({
    family: state.family,
    older: false,
    baseline: null,
    look: { ...comparisonLook, tab, ...more },
  });
  const comparisonLook = {
    tab: 'summary',
    sort: null,
    hidden: ['macroF1', 'memory', 'trainingRows'],
    methods: false,
    smoothing: '10',
    logarithmic: false,
    curve: 'loss',
    tables: [],
    confusionDifference: false,
    rows: { mode: 'all', study: 'any', filter: '', at: 0, open: null },
    anatomy: null,
    input: {},
  };
  const openOn = (tab, { theme = 'dark', more, ...options } = {}) =>
    open('comparison', {
      theme,
      answers: { ...answers, ...options.answers },
      events: options.events ?? [
        ['state', options.answers?.show ?? state],
        ...fullCurves.map((event) => ['points', event]),
      ],
      kept: look(tab, more),
      width: options.width,
      height: options.height,
      reducedMotion: options.reducedMotion,
    });
  const asked = (page, name) =>
    page.evaluate((wanted) => window.asked.filter((call) => call.name === wanted).map(({ request }) => request), name);
  const study = (method) => state.studies.find((row) => row.method === method);

  /** What tells that a tab is drawn, and what is done before its picture. */
  const views = {
    summary: async (page) => {
      await page.locator('tr[data-study] .better').waitFor();
    },
    figures: async (page) => {
      await page.locator('.chart canvas').waitFor();
      await page.locator('[data-figure=confusion] table').first().waitFor();
      await page.locator('[data-figure=reliability] svg').waitFor();
    },
    rows: async (page) => {
      await page.locator('.lines .line').first().waitFor();
      await page.locator('.lines .line').nth(5).click();
      await page.locator('.detail').waitFor();
    },
    learned: async (page) => {
      await page.locator('.rewriting ins').waitFor();
      await page.locator('[data-figure=similarities] svg').waitFor();
    },
    try: async (page) => {
      await page.getByRole('textbox', { name: 'text', exact: true }).fill('Where is my parcel?');
      await page.locator('.answers .said').first().waitFor();
    },
  };

  /** What axe-core finds that is serious or critical: everything in the first theme, what a theme can change in the others. */
  const inspect = async (page, theme) => {
    await page.evaluate(axe);
    const options = {
      resultTypes: ['violations'],
      ...(theme !== Object.keys(themes)[0] && { runOnly: ['color-contrast'] }),
    };
    const { violations } = await page.evaluate((given) => window.axe.run(document, given), options);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 4)
            .map(({ html, failureSummary }) => `${html.slice(0, 160)} — ${failureSummary?.split('\n')[1] ?? ''}`)
            .join('\n')}`,
      );
  };

  return {
    ...Object.fromEntries(
      Object.keys(themes).flatMap((theme) =>
        Object.entries(views).map(([tab, ready]) => [
          `shows ${tab} in the ${theme} theme; nothing serious for axe, no violation`,
          async () => {
            const { page, errors } = await openOn(tab, { theme, height: 900 });
            await ready(page);
            await page.screenshot({ path: `${artifacts}/comparison-${tab}-${theme}.png`, fullPage: true });
            assert.deepEqual(await inspect(page, theme), []);
            assert.deepEqual(await page.evaluate(() => window.violations), []);
            assert.deepEqual(errors, []);
            await page.close();
          },
        ]),
      ),
    ),
    ...Object.fromEntries(
      [
        ['narrow', { width: 400 }],
        ['zoomed', { width: 590, height: 450 }],
      ].map(([name, size]) => [
        `fits every view into a ${name} panel: only tables and drawings scroll sideways`,
        async () => {
          for (const [tab, ready] of Object.entries(views)) {
            const { page } = await openOn(tab, size);
            await ready(page);
            await page.screenshot({ path: `${artifacts}/comparison-${tab}-${name}.png`, fullPage: true });
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            assert(wide <= 1, `${tab} is ${wide} pixels too wide`);
            await page.close();
          }
        },
      ]),
    ),

    'gives the summary at once, and what only the answers tell when they are read': async () => {
      const { page } = await openOn('summary', { answers: { analyse: { by: 'never', answers: {} } } });
      const soft = page.locator(`tr[data-study="${study('soft').key}"]`);
      await soft.waitFor();
      assert.match(await soft.innerText(), /0\.819\s+…[\s\S]*3, ±0\.\d+[\s\S]*5,120/);
      await page.close();
    },
    'sets every study against the baseline, and colours a difference only where there is a verdict': async () => {
      const { page } = await openOn('summary');
      await page.locator('.better').waitFor();
      const cell = (method, kind) => page.locator(`tr[data-study="${study(method).key}"] td.${kind}`);
      const { mean, low, high, p } = fullAnalysis.studies.find(({ key }) => key === study('soft').key).difference;
      const [plus, least, most] = [mean, low, high].map((value) => `+${value.toFixed(3)}`);
      assert.equal(
        (await cell('soft', 'better').innerText()).split('\n')[0].slice(0, 41),
        `▲ ${plus} [${least}, ${most}], ${p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`}`,
      );
      assert.match(await cell('v2', 'unsaid').innerText(), /\+0\.592/);
      assert.equal(await page.locator('.worse').count(), 0);
      assert.match(await page.locator(`tr[data-study="${study('hard').key}"]`).innerText(), /baseline/);
      assert.match(await page.locator('tr.majority').innerText(), /billing[\s\S]*0\.250/);
      await page.getByRole('combobox', { name: 'Baseline' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.waitForFunction((key) => window.asked.at(-1).request.baseline === key, study('soft').key);
      await page.close();
    },
    'sorts by a column with the keyboard, best first, then the other way, then as it was': async () => {
      const { page } = await openOn('summary');
      await page.locator('.better').waitFor();
      const letters = () => page.locator('tr[data-study] th .letter').allInnerTexts();
      const before = await letters();
      const heading = page.getByRole('button', { name: 'Accuracy' });
      for (const expected of [['D', 'B', 'C', 'A', 'E', 'F'], ['A', 'C', 'B', 'D', 'E', 'F'], before]) {
        await heading.focus();
        await page.keyboard.press('Enter');
        assert.deepEqual(await letters(), expected);
      }
      await page.close();
    },
    'stars, renames, stops, resumes, shows logs and exports a report from the table': async () => {
      const { page } = await openOn('summary');
      await page.locator('.better').waitFor();
      await page.getByRole('button', { name: 'Star B' }).click();
      assert.deepEqual((await asked(page, 'star')).at(-1), {
        runs: study('soft').runs.map(({ run }) => run),
        starred: true,
      });
      await page.getByRole('button', { name: 'Rename of run B' }).focus();
      await page.keyboard.press('Enter');
      assert.equal(await page.getByRole('textbox', { name: 'Name of B' }).count(), 1);
      await page.keyboard.type('wide');
      await page.keyboard.press('Enter');
      assert.deepEqual((await asked(page, 'rename')).at(-1), {
        runs: study('soft').runs.map(({ run }) => run),
        name: 'wide',
      });
      await page.getByRole('button', { name: 'Stop of run E' }).focus();
      await page.keyboard.press('Enter');
      assert.deepEqual((await asked(page, 'stop')).at(-1), { run: 'run-short-14' });
      await page.getByRole('button', { name: 'Resume of run F' }).click();
      assert.deepEqual((await asked(page, 'resume')).at(-1), { run: 'run-short-15' });
      await page.getByRole('button', { name: 'Log of run F' }).click();
      assert.deepEqual((await asked(page, 'showLog')).at(-1), { run: 'run-short-15' });
      await page.getByRole('button', { name: 'Export Report' }).click();
      assert.deepEqual((await asked(page, 'exportReport')).at(-1), {
        runs: ['run-hard-09', 'run-soft-10', 'run-soft-11', 'run-soft-16', 'run-v1-12', 'run-v2-13'],
        baseline: 'run-hard-09',
      });
      await page.close();
    },
    'keeps columns, sort, tab and what was typed over a restart': async () => {
      const { page } = await openOn('summary');
      await page.locator('.better').waitFor();
      await page.getByText('Columns', { exact: true }).click();
      await page.getByRole('checkbox', { name: 'Memory' }).click();
      await page.getByRole('columnheader', { name: 'Memory' }).waitFor();
      await page.getByRole('tab', { name: 'Rows' }).click();
      await page.getByRole('button', { name: 'Wrong' }).click();
      await page.locator('.lines .line').first().waitFor();
      const kept = await page.evaluate(() => window.kept);
      assert.deepEqual(
        [kept.look.tab, kept.look.rows.mode, kept.look.hidden],
        ['rows', 'wrong', ['macroF1', 'trainingRows']],
      );
      await page.close();
      const again = await open('comparison', { theme: 'dark', answers, kept });
      await again.page.locator('.lines .line').first().waitFor();
      assert.equal(await again.page.getByRole('button', { name: 'Wrong' }).getAttribute('aria-pressed'), 'true');
      await again.page.close();
      const foreign = await open('comparison', { theme: 'dark', answers, kept: { look: { tab: 'gone' } } });
      await foreign.page.locator('tr[data-study]').first().waitFor();
      await foreign.page.close();
    },
    'shows the methods with this comparison’s own numbers one click away': async () => {
      const { page } = await openOn('summary');
      await page.getByText('What the methods are, and when to use which').click();
      assert.match(
        await page.locator('table.methods').innerText(),
        /P-Tuning v2[\s\S]*D: 68,352 trained, accuracy 0\.933/,
      );
      await page.screenshot({ path: `${artifacts}/comparison-methods.png`, fullPage: true });
      await page.close();
    },
    'shows the numbers behind every figure, and exports them and the drawing': async () => {
      const { page } = await openOn('figures');
      await views.figures(page);
      const figures = await page
        .locator('section.figure')
        .evaluateAll((all) => all.map((figure) => figure.dataset.figure));
      assert.deepEqual(figures, [
        'accuracy',
        'difference',
        'curves',
        'pareto-size',
        'pareto-time',
        'seeds',
        'confusion',
        'reliability',
      ]);
      const drawings = [];
      for (const key of figures) {
        const figure = page.locator(`[data-figure=${key}]`);
        await figure.locator('vscode-button', { hasText: 'Table' }).click();
        assert((await page.locator(`[data-figure=${key}] table.plain tbody tr`).count()) > 0, key);
        await figure.locator('vscode-button', { hasText: 'CSV' }).click();
        assert.match((await asked(page, 'openDocument')).at(-1).content, /^Run,/, key);
        await figure.locator('vscode-button', { hasText: 'JSON' }).click();
        assert(JSON.parse((await asked(page, 'openDocument')).at(-1).content).length > 0, key);
        await figure.locator('vscode-button', { hasText: 'Figure' }).click();
        await figure.locator('vscode-button', { hasText: 'SVG' }).click();
        const { language, content } = (await asked(page, 'openDocument')).at(-1);
        assert.equal(language, 'xml', key);
        assert.match(content, /^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/, key);
        assert.doesNotMatch(content, /class=|var\(|NaN|Infinity/, key);
        drawings.push(content);
      }
      const folder = await open('comparison', { theme: 'dark', answers });
      await folder.page.setContent(drawings.join('\n'));
      await folder.page.screenshot({ path: `${artifacts}/comparison-drawings.png`, fullPage: true });
      await folder.page.close();
      await page.close();
    },
    'draws accuracy against the number of training rows where methods were trained on several': async () => {
      const { trainingRowsComparison: rows } = comparison;
      const { page } = await openOn('figures', { answers: { show: rows, analyse: { by: 'never', answers: {} } } });
      const figure = page.locator('[data-figure=training-rows]');
      assert.match(
        await figure.locator('svg.drawing').getAttribute('aria-label'),
        /soft: 0\.\d+ with 40, 0\.\d+ with 80, 0\.\d+ with 160\. triage · v2: 0\.\d+ with 40/,
      );
      assert.equal(await figure.locator('polyline.course').count(), 2);
      await figure.screenshot({ path: `${artifacts}/comparison-training-rows.png` });
      await figure.locator('vscode-button', { hasText: 'Table' }).click();
      const cells = await figure.locator('table.plain tbody tr').first().locator('td, th').allInnerTexts();
      const [fewest] = rows.studies.filter(({ results }) => results.trainingRows === 40);
      assert.deepEqual(cells.slice(1, 3), ['40', String(Number(fewest.results.accuracy.toPrecision(4)))]);
      await figure.locator('vscode-button', { hasText: 'CSV' }).click();
      assert.match((await asked(page, 'openDocument')).at(-1).content, /^Run,Training rows,Accuracy,Low,High\r?\n/);
      await page.close();
    },
    'says below every part how the numbers came about': async () => {
      const { page } = await openOn('summary');
      await page.locator('.better').waitFor();
      for (const tab of ['Summary', 'Figures', 'Rows', 'Learned', 'Try it']) {
        await page.getByRole('tab', { name: tab }).click();
        const words = await page.getByRole('region', { name: 'How to read this' }).innerText();
        for (const part of [
          /120 rows of test/,
          /Seeds: B · triage · soft 3 \(1, 2, 3\)/,
          /McNemar/,
          /Holm for 3 comparisons/,
          /fewer than 3 seeds/,
          /Left out, for want of results: triage\.short · soft \(running\), triage\.short · v2 \(failed\)/,
        ])
          assert.match(words, part, tab);
      }
      await page.close();
    },
    'gives every drawing words': async () => {
      const { page } = await openOn('figures');
      await views.figures(page);
      for (const label of await page
        .locator('svg.drawing')
        .evaluateAll((all) =>
          all.map((drawing) => [drawing.getAttribute('role'), drawing.getAttribute('aria-label')]),
        )) {
        assert.equal(label[0], 'img');
        assert.match(label[1], /A · triage · hard|B · triage · soft/);
      }
      assert.match(
        await page.locator('[data-figure=curves] .drawn').getAttribute('aria-label'),
        /E · triage\.short · soft: 0\.\d+ at step 120/,
      );
      await page.close();
    },
    'adds new points to a curve, and asks for all when some are missing': async () => {
      const { page } = await openOn('figures');
      await page.locator('.chart canvas').waitFor();
      await page.evaluate((event) => window.say({ kind: 'event', name: 'points', event }), comparison.nextPoints);
      await page.waitForFunction(() =>
        document.querySelector('[data-figure=curves] .drawn').getAttribute('aria-label').includes('at step 122'),
      );
      const before = (await asked(page, 'show')).length;
      await page.evaluate((event) => window.say({ kind: 'event', name: 'points', event }), {
        ...comparison.nextPoints,
        from: 400,
      });
      await page.waitForFunction((count) => window.asked.filter(({ name }) => name === 'show').length > count, before);
      await page.close();
    },
    'shows confusions less the baseline’s upon choice': async () => {
      const { page } = await openOn('figures');
      await views.figures(page);
      assert.equal(await page.locator('table.matrix').count(), 4);
      await page.getByRole('checkbox', { name: 'Difference to the baseline' }).click();
      await page.waitForFunction(() => document.querySelectorAll('table.matrix').length === 3);
      assert.match(await page.locator('table.matrix').first().innerText(), /[+−]0\.\d\d/);
      await page.close();
    },
    ...comparisonRowsTests({ openOn, asked, comparison, artifacts }),
    'shows an instruction’s changed words, its gain, and applies it': async () => {
      const { page } = await openOn('learned');
      await page.locator('.rewriting ins').waitFor();
      assert.equal(
        (await page.locator('.rewriting ins').allInnerTexts()).join('').trim(),
        'Each is as likely as the others.',
      );
      assert.match(
        await page.locator('.rewriting').innerText(),
        /cannot be told from these rows: accuracy \+0\.025 \[−0\.008, \+0\.067\][\s\S]*0\.0599/,
      );
      await page.getByRole('button', { name: 'Apply to Template' }).click();
      assert.deepEqual((await asked(page, 'applyInstruction')).at(-1), { run: 'run-v2-13' });
      await page.getByRole('button', { name: 'Compare the template of E with that of A' }).click();
      assert.deepEqual((await asked(page, 'diffTemplates')).at(-1), { left: 'run-hard-09', right: 'run-short-14' });
      assert.match(
        await page.getByRole('table', { name: 'Settings that differ between the runs' }).innerText(),
        /tune\.learningRate/,
      );
      await page.close();
    },
    'calls nearest words what a vector is near to, and says why that is not its meaning': async () => {
      const { page } = await openOn('learned');
      await page.locator('[data-figure=similarities] svg').waitFor();
      const told = await page.locator('section[aria-label=Vectors]').innerText();
      assert.match(told, /waywardness[\s\S]*What it is near to/);
      assert.doesNotMatch(told, /means/);
      await page.close();
    },
    'asks every run for a typed input, and drops what was asked before': async () => {
      const { page } = await openOn('try');
      const field = page.locator('vscode-text-area').locator('textarea');
      await field.fill('My');
      await field.fill('My parcel');
      await page.waitForFunction(() => document.querySelectorAll('.answers .said').length === 4);
      const requests = await asked(page, 'answerInput');
      assert.deepEqual(
        requests.map(({ run, input }) => [run, input.text]),
        state.studies.filter(({ results }) => results).map(({ runs }) => [runs[0].run, 'My parcel']),
      );
      assert.equal(await page.evaluate(() => window.kept.look.input.text), 'My parcel');
      await page.close();
    },
    'asks nothing in Restricted Mode, and says what a run cannot answer': async () => {
      const { page } = await openOn('try', { answers: { show: { ...state, askable: false } } });
      await page.getByText('Restricted Mode').waitFor();
      assert.equal(await page.locator('vscode-text-area').count(), 0);
      await page.close();
      const refused = await openOn('try', {
        answers: {
          answerInput: {
            error: { code: 'adapter-missing', message: 'The adapter cannot be read.', remedy: 'Train again.' },
          },
        },
      });
      await refused.page.locator('vscode-text-area').locator('textarea').fill('x');
      await refused.page.getByText('The adapter cannot be read. Train again.').first().waitFor();
      await refused.page.close();
    },
    'gives every control of every part to the Tab key': async () => {
      for (const [tab, ready] of Object.entries(views)) {
        const { page } = await openOn(tab, { more: { methods: true } });
        await ready(page);
        const wanted = await page.evaluate(() => {
          document.activeElement?.blur();
          const controls = [
            ...document.querySelectorAll(
              'button, summary, vscode-button, vscode-checkbox, vscode-dropdown, vscode-text-field, vscode-text-area, [tabindex="0"]',
            ),
          ].filter((control) => control.checkVisibility() && control.getClientRects().length > 0);
          controls.forEach((control, index) => {
            control.dataset.control = String(index);
          });
          return controls.length;
        });
        const reached = new Set();
        for (let press = 0; press < wanted + 10; press++) {
          await page.keyboard.press('Tab');
          reached.add(await page.evaluate(() => document.activeElement?.dataset.control));
        }
        const missed = await page.evaluate(
          (found) =>
            [...document.querySelectorAll('[data-control]')]
              .filter(({ dataset }) => !found.includes(dataset.control))
              .map(({ outerHTML }) => outerHTML.slice(0, 120)),
          [...reached],
        );
        assert.deepEqual(missed, [], tab);
        await page.close();
      }
    },
    'goes from tab to tab with the arrow keys': async () => {
      const { page } = await openOn('summary');
      await page.locator('.better').waitFor();
      await page.getByRole('tab', { name: 'Summary' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.locator('.chart canvas').waitFor();
      assert.equal(await page.evaluate(() => window.kept.look.tab), 'figures');
      await page.close();
    },
    'says what to do when there are no runs, and its button asks for a comparison': async () => {
      const { page } = await open('comparison', { theme: 'dark', answers: { show: comparison.emptyComparison } });
      await page.getByText('Nothing to compare yet.').waitFor();
      await page.screenshot({ path: `${artifacts}/comparison-empty.png` });
      await page.getByRole('button', { name: 'Compare Methods…' }).filter({ visible: true }).click();
      assert.deepEqual((await asked(page, 'start')).at(-1), { command: 'compare' });
      await page.close();
    },
    'ignores messages that are not its own or have another shape': async () => {
      const { page, errors } = await openOn('summary');
      await page.locator('.better').waitFor();
      await page.evaluate(() => {
        for (const message of [
          null,
          7,
          'text',
          { kind: 'event' },
          { mark: 'other', kind: 'event', name: 'state', event: {} },
        ])
          window.postMessage(message);
        window.say({ kind: 'event', name: 'state', event: { studies: 'none' } });
        window.say({ kind: 'event', name: 'constructor', event: {} });
        window.say({ kind: 'result', id: 999 });
      });
      await page.waitForTimeout(100);
      assert.equal(await page.locator('tr[data-study]').count(), 6);
      assert.deepEqual(errors, []);
      await page.close();
    },
    'says at the top what went wrong, with its remedy': async () => {
      const { page } = await openOn('summary', {
        answers: {
          star: { error: { code: 'disk-full', message: 'The label cannot be written.', remedy: 'Free some space.' } },
        },
      });
      await page.locator('.better').waitFor();
      await page.getByRole('button', { name: 'Star B' }).click();
      await page.getByText('The label cannot be written. Free some space.').waitFor();
      await page.close();
    },
    'redraws in the colours of a new theme, and keeps still where motion is unwanted': async () => {
      const { page } = await openOn('summary', { reducedMotion: 'reduce' });
      await page.locator('.better').waitFor();
      await page.evaluate((theme) => window.applyTheme(theme), {
        ...themes.light,
        variables: { ...themes.light.variables, 'charts-orange': '#123456' },
      });
      await page.waitForFunction(
        () => document.querySelectorAll('tbody .swatch line')[1].getAttribute('stroke') === '#123456',
      );
      assert.deepEqual(
        await page.evaluate(() => document.getAnimations().map(({ animationName }) => animationName)),
        [],
      );
      const waiting = await openOn('figures', {
        reducedMotion: 'reduce',
        answers: { analyse: { by: 'never', answers: {} } },
      });
      await waiting.page.getByText('Reading every answer…').waitFor();
      assert.equal(await waiting.page.locator('vscode-progress-ring').count(), 1);
      assert.equal(await waiting.page.locator('vscode-progress-ring:visible').count(), 0);
      await waiting.page.close();
      await page.close();
    },
    'chooses a template and earlier runs with the keyboard': async () => {
      const { page } = await openOn('summary', { theme: 'high-contrast' });
      await page.locator('.better').waitFor();
      await page.getByRole('combobox', { name: 'Template' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.waitForFunction(() => window.asked.at(-1).request.family?.endsWith('questions'));
      await page.getByRole('checkbox', { name: 'Earlier runs too' }).click();
      await page.waitForFunction(() => window.asked.findLast(({ name }) => name === 'show').request.older === true);
      await page.close();
    },
  };
}
