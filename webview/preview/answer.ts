import * as l10n from '@vscode/l10n';
import { coordinate, fraction } from '../../src/words/formatNumbers';
import type { RowPrediction } from '../../src/views/preview/contract';
import { element } from '../element';

/** What the model says of a row: a bar for each label, or its words. */
export function answerOf({ expected, probabilities, text }: RowPrediction): readonly Node[] {
  if (!probabilities) {
    const right = text === expected.trim() ? l10n.t`as the row says` : l10n.t`the row says “${expected}”`;
    return [
      element('h2', {}, l10n.t`Answer`),
      element('pre', { class: 'words' }, text ?? ''),
      element('p', { class: 'quiet' }, right),
    ];
  }
  const likeliest = [...probabilities].sort((a, b) => b.probability - a.probability);
  const rows = likeliest.map(({ label, probability }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, label),
      element('td', {}, bar(probability)),
      element('td', { class: 'number' }, fraction(probability)),
      element('td', {}, label === expected ? l10n.t`expected` : ''),
    ),
  );
  const caption =
    likeliest[0]?.label === expected
      ? l10n.t`Probability of each label: right`
      : l10n.t`Probability of each label: wrong`;
  return [element('table', {}, element('caption', {}, caption), element('tbody', {}, rows))];
}

function bar(probability: number): HTMLElement {
  const filled = element('span', { class: 'filled' });
  filled.style.inlineSize = `${coordinate(100 * probability)}%`;
  return element('span', { class: 'bar', 'aria-hidden': 'true' }, filled);
}
