import type { Example } from './example';
import type { Verbalizer } from './task';

/** An answer token to score: its log-likelihood by the hidden state at `position` of sequence `sequence`. */
export interface ScoredToken {
  /** Which sequence of the plan, from 0. */
  readonly sequence: number;
  /**
   * Token of the sequence, from 0; its hidden state predicts the one behind it, or of a masked model the one masked
   * there.
   */
  readonly position: number;
  readonly token: number;
}

/** What a batch asks the model, before it is laid out as tensors. */
export interface ScoringPlan {
  /** Token ids of each sequence that the model runs. */
  readonly sequences: readonly (readonly number[])[];
  /** `scoredTokens[example][label][word][token]` */
  readonly scoredTokens: readonly (readonly (readonly (readonly ScoredToken[])[])[])[];
}

/** Every word of every label, scored after each prompt; words that begin alike share a sequence. */
export function planLabels(examples: readonly Example[], verbalizer: Verbalizer): ScoringPlan {
  if (examples[0]!.masks !== undefined) return planMasks(examples, () => verbalizer);
  const continuations = continuationsOf(verbalizer);
  const sequences = examples.flatMap(({ prompt }) => continuations.map((tokens) => [...prompt, ...tokens]));
  const scoredTokens = examples.map((example, i) =>
    verbalizer.map((words) =>
      words.map((word) =>
        word.map((token, t): ScoredToken => {
          const sequence = continuations.findIndex((tokens) => word.slice(0, t).every((id, j) => tokens[j] === id));
          return { sequence: i * continuations.length + sequence, position: example.prompt.length + t - 1, token };
        }),
      ),
    ),
  );
  return { sequences, scoredTokens };
}

/** The expected answer of each example, as its one label of one word. */
export function planAnswers(examples: readonly Example[]): ScoringPlan {
  if (examples[0]!.masks !== undefined) return planMasks(examples, ({ answer }) => [[answer]]);
  return {
    sequences: examples.map(({ prompt, answer }) => [...prompt, ...answer.slice(0, -1)]),
    scoredTokens: examples.map(({ prompt, answer }, i) => [
      [answer.map((token, t) => ({ sequence: i, position: prompt.length + t - 1, token }))],
    ]),
  };
}

/**
 * Every token of a word scored at its own mask, in one pass; surplus masks are not read (PET, Schick and Schütze 2021,
 * eq. 5).
 */
function planMasks(examples: readonly Example[], wordsOf: (example: Example) => Verbalizer): ScoringPlan {
  return {
    sequences: examples.map(({ prompt }) => prompt),
    scoredTokens: examples.map((example, i) =>
      wordsOf(example).map((words) =>
        words.map((word) => word.map((token, t) => ({ sequence: i, position: example.masks! + t, token }))),
      ),
    ),
  };
}

/**
 * The beginnings of words that must be run to score every word: only the empty one when all words are single tokens.
 */
function continuationsOf(verbalizer: Verbalizer): readonly (readonly number[])[] {
  const beginnings = verbalizer
    .flat()
    .map((word) => word.slice(0, -1))
    .sort((a, b) => b.length - a.length);
  const kept: (readonly number[])[] = [];
  for (const tokens of beginnings)
    if (!kept.some((longer) => tokens.every((id, i) => longer[i] === id))) kept.push(tokens);
  return kept;
}
