import { count, fraction, missing } from '../formatNumbers';
import type { Table } from '../writeTable';
import type { FieldResults } from './study/fieldResults';

/** What stands beside a table of fields. */
export const fieldsNote =
  'A field is right where it equals what is expected; lists are compared as a whole. Precision is of the answers ' +
  'that have the field, recall of those that should; counts are over all seeds, shares means over them.';

const share = (value: number | null): string => (value === null ? missing : fraction(value));

/** Fields as lines of a table, for people. */
export const fieldTable = (fields: readonly FieldResults[]): Table => ({
  headings: ['Field', 'Precision', 'Recall', 'F1', 'Right', 'Answered', 'Expected'],
  alignment: ['left', ...Array.from({ length: 6 }, () => 'right' as const)],
  rows: fields.map(({ field, precision, recall, f1, equal, predicted, expected }) => [
    field === '' ? '(the answer)' : field,
    share(precision),
    share(recall),
    fraction(f1),
    count(equal),
    count(predicted),
    count(expected),
  ]),
});
