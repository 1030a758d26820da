import * as l10n from '@vscode/l10n';
import { count, fraction, missing } from '../../words/formatNumbers';
import type { Table } from '../../words/writeTable';
import type { FieldResults } from './fieldResults';

/** What stands beside a table of fields of one run. */
export const fieldsNote = () =>
  l10n.t`A field is right where it equals what is expected; lists are compared as a whole. Precision is of the \
answers that have the field, recall of those that should.`;

/** The same for several seeds. */
export const fieldsOfSeedsNote = () => l10n.t`${fieldsNote()} Counts are over all seeds, shares means over them.`;

/** Columns of a table of fields. */
export const fieldHeadings = (): readonly string[] => [
  l10n.t`Field`,
  l10n.t`Precision`,
  l10n.t`Recall`,
  'F1',
  l10n.t`Right`,
  l10n.t`Answered`,
  l10n.t`Expected`,
];

/** The path of a field, or what stands for an answer that is no object. */
export const nameOfField = (path: string): string => (path === '' ? l10n.t`(the answer)` : path);

const share = (value: number | null): string => (value === null ? missing : fraction(value));

/** Fields as lines of a table, for people. */
export const fieldTable = (fields: readonly FieldResults[]): Table => ({
  headings: fieldHeadings(),
  alignment: ['left', ...Array.from({ length: 6 }, () => 'right' as const)],
  rows: fields.map(({ field, precision, recall, f1, equal, predicted, expected }) => [
    nameOfField(field),
    share(precision),
    share(recall),
    fraction(f1),
    count(equal),
    count(predicted),
    count(expected),
  ]),
});
