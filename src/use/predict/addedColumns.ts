import { parseJson } from '../../files/jsonFile';
import { isObject } from '../../channel/guards';
import { objectShape } from '../../template/answer/jsonSchema';
import type { Task } from '../../objective/task';
import type { RowAnswer } from '../answerRows';

/** What a value of an added column may be. */
export type AddedValue = unknown;

/** The columns that a prediction adds to a row, and their values. The last is why a row has no prediction. */
export interface AddedColumns {
  readonly names: readonly string[];
  /** One for each name; null where there is none. */
  valuesOf(answer: RowAnswer): readonly AddedValue[];
}

export interface ColumnChoice {
  /** Put before each name. */
  readonly prefix: string;
  /** Probability of the answer below which a row is to be looked at by hand; only labels have one. */
  readonly threshold?: number;
}

/**
 * `prediction`; of labels `probability` and one for each label (`probability.wet`); of fields one for each
 * (`prediction.city`); of texts `truncated`. With a threshold `review`, and last `error`.
 */
export function addedColumns(
  task: Pick<Task, 'template' | 'labels'>,
  { prefix, threshold }: ColumnChoice,
): AddedColumns {
  const { labels } = task;
  const fields = fieldsOf(task);
  const names = [
    'prediction',
    ...(labels.length > 0
      ? ['probability', ...labels.map((label) => `probability.${label}`)]
      : [...fields.map((field) => `prediction.${field}`), 'truncated']),
    ...(threshold === undefined ? [] : ['review']),
    'error',
  ];
  const answered = (answer: Exclude<RowAnswer, { failure: unknown }>): readonly AddedValue[] => {
    if ('text' in answer) {
      const read = fields.length > 0 ? parseJson(answer.text) : undefined;
      return [
        answer.text,
        ...fields.map((field) => (isObject(read) && Object.hasOwn(read, field) ? (read[field] ?? null) : null)),
        answer.truncated,
        null,
      ];
    }
    const probability = answer.probabilities[labels.indexOf(answer.label)]!;
    return [
      answer.label,
      probability,
      ...answer.probabilities,
      ...(threshold === undefined ? [] : [probability < threshold]),
      null,
    ];
  };
  return {
    names: names.map((name) => `${prefix}${name}`),
    valuesOf: (answer) =>
      'failure' in answer
        ? names.map((name) => (name === 'review' ? true : name === 'error' ? answer.failure.message : null))
        : answered(answer),
  };
}

/** The fields of an answer that is a JSON object, as its schema names them. */
function fieldsOf({ template: { output } }: Pick<Task, 'template'>): readonly string[] {
  if (!output?.object) return [];
  const { schema } = output.object;
  return [...(objectShape(schema, schema)?.properties.keys() ?? [])];
}
