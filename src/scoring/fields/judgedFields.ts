import { readJsonAnswer } from '../../metrics/json/jsonAnswer';
import { withoutNulls } from '../../metrics/json/jsonParts';
import { countLeaves, fieldStatuses, ratio, type FieldStatus, type JudgedValue } from '../../metrics/json/jsonScores';
import type { MetricSetting, SettingOf } from '../../metrics/metricSetting';

/** An answer to a row, and what the row expects, one or several. */
export interface FieldsOfRow {
  readonly expected: string;
  readonly references?: readonly string[];
  readonly predicted: string;
}

/** How fields are compared. */
export type FieldComparison = Pick<SettingOf<'json'>, 'reading' | 'loose' | 'ignoreNulls'>;

/** A row's answer as JSON beside the expected answer that it is nearest to, with the status of each field. */
export interface JudgedFields {
  readonly expected: unknown;
  /** Absent where no JSON could be read of the answer. */
  readonly found: JudgedValue | undefined;
  /** By JSON pointer. */
  readonly statuses: ReadonlyMap<string, FieldStatus>;
}

/**
 * How the fields of some rows are compared: as the first metric `json` of a run says, or as that does by itself where
 * all that is expected are objects.
 * @returns undefined for answers that are not judged as JSON
 */
export function fieldComparison(
  rows: readonly Pick<FieldsOfRow, 'expected' | 'references'>[],
  metrics: readonly MetricSetting[] = [],
): FieldComparison | undefined {
  const setting = metrics.find((each): each is SettingOf<'json'> => each.kind === 'json' && isOfFields(each));
  const isFitting = setting ? isKnown : isObject;
  const fits = rows.every(({ expected, references = [expected] }) => references.map(parsed).every(isFitting));
  return rows.length > 0 && fits ? (setting ?? {}) : undefined;
}

const isOfFields = ({ measure = 'f1' }: SettingOf<'json'>): boolean => measure === 'f1' || measure === 'equal';

/** @param row whose expected answers are JSON */
export function judgeFields({ predicted, expected, references }: FieldsOfRow, how: FieldComparison): JudgedFields {
  const known = (value: unknown): unknown => (how.ignoreNulls ? withoutNulls(value) : value);
  const values = (references ?? [expected]).map((text) => parsed(text).value);
  const roots = values.every((value) => !Array.isArray(value)) ? (['object'] as const) : (['object', 'array'] as const);
  const answer = readJsonAnswer(predicted, how.reading ?? 'lenient', roots);
  const scored = values.map((value) => {
    const { hits, predicted: answered, expected: leaves } = countLeaves(value, answer, how);
    return { value, f1: ratio(2 * hits, answered + leaves) };
  });
  const nearest = known(scored.reduce((best, each) => (each.f1 > best.f1 ? each : best)).value);
  const found = answer && { value: known(answer.value) };
  return { expected: nearest, found, statuses: fieldStatuses(nearest, found) };
}

/** Whether a field of that status counts as right. */
export const isRightField = (status: FieldStatus, { loose }: FieldComparison): boolean =>
  status === 'equal' || (loose === true && status === 'equalLoosely');

function parsed(text: string): { readonly value?: unknown } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return {};
  }
}

const isKnown = (read: object): boolean => 'value' in read;

const isObject = ({ value }: { readonly value?: unknown }): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
