import { isRightAnswer, noAnswer, type RowChunk } from '../../../src/views/comparison/contract';

/** Every answer of a comparison in the page's memory, in typed arrays, filled chunk by chunk. */
export interface RowStore {
  readonly token: string;
  readonly studies: readonly string[];
  /** Rows of the whole table, and how many of them have come. */
  readonly total: number;
  readonly loaded: number;
  readonly columns: Columns;
  /** `[loaded]` */
  readonly inputs: readonly string[];
  /** Texts that columns mean by number. */
  readonly texts: readonly string[];
  /** @param position in the table, from 0 */
  row(position: number): StoredRow;
}

export interface StoredRow {
  /** Number in the data file, from 0. */
  readonly number: number;
  readonly input: string;
  readonly expected: string;
  /** For each study, in order; null where it has none. */
  readonly answers: readonly (StoredAnswer | null)[];
}

export interface StoredAnswer {
  readonly text: string;
  readonly right: boolean;
  /** By the metric that decides, a mean over the seeds; NaN where none has judged it. */
  readonly score: number;
  /** NaN for a generated text. */
  readonly probability: number;
}

/** Arrays of `[total]`, one for each study where there are several. */
export interface Columns {
  readonly numbers: Uint32Array;
  readonly expected: Uint32Array;
  readonly predicted: readonly Uint32Array[];
  readonly probabilities: readonly Float32Array[];
  readonly scores: readonly Float32Array[];
}

export type GrowingStore = RowStore & { add(chunk: RowChunk): void };

/** A store that the first chunk sizes and the next ones fill. */
export function createRowStore(first: RowChunk): GrowingStore {
  const { total, studies, token } = first;
  const columns: Columns = {
    numbers: new Uint32Array(total),
    expected: new Uint32Array(total),
    predicted: studies.map(() => new Uint32Array(total)),
    probabilities: studies.map(() => new Float32Array(total)),
    scores: studies.map(() => new Float32Array(total)),
  };
  const inputs: string[] = [];
  const texts: string[] = [];

  const store: GrowingStore = {
    token,
    studies,
    total,
    columns,
    inputs,
    texts,
    get loaded() {
      return inputs.length;
    },
    add({ from, texts: more, inputs: next, numbers, expected, predicted, probabilities, scores }) {
      if (from !== inputs.length) return;
      for (const text of more) texts.push(text);
      for (const input of next) inputs.push(input);
      columns.numbers.set(numbers, from);
      columns.expected.set(expected, from);
      studies.forEach((_, study) => {
        columns.predicted[study]!.set(predicted.subarray(study * next.length, (study + 1) * next.length), from);
        columns.probabilities[study]!.set(probabilities.subarray(study * next.length, (study + 1) * next.length), from);
        columns.scores[study]!.set(scores.subarray(study * next.length, (study + 1) * next.length), from);
      });
    },
    row(position) {
      const expected = columns.expected[position]!;
      return {
        number: columns.numbers[position]!,
        input: inputs[position] ?? '',
        expected: texts[expected] ?? '',
        answers: columns.predicted.map((predicted, study) => {
          const text = predicted[position]!;
          return text === noAnswer
            ? null
            : {
                text: texts[text] ?? '',
                right: isRight(columns, study, position),
                score: columns.scores[study]![position]!,
                probability: columns.probabilities[study]![position]!,
              };
        }),
      };
    },
  };
  store.add(first);
  return store;
}

export const isRight = ({ expected, predicted, scores }: Columns, study: number, position: number): boolean =>
  isRightAnswer({
    predicted: predicted[study]![position]!,
    expected: expected[position]!,
    score: scores[study]![position]!,
  });
