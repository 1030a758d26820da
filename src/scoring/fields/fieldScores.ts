import { fieldTable, type FieldScore } from '../../metrics/json/jsonScores';
import type { MetricSetting } from '../../metrics/metricSetting';
import { fieldComparison, judgeFields, type FieldsOfRow } from './judgedFields';

/** What a field of JSON answers came to, over one run. */
export type { FieldScore } from '../../metrics/json/jsonScores';

/**
 * The table of fields of one run's answers, by JSON pointer. Fields are compared as the first metric `json` of the run
 * says; of several answers that a row expects, the one that the answer is nearest to counts.
 * @returns undefined for no rows, and for answers that are not judged as JSON: no metric does, and not all that is
 * expected are objects
 */
export function fieldScores(
  rows: readonly FieldsOfRow[],
  metrics?: readonly MetricSetting[],
): readonly FieldScore[] | undefined {
  const how = fieldComparison(rows, metrics);
  return (
    how &&
    fieldTable(
      rows.map((row) => judgeFields(row, how).statuses),
      { loose: how.loose },
    )
  );
}
