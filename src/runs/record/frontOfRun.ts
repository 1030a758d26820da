import { holm } from '../../scoring/statistics/holm';
import type { FrontText } from '../../tuning/search/front/frontText';
import type { EvaluationResult, RunRecord } from './record';

/** What a text came to on rows that had no part in finding or choosing it. */
export interface TestOfText {
  readonly result: EvaluationResult;
  /** By the metric that decides, less the original on the same rows; absent for the original. */
  readonly gain?: { readonly mean: number; readonly interval: readonly [number, number] };
  /**
   * Of no difference from the original: for the chosen text the one test that was planned, for others corrected by Holm
   * for all that were looked at. Absent for the original, and for chosen texts of earlier versions.
   */
  readonly p?: number;
}

/** A text of the front as a person reads of it. */
export interface TextOfFront extends FrontText {
  readonly isOriginal: boolean;
  /** Whether the run went on with it; the original itself where nothing beat it. */
  readonly isChosen: boolean;
  /** Absent until it was measured. */
  readonly test?: TestOfText;
}

export interface RunFront {
  /** The best to read first. */
  readonly texts: readonly TextOfFront[];
  /** Texts beside the chosen one that a person had measured on test. */
  readonly lookedAt: number;
}

/** What the search of a run has kept, with what was measured of it; undefined for runs of earlier versions. */
export function frontOfRun(
  record: Pick<RunRecord, 'rewritten' | 'originalResult' | 'textResult' | 'textGain' | 'textsOnTest'>,
): RunFront | undefined {
  const { rewritten, textsOnTest = [] } = record;
  if (!rewritten?.front) return undefined;
  const { original, instruction, front } = rewritten;
  const corrected = holm(textsOnTest.map(({ p }) => (Number.isFinite(p) ? p : 1)));
  const asked = new Map(
    textsOnTest.map(({ text, result, gain }, i): [string, TestOfText] => [text, { result, gain, p: corrected[i]! }]),
  );
  return {
    lookedAt: textsOnTest.length,
    texts: front.map((text) => {
      const isOriginal = text.text === original;
      const isChosen = text.text === instruction;
      const test = isOriginal ? testOfOriginal(record) : isChosen ? testOfChosen(record) : asked.get(text.text);
      return { ...text, isOriginal, isChosen, ...(test && { test }) };
    }),
  };
}

function testOfOriginal({ originalResult }: Pick<RunRecord, 'originalResult'>): TestOfText | undefined {
  return originalResult?.split === 'test' ? { result: originalResult } : undefined;
}

function testOfChosen({ textResult, textGain }: Pick<RunRecord, 'textResult' | 'textGain'>): TestOfText | undefined {
  if (textResult?.split !== 'test') return undefined;
  return {
    result: textResult,
    ...(textGain && { gain: textGain, ...(textGain.p !== undefined && { p: textGain.p }) }),
  };
}
