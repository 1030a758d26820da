import * as l10n from '@vscode/l10n';
import type { Dataset, Row } from '../../data/dataset';
import { shownValue } from '../../template/text/shownValue';
import { Failure, type SourceLocation } from '../../failure';
import type { Settings } from '../../template/settings/settings';
import { listed } from '../../words/listed';

/**
 * How much a row counts in training.
 * @returns undefined where all count alike, or the row has no such column, as rows that are only measured may
 * @throws Failure "invalid-value" for what is no number above 0
 */
export function rowWeight(
  row: Row,
  { weight }: Pick<Settings, 'weight'>,
  location: SourceLocation,
): number | undefined {
  if (weight === undefined || !Object.hasOwn(row, weight)) return undefined;
  const written = row[weight];
  // A table's cells are texts.
  const number = typeof written === 'string' && written.trim() !== '' ? Number(written) : written;
  if (typeof number === 'number' && Number.isFinite(number) && number > 0) return number;
  throw new Failure(
    'invalid-value',
    l10n.t`The column "${weight}" (tune.weight) must hold a number above 0, not ${shownValue(written)}.`,
    location,
    l10n.t`Correct the row, or leave it out if it should not count.`,
  );
}

/** @throws Failure "data-column" where the rows to train on have no column of that name */
export function requireWeights(train: Dataset, { weight }: Pick<Settings, 'weight'>): void {
  if (weight === undefined || train.columns.includes(weight)) return;
  throw new Failure(
    'data-column',
    l10n.t`The data has no column "${weight}" (tune.weight); it has ${listed(train.columns)}.`,
    { file: train.path, line: 1 },
    l10n.t`Name the column that holds the weights, or take tune.weight out.`,
  );
}
