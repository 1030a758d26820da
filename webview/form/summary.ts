import * as l10n from '@vscode/l10n';
import { bytesRange, count, counted, duration, roughDuration } from '../../src/words/formatNumbers';
import { clauses, enumerated, listed } from '../../src/words/listed';
import type { FormCheck, MethodEstimate } from '../../src/views/train/contract';
import { methodTitles } from '../../src/words/methodTitles';
import { element } from '../element';

/** How many trainings there are, and of what size. */
export function checkLines(
  { runs, varied, trained, problem, form, writers }: FormCheck,
  isElsewhere: boolean,
): readonly HTMLElement[] {
  if (problem !== null) return [element('p', { class: 'problem', role: 'alert' }, problem)];
  if (runs === 0) return [element('p', { class: 'quiet' }, l10n.t`Correct the settings marked in red.`)];
  return [
    element('p', { class: 'count' }, isElsewhere ? measurementsText(runs) : trainingsText(runs, varied)),
    ...(writers.length > 0 ? [element('p', { class: 'quiet' }, writersText(writers))] : []),
    ...(form ? [element('p', { class: 'quiet form' }, l10n.t`Prompts are read as ${form.name}. ${form.why}`)] : []),
    element(
      'dl',
      {},
      ...trained.flatMap(({ method, numbers }) => [
        element('dt', {}, methodTitles[method]),
        element(
          'dd',
          {},
          numbers === null ? l10n.t`numbers known once measured` : l10n.t`${count(numbers)} trained numbers`,
        ),
      ]),
    ),
  ];
}

function trainingsText(runs: number, varied: readonly string[]): string {
  if (runs === 1) return l10n.t`One training.`;
  return varied.length > 0
    ? l10n.t`${counted(runs, 'training')}, one study over ${enumerated(varied)}.`
    : l10n.t`${counted(runs, 'training')}.`;
}

const measurementsText = (runs: number): string =>
  runs === 1 ? l10n.t`One measurement. You are asked before anything is sent.` : measurements(runs);

const writersText = (writers: readonly string[]): string =>
  l10n.t`Instructions are also written by ${listed(writers)}. You are asked before anything is sent.`;

const measurements = (runs: number): string =>
  l10n.t`${count(runs)} measurements. You are asked before anything is sent.`;

/** What will be sent at most, a line for each fact. */
export const planList = (facts: readonly string[]): HTMLElement =>
  element(
    'ul',
    { class: 'plan', 'aria-label': l10n.t`What will be sent` },
    ...facts.map((fact) => element('li', {}, fact)),
  );

/** What the results lack where no rows are kept for dev or test. */
export const costLines = ({ cost }: FormCheck): readonly HTMLElement[] =>
  cost === null ? [] : [element('p', { class: 'cost' }, cost)];

/** What each method costs on this machine, and all trainings together. */
export function estimateTable(estimates: readonly MethodEstimate[], { runs }: Pick<FormCheck, 'runs'>): HTMLElement {
  const heading = (text: string) => element('th', { scope: 'col', class: 'number' }, text);
  const perMethod = runs / Math.max(1, estimates.length);
  const total = estimates.reduce((sum, { seconds }) => sum + seconds * perMethod, 0);
  return element(
    'div',
    {},
    element(
      'table',
      {},
      element('caption', {}, l10n.t`Measured by a real step`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, l10n.t`Method`),
          heading(l10n.t`Numbers`),
          heading(l10n.t`Step`),
          heading(l10n.t`Run`),
          heading(l10n.t`Memory`),
        ),
      ),
      element(
        'tbody',
        {},
        ...estimates.map((estimate) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, estimate.method),
            ...[
              count(estimate.trainedParameters),
              duration(estimate.stepSeconds),
              `≈ ${roughDuration(estimate.seconds)}`,
              bytesRange(estimate.peakMemoryBytes, estimate.mostMemoryBytes),
            ].map((text) => element('td', { class: 'number' }, text)),
          ),
        ),
      ),
    ),
    ...answersNote(estimates),
    ...(runs > 1
      ? [element('p', { class: 'count' }, l10n.t`All ${runs} one after another: about ${roughDuration(total)}.`)]
      : []),
  );
}

/** What the answers at each evaluation cost, where any are written. */
function answersNote(estimates: readonly MethodEstimate[]): readonly HTMLElement[] {
  const answered = estimates.flatMap(({ method, answers }) =>
    answers && answers.rows > 0 ? [{ method, ...answers }] : [],
  );
  const [first] = answered;
  if (!first) return [];
  const times = clauses(answered.map(({ method, seconds }) => `${roughDuration(seconds)} (${method})`));
  return [
    element(
      'p',
      { class: 'count' },
      first.rows === 1
        ? l10n.t`At each evaluation 1 row of dev is answered (evalRows), which takes up to ${times}. It is part of the \
run.`
        : l10n.t`At each evaluation ${count(first.rows)} rows of dev are answered (evalRows), which takes up to \
${times}. It is part of the run.`,
    ),
  ];
}
