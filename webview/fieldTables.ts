import * as l10n from '@vscode/l10n';
import { fieldTable, nameOfField, type AnswerFields, type FieldResults } from '../src/views/run/contract';
import { count, counted } from '../src/words/formatNumbers';
import { element } from './element';

type AnswerField = AnswerFields['fields'][number];

/** What each field of JSON answers came to, as a table. */
export function fieldScoresTable(fields: readonly FieldResults[], caption: string): HTMLElement {
  const { headings, rows } = fieldTable(fields);
  return element(
    'table',
    { class: 'fields' },
    element('caption', {}, caption),
    tableHead(headings, 'number'),
    element(
      'tbody',
      {},
      ...rows.map(([field, ...numbers]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, String(field)),
          ...numbers.map((cell) => element('td', { class: 'number' }, String(cell))),
        ),
      ),
    ),
  );
}

/** Of an answer that did not come to its end. */
export const truncatedNote = l10n.t`The budget of tokens ended the answer.`;

/** What is wrong with the fields of an answer, in a few words: `2 of 5 fields wrong`. */
export function fieldsInWords({ readable, fields, more, wrong }: AnswerFields): string {
  if (!readable) return l10n.t`No JSON can be read of the answer`;
  const all = counted(fields.length + more, 'field');
  return wrong === 0 ? l10n.t`${all} right` : l10n.t`${count(wrong)} of ${all} wrong`;
}

/** The fields of one answer beside what is expected; a mark says right or wrong as well as the colour does. */
export function answerFieldsTable(
  answer: AnswerFields,
  { truncated = false }: { readonly truncated?: boolean } = {},
): readonly HTMLElement[] {
  const { readable, fields, more } = answer;
  const sentences = [...(readable ? [] : [l10n.t`${fieldsInWords(answer)}.`]), ...(truncated ? [truncatedNote] : [])];
  return [
    ...(sentences.length > 0 ? [element('p', { class: 'quiet' }, sentences.join(' '))] : []),
    element(
      'table',
      { class: 'answer-fields' },
      element('caption', { class: 'hidden' }, l10n.t`Fields of the answer`),
      tableHead([l10n.t`Field`, l10n.t`Expected`, l10n.t`Answered`]),
      element('tbody', {}, ...fields.map(fieldRow)),
    ),
    ...(more > 0 ? [element('p', { class: 'quiet' }, l10n.t`${counted(more, 'more field')}.`)] : []),
  ];
}

function fieldRow({ field, status, right, expected, answered }: AnswerField): HTMLElement {
  return element(
    'tr',
    { class: right ? 'right' : 'wrong' },
    element(
      'th',
      { scope: 'row' },
      element(
        'span',
        { class: 'verdict', role: 'img', 'aria-label': right ? l10n.t`right:` : l10n.t`wrong:` },
        right ? '✓' : '✗',
      ),
      nameOfField(field),
    ),
    element('td', { dir: 'auto' }, expected ?? ''),
    element(
      'td',
      { dir: 'auto' },
      answered ?? '',
      ...(whys[status] ? [element('span', { class: 'why' }, whys[status])] : []),
    ),
  );
}

const whys: Readonly<Record<AnswerField['status'], string>> = {
  equal: '',
  equalLoosely: l10n.t`equal but for case or spaces`,
  different: '',
  missing: l10n.t`missing`,
  extra: l10n.t`not asked for`,
};

const tableHead = (headings: readonly string[], others = ''): HTMLElement =>
  element(
    'thead',
    {},
    element(
      'tr',
      {},
      ...headings.map((heading, column) =>
        element('th', { scope: 'col', ...(column > 0 && others !== '' && { class: others }) }, heading),
      ),
    ),
  );
