import { noAnswer, studiesDiffer, type MetricFace } from '../../../src/views/comparison/contract';
import type { RowMode } from '../keptPage';
import { isRight, type Columns, type RowStore } from './rowStore';

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

/** Finds rows of a store, in pieces of work of well under a millisecond: each `yield` may be followed by a pause. */
export interface RowSearch {
  /** Positions of the rows from one on that answer the question, ascending. */
  find(question: RowQuestion, from: number): Generator<void, Uint32Array>;
  /** The same positions, where it matters by how much a row is better or worse the largest difference first. */
  order(question: RowQuestion, positions: Uint32Array): Generator<void, Uint32Array>;
}

/** Rows, or texts, that are looked at in one piece. */
const piece = 256;

export function createRowSearch({ columns, inputs, texts, studies }: RowStore): RowSearch {
  /** Texts in lower case, made when a filter first wants them. */
  const lowered: { readonly inputs: string[]; readonly texts: string[] } = { inputs: [], texts: [] };

  return {
    *find(question, from) {
      const until = inputs.length;
      const wanted = matcherOf(columns, studies, question);
      const words = yield* wordMatcher(question.filter);
      const found = new Uint32Array(until - from);
      let count = 0;
      for (let position = from; position < until; position++) {
        if (position % piece === 0) yield;
        if (wanted(position) && words(position)) found[count++] = position;
      }
      return found.slice(0, count);
    },
    *order(question, positions) {
      const { mode, metric } = question;
      if (!metric || metric.binary || (mode !== 'fixed' && mode !== 'broken')) return positions;
      const gain = gainOver(columns, studies, question);
      const gains = new Float64Array(positions.length);
      for (let at = 0; at < positions.length; at++) {
        if (at % piece === 0) yield;
        gains[at] = Math.abs(gain(positions[at]!));
      }
      const order = yield* descending(gains);
      return order.map((at) => positions[at]!);
    },
  };

  /**
   * Whether all words of a filter are in a row.
   * Each text is searched once for each word, however many rows it is the answer of.
   */
  function* wordMatcher(filter: string): Generator<void, (position: number) => boolean> {
    const words = filter
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) return () => true;
    yield* lower(inputs, lowered.inputs);
    yield* lower(texts, lowered.texts);
    const inTexts = words.map(() => new Uint8Array(lowered.texts.length));
    for (const [w, word] of words.entries()) {
      for (let text = 0; text < lowered.texts.length; text++) {
        if (text % piece === 0) yield;
        inTexts[w]![text] = Number(lowered.texts[text]!.includes(word));
      }
    }
    return (position) =>
      words.every(
        (word, w) =>
          lowered.inputs[position]!.includes(word) ||
          inTexts[w]![columns.expected[position]!] === 1 ||
          columns.predicted.some((predicted) => inTexts[w]![predicted[position]!] === 1),
      );
  }
}

/** Continues a list of texts in lower case up to the end of the texts. */
function* lower(texts: readonly string[], lowered: string[]): Generator<void, void> {
  while (lowered.length < texts.length) {
    if (lowered.length % piece === 0) yield;
    lowered.push(texts[lowered.length]!.toLowerCase());
  }
}

/** Indices of the numbers, the largest first, equals as they stand: by merging, since that can be done in pieces. */
function* descending(numbers: Float64Array): Generator<void, Uint32Array> {
  let [order, next] = [Uint32Array.from(numbers.keys()), new Uint32Array(numbers.length)];
  for (let width = 1; width < order.length; width *= 2) {
    for (let from = 0; from < order.length; from += 2 * width) {
      if (from % piece === 0) yield;
      const [middle, until] = [from + width, from + 2 * width].map((end) => Math.min(end, order.length)) as [
        number,
        number,
      ];
      let [left, right] = [from, middle];
      for (let at = from; at < until; at++) {
        if (at % piece === 0) yield;
        const takesLeft = left < middle && (right >= until || !(numbers[order[right]!]! > numbers[order[left]!]!));
        next[at] = takesLeft ? order[left++]! : order[right++]!;
      }
    }
    [order, next] = [next, order];
  }
  return order;
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
      return (position) => studiesDiffer(predicted, position);
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
