import { noAnswer, type MetricFace, type RowChunk } from '../../../src/views/comparison/contract';
import type { RowMode } from '../keptPage';

/** Stands for a study that has no answer to a row; the same number as at the other end. */

/** What of the rows is wanted. */
export interface RowQuestion {
  readonly mode: RowMode;
  /** Key of the study that *wrong*, *fixed* and *broken* are asked of; `any` for any of them. */
  readonly study: string;
  readonly baseline: string | null;
  /** What decides; absent for right and wrong alone. */
  readonly metric?: Pick<MetricFace, 'better' | 'binary'> | null;
  /** Words that input, expected answer or an answer must hold, whatever their case. */
  readonly filter: string;
}

/** Every answer of a comparison in the page's memory, in typed arrays: finding rows among them takes milliseconds. */
export interface RowStore {
  readonly token: string;
  readonly studies: readonly string[];
  /** Rows of the whole table, and how many of them have come. */
  readonly total: number;
  readonly loaded: number;
  /** @param position in the table, from 0 */
  row(position: number): StoredRow;
  /** Places of the rows that answer the question, ascending. */
  find(question: RowQuestion): Uint32Array;
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

interface Columns {
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
  /** Texts in lower case, made when a filter first wants them. */
  const lowered: { readonly inputs: string[]; readonly texts: string[] } = { inputs: [], texts: [] };

  const store: GrowingStore = {
    token,
    studies,
    total,
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
    find(question) {
      const wanted = matcherOf(columns, studies, question);
      const words = wordMatcher(question.filter);
      const found = new Uint32Array(inputs.length);
      let count = 0;
      for (let position = 0; position < inputs.length; position++) {
        if (wanted(position) && words(position)) found[count++] = position;
      }
      return ordered(columns, studies, { ...question, found: found.subarray(0, count) });
    },
  };
  store.add(first);
  return store;

  /**
   * Whether all words of a filter are in a row.
   * Each text is searched once for each word, however many rows it is the answer of.
   */
  function wordMatcher(filter: string): (position: number) => boolean {
    const words = filter
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) return () => true;
    while (lowered.inputs.length < inputs.length) lowered.inputs.push(inputs[lowered.inputs.length]!.toLowerCase());
    while (lowered.texts.length < texts.length) lowered.texts.push(texts[lowered.texts.length]!.toLowerCase());
    const inTexts = words.map((word) => lowered.texts.map((text) => text.includes(word)));
    return (position) =>
      words.every(
        (word, w) =>
          lowered.inputs[position]!.includes(word) ||
          inTexts[w]![columns.expected[position]!] ||
          columns.predicted.some((predicted) => inTexts[w]![predicted[position]!]),
      );
  }
}

function matcherOf(columns: Columns, studies: readonly string[], question: RowQuestion): (position: number) => boolean {
  const { mode, metric } = question;
  const { predicted } = columns;
  if (metric && !metric.binary && (mode === 'fixed' || mode === 'broken')) {
    const gain = gainOver(columns, studies, question);
    return (position) => (mode === 'fixed' ? gain(position) > 0 : gain(position) < 0);
  }
  const { base, others } = sidesOf(studies, question);
  const right = (study: number, position: number): boolean => isRight(columns, study, position);
  const answered = (study: number, position: number): boolean => predicted[study]![position] !== noAnswer;
  switch (mode) {
    case 'all':
      return () => true;
    case 'different':
      return (position) =>
        predicted.some(
          (column) =>
            column[position] !== noAnswer &&
            column[position] !== predicted.find((other) => other[position] !== noAnswer)![position],
        );
    case 'wrong':
      return (position) => others.some((study) => answered(study, position) && !right(study, position));
    case 'fixed':
      return (position) =>
        base !== undefined &&
        answered(base, position) &&
        !right(base, position) &&
        others.some((study) => right(study, position));
    case 'broken':
      return (position) =>
        base !== undefined &&
        right(base, position) &&
        others.some((study) => answered(study, position) && !right(study, position));
  }
}

/** By the metric where it has judged the answer, else whether it is the expected text. */
function isRight({ expected, predicted, scores }: Columns, study: number, position: number): boolean {
  const score = scores[study]![position]!;
  return Number.isNaN(score) ? predicted[study]![position] === expected[position] : score >= 0.5;
}

/** Places of the baseline and of the studies that are asked about; the baseline is one of these for *wrong* alone. */
function sidesOf(
  studies: readonly string[],
  { mode, study, baseline }: RowQuestion,
): { readonly base: number | undefined; readonly others: readonly number[] } {
  const at = studies.indexOf(baseline ?? '');
  const base = at < 0 ? undefined : at;
  const all = studies.map((_, place) => place);
  return {
    base,
    others: all.filter((place) => (study === 'any' ? place !== base || mode === 'wrong' : studies[place] === study)),
  };
}

/** How much better a row is answered than by the baseline, by the study where that is most; NaN where none can tell. */
function gainOver(
  { scores }: Columns,
  studies: readonly string[],
  question: RowQuestion,
): (position: number) => number {
  const { base, others } = sidesOf(studies, question);
  const sign = question.metric?.better === 'lower' ? -1 : 1;
  return (position) => {
    let most = Number.NaN;
    if (base === undefined || question.metric?.better === 'neither') return most;
    for (const place of others) {
      const gain = sign * (scores[place]![position]! - scores[base]![position]!);
      if (Number.isNaN(gain)) continue;
      // Of rows that are answered worse the worst counts.
      const counts = question.mode === 'broken' ? !(gain >= most) : !(gain <= most);
      if (counts) most = gain;
    }
    return most;
  };
}

/** Rows that are answered better or worse than by the baseline, by the difference, the largest first. */
function ordered(
  columns: Columns,
  studies: readonly string[],
  question: RowQuestion & { readonly found: Uint32Array },
): Uint32Array {
  const { mode, metric, found } = question;
  if (!metric || metric.binary || (mode !== 'fixed' && mode !== 'broken')) return found;
  const gain = gainOver(columns, studies, question);
  const gains = new Map([...found].map((position) => [position, Math.abs(gain(position))]));
  return Uint32Array.from([...found].sort((a, b) => gains.get(b)! - gains.get(a)! || a - b));
}
