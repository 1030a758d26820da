import * as l10n from '@vscode/l10n';
import { fraction, missing } from '../../../src/words/formatNumbers';
import { enumerated } from '../../../src/words/listed';
import {
  fieldHeadings,
  fieldsOfSeedsNote,
  nameOfField,
  type AnsweredStudy,
  type StudyRow,
} from '../../../src/views/comparison/contract';
import { element } from '../../element';
import { fieldScoresTable } from '../../fieldTables';
import { answersOf } from '../answers';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';
import { statements } from '../../statements';

type Fields = NonNullable<AnsweredStudy['fields']>;

interface StudyFields {
  readonly study: StudyRow;
  readonly fields: Fields;
}

/** A table for each study whose answers are JSON: how well each field is answered. */
export function fieldsFigure(view: PageView): Figure | undefined {
  const all = view.state.studies.flatMap((study): readonly StudyFields[] => {
    const fields = answersOf(view, study.key)?.fields;
    return fields ? [{ study, fields }] : [];
  });
  if (all.length === 0) return undefined;
  return {
    key: 'fields',
    title: l10n.t`Fields of the answers`,
    note: fieldsOfSeedsNote(),
    summary: l10n.t`F1 of each field. ${statements(all.map(inWords))}`,
    drawing: element(
      'div',
      { class: 'field-tables' },
      ...all.map(({ study, fields }) => fieldScoresTable(fields, studyTitle(study))),
    ),
    table: {
      headings: [l10n.t`Run`, ...fieldHeadings()],
      rows: all.flatMap(({ study, fields }) =>
        fields.map(
          ({ field, precision, recall, f1, equal, predicted, expected }) =>
            [studyTitle(study), field, precision, recall, f1, equal, predicted, expected] as const,
        ),
      ),
    },
  };
}

const share = (value: number | null): string => (value === null ? missing : fraction(value));

const inWords = ({ study, fields }: StudyFields): string =>
  `${studyTitle(study)}: ${enumerated(fields.map(({ field, f1 }) => `${nameOfField(field)} ${share(f1)}`))}`;
