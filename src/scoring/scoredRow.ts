import type { Example } from '../objective/example';

/** A row with what the model made of it. */
export interface ScoredRow {
  readonly example: Example;
  /** Place of the likeliest label; -1 for a generation task. */
  readonly predicted: number;
  /** Probability of each label, in the enum's order; empty for a generation task. */
  readonly probabilities: readonly number[];
  /** Probability that the labels' words have together at the answer slot; absent for a generation task. */
  readonly labelMass?: number;
  /** Objective of this row alone, nats. */
  readonly loss: number;
  /** Summed log-likelihood of the expected answer's tokens. */
  readonly answerLogLikelihood: number;
  /** Its share of the time that its batch took: rows run side by side. */
  readonly seconds: number;
}
