import * as l10n from '@vscode/l10n';
import { shortFraction } from '../../src/words/formatNumbers';
import type { SamplesLine } from '../../src/views/run/contract';
import { element } from '../element';

/** Rows of dev and what the model made of them at each evaluation shown. */
export function samplesTable(evaluations: readonly SamplesLine[]): HTMLElement {
  const rows = evaluations.at(-1)!.samples;
  const labelled = rows.some(({ predicted }) => predicted !== undefined);
  const heading = (text: string) => element('th', { scope: 'col' }, text);
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': l10n.t`Samples` },
    element(
      'table',
      { class: 'samples' },
      element(
        'caption',
        { class: 'hidden' },
        labelled
          ? l10n.t`Answers to a few dev rows at each evaluation`
          : l10n.t`How likely the expected answers to a few dev rows were at each evaluation`,
      ),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          heading(l10n.t`Input`),
          heading(l10n.t`Expected`),
          ...evaluations.map(({ step }) => heading(l10n.t`Step ${step}`)),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(({ row, input, expected }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row', class: 'input' }, element('span', { class: 'clipped', title: input }, input)),
            element('td', {}, expected),
            ...evaluations.map((evaluation) => cell(evaluation, row)),
          ),
        ),
      ),
    ),
  );
}

function cell({ samples }: SamplesLine, row: number): HTMLElement {
  const sample = samples.find((each) => each.row === row);
  if (!sample) return element('td', {}, '–');
  const probability = element('span', { class: 'probability' }, shortFraction(sample.probability));
  if (sample.predicted === undefined) return element('td', {}, probability);
  const right = sample.predicted === sample.expected;
  return element(
    'td',
    { class: right ? 'right' : 'wrong' },
    element(
      'span',
      { 'aria-label': right ? l10n.t`right:` : l10n.t`wrong:`, role: 'img', class: 'verdict' },
      right ? '✓' : '✗',
    ),
    ` ${sample.predicted} `,
    probability,
  );
}
