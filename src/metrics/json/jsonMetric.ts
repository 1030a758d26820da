import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { clauses } from '../../words/listed';
import { meanOfCounts, Unjudgeable, yesNo, type Metric, type RowScore } from '../metric';
import type { SettingOf } from '../metricSetting';
import { readJsonAnswer, rootsOf, type JsonAnswer } from './jsonAnswer';
import { jsonEqual } from './jsonEqual';
import { jsonFields, withoutNulls } from './jsonParts';
import { compileSchema, type SchemaCheck } from './jsonSchema';
import { countLeaves, fieldStatuses, ratio, type FieldStatus } from './jsonScores';

const titles = {
  f1: 'JSON fields F1',
  equal: 'JSON equal',
  valid: 'JSON valid',
  parses: 'JSON readable',
} as const;

const notJson = () => l10n.t`The answer holds no JSON.`;

/**
 * Judges an answer that is JSON: by the F1 over its leaves (of a split, over the leaves of all rows), or by whether it
 * equals a reference, satisfies the schema, or can be read at all.
 * @param schema `output.schema` as JSON Schema
 * @throws Failure `invalid-value` for `measure: valid` with a schema that is none, or without one
 */
export function jsonMetric(setting: SettingOf<'json'>, schema: unknown): Metric {
  const { name, measure = 'f1', reading = 'lenient', not } = setting;
  const read = (answer: string): JsonAnswer | undefined => readJsonAnswer(answer, reading, rootsOf(schema));
  const title = `${titles[measure]}${reading === 'strict' ? ', strict' : ''}${not ? ', not' : ''}`;
  const common = { name, title, scale: 'share', better: 'higher' } as const;
  if (measure === 'f1')
    return {
      ...common,
      binary: false,
      needsReference: true,
      value: leafF1,
      score: (answer, references) => scoreLeaves(read(answer), references, setting),
    };
  const judge = yesNoJudge(setting, schema);
  return {
    ...common,
    binary: true,
    needsReference: measure === 'equal',
    value: meanOfCounts,
    score: (answer, references) => judge(read(answer), references),
  };
}

type Judge = (found: JsonAnswer | undefined, references: readonly string[]) => RowScore;

function yesNoJudge(setting: SettingOf<'json'>, schema: unknown): Judge {
  if (setting.measure === 'parses')
    return (found) => yesNo(found !== undefined, setting, found ? undefined : notJson());
  if (setting.measure === 'valid') {
    const check = requireSchema(schema);
    return (found) => {
      if (!found) return yesNo(false, setting, notJson());
      const { valid, reason } = check(found.value);
      return yesNo(valid, setting, reason);
    };
  }
  const known = (value: unknown): unknown => (setting.ignoreNulls ? withoutNulls(value) : value);
  return (found, references) => {
    const expected = references.map(requireJson);
    if (!found) return yesNo(false, setting, notJson());
    const equal = expected.some((each) => jsonEqual(known(each), known(found.value), setting));
    return yesNo(equal, setting, equal ? undefined : wrongFields(expected[0], found));
  };
}

/** @throws Failure `invalid-value` */
function requireSchema(schema: unknown): SchemaCheck {
  const refuse = (message: string): Failure =>
    new Failure('invalid-value', message, {}, l10n.t`Change output.schema, or choose another measure for json.`);
  if (schema === undefined) throw refuse(l10n.t`json: valid needs an output.schema to be valid by.`);
  try {
    return compileSchema(schema);
  } catch (error) {
    throw refuse(l10n.t`Answers cannot be checked against output.schema, because ${(error as Error).message}.`);
  }
}

/** The F1 of the reference for which it is highest; counts are hits, leaves of the answer, leaves of the reference. */
function scoreLeaves(
  found: JsonAnswer | undefined,
  references: readonly string[],
  setting: SettingOf<'json'>,
): RowScore {
  const scored = references.map((reference) => {
    const expected = requireJson(reference);
    const { hits, predicted, expected: leaves } = countLeaves(expected, found, setting);
    return { expected, counts: [hits, predicted, leaves], value: leafF1([hits, predicted, leaves]) };
  });
  const { expected, ...best } = scored.reduce((first, each) => (each.value > first.value ? each : first));
  const reason = found ? wrongFields(expected, found) : notJson();
  return { ...best, ...(best.value < 1 && reason !== undefined && { reason }) };
}

const leafF1 = (counts: ArrayLike<number>): number => ratio(2 * counts[0]!, counts[1]! + counts[2]!);

/** The fields of an answer that are not as expected, in words: `/net is 3 instead of 4, /buyer/city missing`. */
function wrongFields(expected: unknown, found: JsonAnswer): string | undefined {
  const wrong = [...fieldStatuses(expected, found)].filter(([, status]) => status !== 'equal');
  const [right, answered] = [jsonFields(expected), jsonFields(found.value)];
  const shown = wrong.slice(0, mostShown).map(([pointer, status]) => {
    const name = pointer || 'it';
    if (status !== 'different') return `${name} ${statusWords[status]()}`;
    return l10n.t`${name} is ${shownField(answered.get(pointer))} instead of ${shownField(right.get(pointer))}`;
  });
  const more = wrong.length - shown.length;
  return wrong.length === 0 ? undefined : `${clauses([...shown, ...(more > 0 ? [l10n.t`${more} more`] : [])])}.`;
}

const mostShown = 5;

/** Letters of a value that are shown. */
const longestShown = 40;

function shownField(value: unknown): string {
  const text = [...textOf(value)];
  return text.length > longestShown ? `${text.slice(0, longestShown).join('')}…` : text.join('');
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // An answer may be nested deeper than JSON can be written.
    if (error instanceof RangeError) return '[…]';
    throw error;
  }
}

const statusWords: Readonly<Record<FieldStatus, () => string>> = {
  equal: () => l10n.t`equal`,
  equalLoosely: () => l10n.t`equal but for case or spaces`,
  different: () => l10n.t`different`,
  missing: () => l10n.t`missing`,
  extra: () => l10n.t`not asked for`,
};

/** @throws Unjudgeable for a reference that is no JSON, which no answer can equal */
function requireJson(reference: string): unknown {
  try {
    return JSON.parse(reference) as unknown;
  } catch {
    const shown = reference.length > 60 ? `${reference.slice(0, 60)}…` : reference;
    throw new Unjudgeable(l10n.t`The expected answer is no JSON: ${JSON.stringify(shown)}.`);
  }
}
