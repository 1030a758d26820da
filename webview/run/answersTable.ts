import * as l10n from '@vscode/l10n';
import { metricNumber } from '../../src/words/formatNumbers';
import type { GivenAnswer } from '../../src/views/run/contract';
import { answerFieldsTable, fieldsInWords, truncatedNote } from '../fieldTables';
import { element } from '../element';

type Score = GivenAnswer['scores'][number];

/** Answers of a free text task beside what was expected, with the score that decides; the other ones on request. */
export function answersTable(answers: readonly GivenAnswer[]): HTMLElement {
  const heading = (text: string) => element('th', { scope: 'col' }, text);
  const title = answers[0]?.scores[0]?.metric.title ?? l10n.t`Score`;
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': l10n.t`Answers` },
    element(
      'table',
      { class: 'samples answers' },
      element('caption', { class: 'hidden' }, l10n.t`Some answers beside what was expected`),
      element(
        'thead',
        {},
        element('tr', {}, ...[l10n.t`Row`, l10n.t`Input`, l10n.t`Expected`, l10n.t`Answer`, title].map(heading)),
      ),
      element('tbody', {}, ...answers.flatMap((answer) => [rowOf(answer), ...fieldsRow(answer)])),
    ),
  );
}

function rowOf({ row, input, references, answer, scores, truncated }: GivenAnswer): HTMLElement {
  return element(
    'tr',
    {},
    element('td', { class: 'number' }, String(row + 1)),
    element('th', { scope: 'row', class: 'input' }, text(input)),
    element('td', {}, text(references.join(`\n${l10n.t`or:`} `))),
    element(
      'td',
      {},
      answer === '' ? element('span', { class: 'quiet' }, l10n.t`nothing`) : text(answer),
      ...(truncated ? [element('p', { class: 'quiet' }, truncatedNote)] : []),
    ),
    element('td', { class: 'score' }, scoresOf(scores)),
  );
}

/** Below its row, the fields of an answer that is to be JSON. */
function fieldsRow({ fields }: GivenAnswer): readonly HTMLElement[] {
  if (!fields) return [];
  const details = element('details', {}, element('summary', {}, fieldsInWords(fields)));
  details.append(...answerFieldsTable(fields));
  return [element('tr', { class: 'fields-of-row' }, element('td'), element('td', { colspan: '4' }, details))];
}

/** What decides, and behind it what the other metrics say, with their reasons. */
function scoresOf(scores: readonly Score[]): HTMLElement {
  const [first, ...others] = scores;
  if (!first) return element('span', {}, '–');
  const shown = first.metric.binary && first.score !== null ? verdict(first.score === 1) : words(first);
  if (others.length === 0 && first.reason === '') return shown;
  return element(
    'details',
    {},
    element('summary', {}, shown),
    element(
      'ul',
      {},
      ...scores.map((score) =>
        element(
          'li',
          {},
          `${score.metric.title}: `,
          words(score),
          ...(score.reason === '' ? [] : [` (${score.reason})`]),
        ),
      ),
    ),
  );
}

function verdict(right: boolean): HTMLElement {
  return element(
    'span',
    { class: right ? 'right' : 'wrong' },
    element(
      'span',
      { 'aria-label': right ? l10n.t`right` : l10n.t`wrong`, role: 'img', class: 'verdict' },
      right ? '✓' : '✗',
    ),
  );
}

function words({ metric, score }: Score): HTMLElement {
  return element('span', {}, score === null ? l10n.t`not judged` : metricNumber(score, metric.scale));
}

function text(value: string): HTMLElement {
  return element('span', { class: 'clipped', title: value, dir: 'auto' }, value);
}
