import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** F-measure, precision and recall. */
type RougeScores = readonly [number, number, number];

/** What sacrebleu, rouge_score and SQuAD's scripts gave for a prediction and its references. */
export interface TextPair {
  readonly id: string;
  readonly kind: string;
  readonly prediction: string;
  readonly references: readonly string[];
  readonly exact: number;
  readonly squadExact: number;
  readonly squadF1: number;
  /** Only where it differs. */
  readonly squadF1BothEmpty1?: number;
  readonly rouge1: RougeScores;
  readonly rouge2: RougeScores;
  readonly rougeL: RougeScores;
  readonly bleu: number;
  readonly bleuZh: number;
  readonly chrf: number;
  readonly chrfpp: number;
  readonly levenshtein: number;
  readonly similarity: number;
}

interface CorpusBleu {
  readonly score: number;
  readonly counts: readonly number[];
  readonly totals: readonly number[];
  readonly predictionLength: number;
  readonly referenceLength: number;
}

export interface TextCorpus {
  /** The kind of its pairs, or `all`. */
  readonly kind: string;
  readonly n: number;
  readonly bleu: CorpusBleu;
  readonly bleuZh: CorpusBleu;
  readonly chrf: { readonly score: number };
  readonly chrfpp: { readonly score: number };
  readonly mean: Readonly<
    Record<'exact' | 'squadExact' | 'squadF1' | 'rouge1' | 'rouge2' | 'rougeL' | 'similarity', number>
  >;
}

/** A text as each metric prepares it. */
export interface TextSteps {
  readonly text: string;
  readonly squad: string;
  readonly rouge: readonly string[];
  readonly bleu13a: readonly string[];
  readonly bleuZh: readonly string[];
  readonly chrf: string;
  readonly chrfppWords: readonly string[];
}

interface Recorded {
  readonly pairs: readonly TextPair[];
  readonly corpora: readonly TextCorpus[];
  readonly steps: readonly TextSteps[];
}

/** Recorded with the versions and definitions that stand under `about` in the file. */
export const recordedTexts = JSON.parse(
  readFileSync(join('test', 'support', 'metrics', 'texts.json'), 'utf8'),
) as Recorded;
