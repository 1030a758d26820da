import { isFlag, isNumber, isText, listOf, nullable, object, oneOf, type Infer } from '../../channel/guards';
import { jsonFields } from '../../metrics/json/jsonParts';
import type { FieldStatus } from '../../metrics/json/jsonScores';
import type { MetricSetting } from '../../metrics/metricSetting';
import { pathOf } from './fieldResults';
import { fieldComparison, isRightField, judgeFields, type FieldsOfRow } from './judgedFields';

const statuses = ['equal', 'equalLoosely', 'different', 'missing', 'extra'] as const satisfies readonly FieldStatus[];

/** The fields of one answer that is to be JSON, beside what is expected. */
export const isAnswerFields = object({
  /** Whether JSON could be read of the answer. */
  readable: isFlag,
  /** Those expected in their order, then those that are only in the answer. */
  fields: listOf(
    object({
      /** Its path, `buyer.city`; empty for an answer that is no object. */
      field: isText,
      status: oneOf(...statuses),
      right: isFlag,
      /** As JSON that reads well; null where there is none. */
      expected: nullable(isText),
      answered: nullable(isText),
    }),
  ),
  /** Fields that were left out. */
  more: isNumber,
  /** Fields that are not right, those left out among them. */
  wrong: isNumber,
});
export type AnswerFields = Infer<typeof isAnswerFields>;

/** Fields that are shown of an answer; models that loop write thousands. */
const mostFields = 200;
/** Letters of a value that are shown. */
const longestValue = 2000;
/** Columns that a list or object may take on one line. */
const lineWidth = 48;

/**
 * What became of each field of an answer.
 * @param metrics of its run
 * @returns undefined for an answer that is not judged as JSON
 */
export function answerFields(row: FieldsOfRow, metrics?: readonly MetricSetting[]): AnswerFields | undefined {
  const how = fieldComparison([row], metrics);
  if (!how) return undefined;
  const judged = judgeFields(row, how);
  const [expected, answered] = [jsonFields(judged.expected), judged.found ? jsonFields(judged.found.value) : undefined];
  const fields = [...judged.statuses].slice(0, mostFields).map(([pointer, status]) => ({
    field: pathOf(pointer),
    status,
    right: isRightField(status, how),
    expected: expected.has(pointer) ? shownValue(expected.get(pointer)) : null,
    answered: answered?.has(pointer) ? shownValue(answered.get(pointer)) : null,
  }));
  const all = [...judged.statuses.values()];
  return {
    readable: judged.found !== undefined,
    fields,
    more: all.length - fields.length,
    wrong: all.filter((status) => !isRightField(status, how)).length,
  };
}

function shownValue(value: unknown): string {
  const text = [...readableJson(value)];
  return text.length > longestValue ? `${text.slice(0, longestValue).join('')}…` : text.join('');
}

/** JSON on one line where it is short, else each part on lines of its own. */
function readableJson(value: unknown): string {
  try {
    return laidOut(value, '');
  } catch (error) {
    // An answer may be nested deeper than a stack holds.
    if (error instanceof RangeError) return '[…]';
    throw error;
  }
}

function laidOut(value: unknown, indent: string): string {
  const isList = Array.isArray(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inside = `${indent}  `;
  const parts = Object.entries(value).map(([key, part]) => {
    const text = laidOut(part, inside);
    return isList ? text : `${JSON.stringify(key)}: ${text}`;
  });
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const line = `${open}${parts.join(', ')}${close}`;
  if (line.length <= lineWidth && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => `${inside}${part}`).join(',\n')}\n${indent}${close}`;
}
