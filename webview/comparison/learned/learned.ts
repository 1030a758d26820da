import * as l10n from '@vscode/l10n';
import {
  inSentence,
  labelAccuracy,
  type MetricFace,
  type RewrittenInstruction,
  type StudyRow,
} from '../../../src/views/comparison/contract';
import { button } from '../../controls';
import { element } from '../../element';
import { createRedraw, focusable } from '../../redraw';
import { textDifference } from '../../textDifference';
import { count, decimals, signed, signedMetric, signedMetricInterval } from '../../../src/words/formatNumbers';
import { seedName, studyMark, studyTitle, type PageActions, type PageView, type Section } from '../view';
import { createFronts } from './fronts';
import { createVectors } from './vectors';

/** What training has changed: the words of instructions, the settings that made the difference, and the vectors. */
export function createLearned(actions: PageActions): Section {
  const [texts, others] = [element('div'), element('div')];
  const [drawTexts, drawOthers] = [createRedraw(texts), createRedraw(others)];
  const fronts = createFronts(actions);
  const vectors = createVectors(actions);
  return {
    root: element('div', {}, texts, fronts.root, others, vectors.root),
    show(view) {
      const { learned, studies, baseline } = view.state;
      const named = studies.map(({ key, badge, name }) => [key, badge, name]);
      drawTexts([learned.instructions, named, view.theme.series], () => [
        element('h2', {}, l10n.t`Instructions`),
        ...instructions(view, actions),
      ]);
      fronts.show(view);
      drawOthers([learned.settings, learned.templates, named, baseline, view.theme.series], () => [
        element('h2', {}, l10n.t`Settings that differ`),
        settings(view),
        element('h2', {}, l10n.t`Templates`),
        ...templates(view, actions),
      ]);
      vectors.show(view);
    },
  };
}

function instructions(view: PageView, actions: PageActions): readonly HTMLElement[] {
  const {
    learned: { instructions: all },
    studies,
  } = view.state;
  if (all.length === 0)
    return [
      element(
        'p',
        { class: 'quiet' },
        l10n.t`No run shown has rewritten its instruction. P-Tuning v2 does, with tune.instruction text or both.`,
      ),
    ];
  return all.map((one) => {
    const study = studies.find(({ key }) => key === one.study);
    const heading = element(
      'h3',
      {},
      ...(study ? [studyMark(study, view.theme), ` ${seedName(study, one)}`] : [one.run]),
    );
    if (one.instruction === one.original)
      return element(
        'section',
        { class: 'rewriting' },
        heading,
        element(
          'p',
          { class: 'quiet' },
          l10n.t`The search found no better text; the instruction stays as it was written.`,
        ),
        element('p', { class: 'difference' }, one.original),
        ...keptTexts(one),
      );
    return element(
      'section',
      { class: 'rewriting' },
      heading,
      textDifference(one.original, one.instruction),
      element('p', { class: 'quiet' }, gainOf(one, view.state.metric ?? labelAccuracy)),
      editTable(one),
      element(
        'div',
        { class: 'toolbar' },
        focusable(
          `apply ${one.run}`,
          button(l10n.t`Apply to Template`, () => actions.tell('applyInstruction', { run: one.run }), 'primary'),
        ),
      ),
      ...keptTexts(one),
    );
  });
}

/** How the chosen text reads among those that the search has kept, which are drawn below. */
function keptTexts({ front }: RewrittenInstruction): readonly HTMLElement[] {
  if (!front) return [];
  const { texts } = front;
  const chosen = texts.find(({ isChosen }) => isChosen);
  const kept =
    texts.length === 1
      ? l10n.t`The search has kept 1 text, the original.`
      : l10n.t`The search has kept ${count(texts.length)} texts, the original among them.`;
  return [
    element(
      'p',
      { class: 'quiet' },
      chosen
        ? l10n.t`The chosen text reads at ${signed(chosen.readability)} nats a token against the original. ${kept}`
        : kept,
    ),
  ];
}

