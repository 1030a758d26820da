import type { Task } from '../objective/task';
import type { ScoredRow } from './scoredRow';

/** What the model makes of one row at a moment of the training. */
export interface Sample {
  /** Row of the split, from 0. */
  readonly row: number;
  readonly expected: string;
  /** The likeliest label; absent for a generation task, whose text is not generated while it trains. */
  readonly predicted?: string;
  /**
   * Probability of the predicted label; of a generation task the geometric mean over the tokens of the expected answer.
   */
  readonly probability: number;
}

/** Rows that are followed through a training. */
const followed = 8;

/** A few rows spread over those that were scored: the same ones each time, in the order of the file. */
export function sampleRows(rows: readonly ScoredRow[], { labels }: Pick<Task, 'labels'>): readonly Sample[] {
  const ordered = [...rows].sort((a, b) => a.example.row - b.example.row);
  const count = Math.min(followed, ordered.length);
  return Array.from({ length: count }, (_, i) => ordered[Math.floor((i * ordered.length) / count)]!).map(
    ({ example, predicted, probabilities, answerLogLikelihood }): Sample => ({
      row: example.row,
      expected: example.expected,
      ...(labels.length > 0
        ? { predicted: labels[predicted] ?? '', probability: probabilities[predicted] ?? 0 }
        : { probability: Math.exp(answerLogLikelihood / example.answer.length) }),
    }),
  );
}
