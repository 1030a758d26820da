import { count, decimals, missing } from '../../../src/formatNumbers';
import type { AnsweredStudy, StudyRow } from '../../../src/views/comparison/contract';
import { element } from '../../element';
import { answersOf } from '../answers';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';

type Fields = NonNullable<AnsweredStudy['fields']>;

interface StudyFields {
  readonly study: StudyRow;
  readonly fields: Fields;
}

const headings = ['Field', 'Precision', 'Recall', 'F1', 'Right', 'Answered', 'Expected'] as const;

/** A table for each study whose answers are JSON: how well each field is answered. */
export function fieldsFigure(view: PageView): Figure | undefined {
  const all = view.state.studies.flatMap((study): readonly StudyFields[] => {
    const fields = answersOf(view, study.key)?.fields;
    return fields ? [{ study, fields }] : [];
  });
  if (all.length === 0) return undefined;
  return {
    key: 'fields',
    title: 'Fields of the answers',
    note:
      'A field is right where it equals what is expected; lists are compared as a whole. Precision is of the answers ' +
      'that have the field, recall of those that should; counts are over all seeds.',
    summary: `F1 of each field. ${all.map(inWords).join('. ')}.`,
    drawing: element('div', { class: 'field-tables' }, ...all.map(tableOf)),
    table: {
      headings: ['Run', ...headings],
      rows: all.flatMap(({ study, fields }) =>
        fields.map(
          ({ field, precision, recall, f1, equal, predicted, expected }) =>
            [studyTitle(study), field, precision, recall, f1, equal, predicted, expected] as const,
        ),
      ),
    },
  };
}

const share = (value: number | null): string => (value === null ? missing : decimals(value, 3));

const nameOf = (field: string): string => (field === '' ? '(the answer)' : field);

const inWords = ({ study, fields }: StudyFields): string =>
  `${studyTitle(study)}: ${fields.map(({ field, f1 }) => `${nameOf(field)} ${share(f1)}`).join(', ')}`;

function tableOf({ study, fields }: StudyFields): HTMLElement {
  const number = (text: string): HTMLElement => element('td', { class: 'number' }, text);
  return element(
    'table',
    { class: 'fields' },
    element('caption', {}, studyTitle(study)),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...headings.map((heading, column) =>
          element('th', { scope: 'col', ...(column > 0 && { class: 'number' }) }, heading),
        ),
      ),
    ),
    element(
      'tbody',
      {},
      ...fields.map(({ field, precision, recall, f1, equal, predicted, expected }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, nameOf(field)),
          ...[share(precision), share(recall), share(f1), count(equal), count(predicted), count(expected)].map(number),
        ),
      ),
    ),
  );
}
