import { jsonEqual, type JsonComparison } from './jsonEqual';
import { jsonFields, jsonLeaves, withoutNulls } from './jsonParts';

/** What became of one field of a row. */
export type FieldStatus = 'equal' | 'equalLoosely' | 'different' | 'missing' | 'extra';

/** A value that an answer holds; absent where none could be read. */
export interface JudgedValue {
  readonly value: unknown;
}

/** Leaves of an expected value and of an answer, and how many both have. */
export interface LeafCounts {
  readonly expected: number;
  readonly predicted: number;
  readonly hits: number;
}

export interface JsonComparing extends JsonComparison {
  /** Whether keys whose value is null count as none. */
  readonly ignoreNulls?: boolean;
}

/** Counts leaves: those at the same pointer with the same value are hits. */
export function countLeaves(expected: unknown, found: JudgedValue | undefined, how: JsonComparing = {}): LeafCounts {
  const known = (value: unknown): unknown => (how.ignoreNulls ? withoutNulls(value) : value);
  const expectedLeaves = jsonLeaves(known(expected));
  if (!found) return { expected: expectedLeaves.size, predicted: 0, hits: 0 };
  const predictedLeaves = jsonLeaves(known(found.value));
  let hits = 0;
  for (const [pointer, value] of expectedLeaves)
    if (predictedLeaves.has(pointer) && jsonEqual(value, predictedLeaves.get(pointer), how)) hits++;
  return { expected: expectedLeaves.size, predicted: predictedLeaves.size, hits };
}

/**
 * The status of each field of a row, by JSON pointer: those expected first, in their order, then those that are only
 * in the answer. Where an object stands against something else, its fields are missing and the other is extra.
 */
export function fieldStatuses(expected: unknown, found: JudgedValue | undefined): ReadonlyMap<string, FieldStatus> {
  const expectedFields = jsonFields(expected);
  const foundFields = found ? jsonFields(found.value) : new Map<string, unknown>();
  const statuses = new Map<string, FieldStatus>();
  for (const [pointer, value] of expectedFields)
    statuses.set(pointer, foundFields.has(pointer) ? compareField(value, foundFields.get(pointer)) : 'missing');
  for (const pointer of foundFields.keys()) if (!expectedFields.has(pointer)) statuses.set(pointer, 'extra');
  return statuses;
}

function compareField(expected: unknown, found: unknown): FieldStatus {
  if (jsonEqual(expected, found)) return 'equal';
  return jsonEqual(expected, found, { loose: true }) ? 'equalLoosely' : 'different';
}

/** How often a field of a split was expected, answered and right. */
export interface FieldCounts {
  /** JSON pointer. */
  readonly field: string;
  readonly expected: number;
  readonly predicted: number;
  readonly equal: number;
}

export interface FieldScore extends FieldCounts {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * One line for each field that occurs in any of some rows: those that are expected anywhere first, then those that
 * only answers have, each in the order of their first row.
 * @param rows the {@link fieldStatuses} of each row
 * @param loosely whether fields that are equal but for case and outer white space count as equal
 */
export function fieldTable(
  rows: Iterable<ReadonlyMap<string, FieldStatus>>,
  { loose = false }: JsonComparison = {},
): readonly FieldScore[] {
  const lines = new Map<string, { expected: number; predicted: number; equal: number }>();
  for (const statuses of rows)
    for (const [field, status] of statuses) {
      const line = lines.get(field) ?? { expected: 0, predicted: 0, equal: 0 };
      if (status !== 'extra') line.expected++;
      if (status !== 'missing') line.predicted++;
      if (status === 'equal' || (loose && status === 'equalLoosely')) line.equal++;
      lines.set(field, line);
    }
  const scored = [...lines].map(([field, counts]) => ({ field, ...counts, ...scoresOf(counts) }));
  return [...scored.filter(({ expected }) => expected > 0), ...scored.filter(({ expected }) => expected === 0)];
}

function scoresOf({ expected, predicted, equal }: Omit<FieldCounts, 'field'>) {
  return {
    precision: ratio(equal, predicted),
    recall: ratio(equal, expected),
    f1: ratio(2 * equal, predicted + expected),
  };
}

/** 0 where there is nothing to divide by. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
