import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { ColumnProfile } from '../../data/survey/profileTable';
import { count, counted, plainNumber } from '../../words/formatNumbers';
import { guessAnswers, isLabels, type TaskKind } from '../../template/import/table/guessAnswers';
import type { KnownTable, TableRequest } from '../../workspace/templateFromTable';

/** What a person has settled of a template that is made of a table. */
export type TableChoice = Pick<TableRequest, 'answers' | 'kind' | 'model' | 'held' | 'as'>;

/** A column that may be the answer, as a list shows it. */
export interface AnswerItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** The column; absent for the entry that leads to several. */
  readonly column?: string;
}

/** Values that an entry shows, and characters of each. */
const mostShown = 5;
const longestShown = 60;

/** The columns of a table as its answer, the most likely first, and several of them last. */
export function answerItems({ profile }: KnownTable): readonly AnswerItem[] {
  const guesses = guessAnswers(profile);
  return [
    ...guesses.map(({ column, kind }) => ({
      label: column.name,
      description: kindText(column, kind),
      detail: valuesOf(column, kind),
      column: column.name,
    })),
    ...(guesses.length > 2
      ? [
          {
            label: `$(list-selection) ${l10n.t`Several Columns…`}`,
            description: l10n.t`one JSON object of all`,
            detail: '',
          },
        ]
      : []),
  ];
}

function kindText({ values }: ColumnProfile, kind: TaskKind): string {
  if (kind === 'classification') return l10n.t`choice among ${counted(values.size, 'label')}`;
  return kind === 'extraction' ? 'JSON' : l10n.t`text`;
}

function valuesOf({ values, isMany }: ColumnProfile, kind: TaskKind): string {
  const all = [...values];
  const first = kind === 'classification' ? all.sort(([, a], [, b]) => b - a) : all;
  const shown = first
    .slice(0, mostShown)
    .map(([value, rows]) => shortened(value) + (kind === 'classification' ? ` (${count(rows)})` : ''));
  const more = isMany || values.size > shown.length ? ' …' : '';
  return shown.join(' · ') + more;
}

function shortened(value: string): string {
  const line = value.replace(/\s+/g, ' ').trim();
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}

/** What is done, or settled further, at the last step. */
export type LastStep = 'create' | 'files' | 'shares' | 'kind' | 'model';

export interface LastItem {
  readonly label: string;
  readonly description: string;
  readonly detail?: string;
  readonly step: LastStep;
}

/** The entries of the last step: how rows are held out, and what else may be settled before. */
export function lastItems({ path, profile }: KnownTable, choice: TableChoice): readonly LastItem[] {
  const { answers, held, model, kind } = choice;
  const shares = held.dev === held.test ? l10n.t`${plainNumber(held.dev)}% each` : sharesText(choice);
  const column = answers?.length === 1 ? profile.columns.find(({ name }) => name === answers[0]) : undefined;
  return [
    {
      label: `$(check) ${l10n.t`Hold Out ${shares}`}`,
      description: l10n.t`for dev and test, as shares of ${basename(path)}`,
      detail: l10n.t`What is held out stays held out when rows are added.`,
      step: 'create',
    },
    {
      label: `$(files) ${l10n.t`Write ${shares} as Files`}`,
      description: l10n.t`train, dev and test beside the table, which stays as it is`,
      step: 'files',
    },
    { label: `$(edit) ${l10n.t`Other Shares…`}`, description: sharesText(choice), step: 'shares' },
    ...(column && isLabels(column)
      ? [
          kind === 'text'
            ? {
                label: `$(list-unordered) ${l10n.t`As a Choice`}`,
                description: l10n.t`among ${counted(column.values.size, 'label')}`,
                step: 'kind' as const,
              }
            : {
                label: `$(symbol-string) ${l10n.t`As a Text`}`,
                description: l10n.t`instead of a choice among labels`,
                step: 'kind' as const,
              },
        ]
      : []),
    { label: `$(chip) ${l10n.t`Model`}`, description: model, step: 'model' },
  ];
}

const sharesText = ({ held }: TableChoice): string =>
  l10n.t`${plainNumber(held.dev)}% for dev, ${plainNumber(held.test)}% for test`;
