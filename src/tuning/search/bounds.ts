import { decidingRows, manyOnFew, type Heat } from './judging/rounds';
import type { Readability } from '../../template/settings/settings';

/**
 * How a text came about: kinds of edits of words and of runs of them, the answers listed or written otherwise, other
 * marks, edits that helped elsewhere, whole texts, single tokens exchanged, and several edits at once.
 */
export type EditKind =
  | 'replace'
  | 'insert'
  | 'delete'
  | 'swap'
  | 'rewrite'
  | 'run'
  | 'paraphrase'
  | 'sentence'
  | 'list'
  | 'way'
  | 'form'
  | 'again'
  | 'written'
  | 'token'
  | 'merged';

/** What a text may be within a readability. Everything that `strict` means and others loosen stands here. */
export interface Bounds {
  /** How much worse than the original a text may read, nats per token. */
  readonly text: number;
  /** How much worse than what it changes an edit by itself may read, nats per token. */
  readonly edit: number;
  /** Share of the original's words that a text keeps at least. */
  readonly keptWords: number;
  /** Whether words and phrases give way only to those that mean much the same. */
  readonly synonymsOnly: boolean;
  /** Whether label words and names of the prompt's parts stay as they are, and no others come in. */
  readonly keepsNames: boolean;
  /** Whether answers are numbered, set in capitals and the like, and lists so written changed further. */
  readonly marksLists: boolean;
  /** Candidates of each kind measured in an iteration, at most. */
  readonly quotas: Readonly<Record<EditKind, number>>;
  /** How candidates are raced: few rows find large gains, and small ones are lost in them. */
  readonly heats: readonly Heat[];
  /** Rows that decide on the best of a race, where there are enough. */
  readonly deciding: number;
  /** Standard errors by which a gain must exceed zero: the best of several that gain nothing often exceeds one. */
  readonly standardErrors: number;
  /** An edit that saves less is not worth changing what a person wrote, nats. */
  readonly leastGain: number;
}

/** Nats per token above the original that each word stands for. */
const nats: Readonly<Record<'strict' | 'fair' | 'free', number>> = { strict: 0.3, fair: 1.5, free: Infinity };

/** How much worse than the original a text may read, nats per token. */
export const readabilityBound = (readability: Readability): number =>
  typeof readability === 'number' ? readability : nats[readability];

/** Bounds of the readabilities that a search always looks at, the narrowest first. */
export const namedBounds: readonly number[] = Object.values(nats);

/** Candidates that change much, for better and worse. */
const fewerOnMore: readonly Heat[] = [
  { rows: 16, keep: 8 },
  { rows: 32, keep: 2 },
];

/**
 * Many steps, each for whatever gain: where nothing bounds a text, twice as many uncertain ones come further than those
 * of which each is certain, and the rows that choose tell in the end which text to keep.
 */
const manySteps: Pick<Bounds, 'heats' | 'deciding' | 'standardErrors'> = {
  heats: [
    { rows: 8, keep: 8 },
    { rows: 32, keep: 1 },
  ],
  deciding: 32,
  standardErrors: 0,
};

const none = { token: 0, merged: 4, written: 8, again: 6, way: 0 };

/**
 * What a text may be that is at most so much worse to read.
 * @param bound nats per token above the original
 * @param hasGradients without them no exchange of tokens is better than another, and words take their place
 */
export function boundsWithin(bound: number, hasGradients: boolean): Bounds {
  if (bound <= nats.strict)
    return {
      text: bound,
      edit: 0.2,
      keptWords: 0.5,
      synonymsOnly: true,
      keepsNames: true,
      marksLists: false,
      quotas: {
        ...none,
        replace: 8,
        insert: 3,
        delete: 4,
        swap: 2,
        rewrite: 3,
        run: 0,
        paraphrase: 6,
        sentence: 8,
        list: 10,
        form: 5,
      },
      heats: manyOnFew,
      deciding: decidingRows,
      standardErrors: 2,
      leastGain: 0.01,
    };
  if (bound <= nats.fair || !hasGradients)
    return {
      text: bound,
      edit: Infinity,
      keptWords: 0,
      synonymsOnly: false,
      keepsNames: bound <= nats.fair,
      marksLists: false,
      quotas: {
        ...none,
        replace: 8,
        insert: 3,
        delete: 2,
        swap: 1,
        rewrite: 2,
        run: 6,
        paraphrase: 2,
        sentence: 2,
        list: 5,
        form: 2,
      },
      heats: fewerOnMore,
      deciding: decidingRows,
      standardErrors: 1,
      leastGain: 0,
    };
  return {
    text: bound,
    edit: Infinity,
    keptWords: 0,
    synonymsOnly: false,
    keepsNames: false,
    marksLists: false,
    quotas: {
      ...none,
      token: 22,
      replace: 0,
      insert: 0,
      delete: 2,
      swap: 0,
      rewrite: 0,
      run: 0,
      paraphrase: 0,
      sentence: 0,
      list: 2,
      form: 1,
    },
    heats: fewerOnMore,
    deciding: decidingRows,
    standardErrors: 1,
    leastGain: 0,
  };
}

/**
 * What a text may be whose readability chooses. A path that has most of the budget looks at each way to write a strict
 * text's answers, and takes many steps where nothing is asked of a text; of the few iterations of the others that would
 * take too much.
 */
export function boundsOfChosen(bound: number, hasGradients: boolean): Bounds {
  const bounds = boundsWithin(bound, hasGradients);
  if (bound <= nats.strict) return { ...bounds, marksLists: true, quotas: { ...bounds.quotas, list: 8, way: 10 } };
  return bound > nats.fair && hasGradients ? { ...bounds, ...manySteps } : bounds;
}

/** Whether readability is worth something within a bound: above `fair` a person asks for none. */
export const countsReadability = (bound: number): boolean => bound <= nats.fair;