/** What the text alone does: the only part of a trained prompt that works anywhere. */
function gainOf({ gain }: RewrittenInstruction, metric: MetricFace): string {
  if (!gain) return l10n.t`What the text alone changes was not measured.`;
  const { mean, low, high } = gain;
  const [worse, better] = metric.better === 'lower' ? [low > 0, high < 0] : [high < 0, low > 0];
  const difference = `${signedMetric(mean, metric.scale)} ${signedMetricInterval([low, high], metric.scale)}`;
  const change = l10n.t`${inSentence(metric.title)} ${difference}`;
  if (better) return l10n.t`The text alone answers better: ${change}, without anything else that was learned.`;
  if (worse) return l10n.t`The text alone answers worse: ${change}, without anything else that was learned.`;
  return l10n.t`Whether the text alone answers better cannot be told from these rows: ${change}, without anything else \
that was learned.`;
}

function editTable({ edits }: RewrittenInstruction): HTMLElement {
  const headings = [l10n.t`Before`, l10n.t`After`, l10n.t`Saved loss (nats)`, l10n.t`Standard error`];
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': l10n.t`Accepted edits` },
    element(
      'table',
      { class: 'plain' },
      element('caption', { class: 'hidden' }, l10n.t`Accepted edits, in order`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...headings.map((heading, column) =>
            element('th', { scope: 'col', ...(column > 1 && { class: 'number' }) }, heading),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...edits.map(({ before, after, gain, standardError }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row', class: 'words' }, before === '' ? l10n.t`(nothing)` : before),
            element('td', { class: 'words' }, after === '' ? l10n.t`(nothing)` : after),
            element('td', { class: 'number' }, decimals(gain, 4)),
            element('td', { class: 'number' }, decimals(standardError, 4)),
          ),
        ),
      ),
    ),
  );
}

function settings(view: PageView): HTMLElement {
  const {
    learned: { settings: all },
    studies,
  } = view.state;
  if (all.length === 0)
    return element(
      'p',
      { class: 'quiet' },
      studies.length > 1
        ? l10n.t`The runs shown differ in no setting but their method.`
        : l10n.t`One run has nothing to differ from.`,
    );
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': l10n.t`Settings that differ` },
    element(
      'table',
      { class: 'plain' },
      element('caption', { class: 'hidden' }, l10n.t`Settings that differ between the runs`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, l10n.t`Setting`),
          ...studies.map((study) =>
            element('th', { scope: 'col', title: studyTitle(study) }, studyMark(study, view.theme), ` ${study.name}`),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...all.map(({ name, values }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, name),
            ...values.map((value) => element('td', { class: 'words' }, value)),
          ),
        ),
      ),
    ),
  );
}

function templates(view: PageView, actions: PageActions): readonly HTMLElement[] {
  const {
    learned: { templates: different },
    studies,
    baseline,
  } = view.state;
  const base = studies.find(({ key }) => key === baseline);
  const others = studies.filter(({ key }) => different.includes(key));
  if (!base || others.length === 0)
    return [element('p', { class: 'quiet' }, l10n.t`All runs shown were made from the same text.`)];
  const diff = (study: StudyRow): HTMLElement => {
    const made = button(l10n.t`Compare`, () =>
      actions.tell('diffTemplates', { left: base.runs[0]!.run, right: study.runs[0]!.run }),
    );
    made.setAttribute('aria-label', l10n.t`Compare the template of ${study.badge} with that of ${base.badge}`);
    return element(
      'li',
      {},
      studyMark(study, view.theme),
      ` ${study.template} · ${study.method} `,
      focusable(`diff ${study.key}`, made),
    );
  };
  return [
    element('p', { class: 'quiet' }, l10n.t`Made from another text than the baseline, ${studyTitle(base)}:`),
    element('ul', { class: 'templates' }, ...others.map(diff)),
  ];
}
