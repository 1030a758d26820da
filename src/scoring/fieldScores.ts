import { readJsonAnswer } from '../metrics/json/jsonAnswer';
import { withoutNulls } from '../metrics/json/jsonParts';
import {
  countLeaves,
  fieldStatuses,
  fieldTable,
  ratio,
  type FieldScore,
  type FieldStatus,
} from '../metrics/json/jsonScores';
import type { MetricSetting, SettingOf } from '../metrics/metricSetting';

/** An answer to a row, and what the row expects, one or several. */
export interface FieldsOfRow {
  readonly expected: string;
  readonly references?: readonly string[];
  readonly predicted: string;
}

type JsonSetting = Pick<SettingOf<'json'>, 'reading' | 'loose' | 'ignoreNulls'>;

/** What a field of JSON answers came to, over one run. */
export type { FieldScore } from '../metrics/json/jsonScores';

/**
 * The table of fields of one run's answers, by JSON pointer. Fields are compared as the first metric `json` of the run
 * says; of several answers that a row expects, the one that the answer is nearest to counts.
 * @param rows one or more
 * @returns undefined for answers that are not judged as JSON: no metric does, and not all that is expected are objects
 */
export function fieldScores(
  rows: readonly FieldsOfRow[],
  metrics: readonly MetricSetting[] = [],
): readonly FieldScore[] | undefined {
  const setting = metrics.find((each): each is SettingOf<'json'> => each.kind === 'json' && isOfFields(each));
  const read = rows.map((row) => ({ row, expected: (row.references ?? [row.expected]).map(parsed) }));
  if (!read.every(({ expected }) => expected.every(setting ? isKnown : isObject))) return undefined;
  if (read.length === 0) return undefined;
  const how: JsonSetting = setting ?? {};
  return fieldTable(
    read.map(({ row, expected }) =>
      statusesOf(
        row.predicted,
        expected.map(({ value }) => value),
        how,
      ),
    ),
    { loose: how.loose },
  );
}

const isOfFields = ({ measure = 'f1' }: SettingOf<'json'>): boolean => measure === 'f1' || measure === 'equal';

function statusesOf(
  predicted: string,
  expected: readonly unknown[],
  how: JsonSetting,
): ReadonlyMap<string, FieldStatus> {
  const known = (value: unknown): unknown => (how.ignoreNulls ? withoutNulls(value) : value);
  const roots = expected.every((value) => !Array.isArray(value))
    ? (['object'] as const)
    : (['object', 'array'] as const);
  const found = readJsonAnswer(predicted, how.reading ?? 'lenient', roots);
  const scored = expected.map((value) => {
    const { hits, predicted: answered, expected: leaves } = countLeaves(value, found, how);
    return { value, f1: ratio(2 * hits, answered + leaves) };
  });
  const nearest = scored.reduce((best, each) => (each.f1 > best.f1 ? each : best));
  return fieldStatuses(known(nearest.value), found && { value: known(found.value) });
}

interface Parsed {
  readonly value?: unknown;
}

function parsed(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return {};
  }
}

const isKnown = (read: Parsed): boolean => 'value' in read;

const isObject = ({ value }: Parsed): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
