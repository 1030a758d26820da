import { largest } from '../../lists';
import { floats, int64s, type Feeds } from '../../onnx/runtime/session';
import type { Objective } from '../../template/settings/settings';
import type { Example } from '../example';
import { names } from '../objectiveNames';
import type { ScoredToken, ScoringPlan } from '../scoringPlan';

/** Examples, or the tokens of their answers, each by its weight. */
export const totalWeight = (examples: readonly Example[], weights: readonly number[], objective: Objective): number =>
  examples.reduce((sum, { answer }, e) => sum + weights[e]! * (objective === 'label' ? 1 : answer.length), 0);

/** Which tokens are scored, and what their scores are worth. */
export interface TargetLayout {
  /** Distinct (sequence, position) pairs in order of first use, those of continuations behind all others. */
  readonly positions: readonly (readonly [number, number])[];
  readonly feeds: Feeds;
  /** For each example, where its expected answer's tokens begin in `log_likelihoods`, and how many they are. */
  readonly expected: readonly (readonly [number, number])[];
  /** How `log_likelihoods` are laid out for each example: labels, words of a label and tokens of a word at most. */
  readonly grid: readonly [labels: number, words: number, tokens: number];
}

interface TargetOptions {
  readonly objective: Objective;
  readonly labelSmoothing?: number;
  /** `[examples]` */
  readonly weights: readonly number[];
}

/** Lays out the answer tokens of a plan, and what an objective makes of them. */
export function layOutTargets(
  { scoredTokens, sequences }: ScoringPlan,
  examples: readonly Example[],
  { objective, labelSmoothing = 0, weights: exampleWeights }: TargetOptions,
): TargetLayout {
  const grouped = objective === 'label' ? scoredTokens : [[[scoredTokens.flatMap((example) => example[0]![0]!)]]];
  const labels = grouped[0]!.length;
  const words = largest(grouped.flatMap((example) => example.map((label) => label.length)));
  const tokens = largest(grouped.flatMap((example) => example.flatMap((label) => label.map((word) => word.length))));
  const count = grouped.length * labels * words * tokens;
  const [pairs, rows, weights] = [
    new Array<number>(count * 2).fill(0),
    new Array<number>(count).fill(0),
    new Float32Array(count),
  ];
  const positions = distinctPositions(scoredTokens.flat(3), sequences.length);
  const shares = objective === 'token' ? tokenShares(examples, exampleWeights) : undefined;
  grouped.forEach((example, e) =>
    example.forEach((label, l) =>
      label.forEach((word, w) =>
        word.forEach(({ sequence, position, token }, t) => {
          const at = ((e * labels + l) * words + w) * tokens + t;
          const row = positions.get(keyOf({ sequence, position }))!;
          [pairs[2 * at], pairs[2 * at + 1], rows[at], weights[at]] = [row, token, row, shares?.[t] ?? 1 / word.length];
        }),
      ),
    ),
  );
  const expected =
    objective === 'label'
      ? examples.map(({ label, answer }, e): [number, number] => [(e * labels + label) * words * tokens, answer.length])
      : runningStarts(examples.map((example) => example.answer.length));
  return {
    positions: [...positions.keys()].map((key) => key.split(' ').map(Number) as [number, number]),
    expected,
    grid: [labels, words, tokens],
    feeds: {
      [names.scoredTokens]: int64s([count, 2], pairs),
      [names.scoredRows]: int64s([count, 1], rows),
      [names.tokenWeights]: floats([grouped.length, labels, words, tokens], weights),
      ...(objective === 'label' && {
        [names.wordOffsets]: wordOffsets(
          grouped[0]!.map((label) => label.length),
          words,
        ),
        [names.targets]: targets(examples, { labels, weights: exampleWeights, smoothing: labelSmoothing }),
      }),
    },
  };
}

type Position = Pick<ScoredToken, 'sequence' | 'position'>;

const keyOf = ({ sequence, position }: Position): string => `${sequence} ${position}`;

/** The places at which tokens are scored, each once → its number. @param sequences how many are no continuations */
function distinctPositions(tokens: readonly Position[], sequences: number): ReadonlyMap<string, number> {
  const isOwn = ({ sequence }: Position): boolean => sequence < sequences;
  const ordered = [...tokens.filter(isOwn), ...tokens.filter((token) => !isOwn(token))];
  return new Map([...new Set(ordered.map(keyOf))].map((key, i) => [key, i]));
}

function runningStarts(lengths: readonly number[]): readonly (readonly [number, number])[] {
  let start = 0;
  return lengths.map((length) => [(start += length) - length, length]);
}

/** A label's score is the log of its words' mean likelihood; where it has fewer words, the others must not count. */
function wordOffsets(counts: readonly number[], words: number): Feeds[string] {
  const absent = -1e9;
  return floats(
    [1, counts.length, words],
    Float32Array.from(
      counts.flatMap((count) => Array.from({ length: words }, (_, w) => (w < count ? -Math.log(count) : absent))),
    ),
  );
}

/** Of each answer token of all examples its share in the mean, `[tokens]`. */
function tokenShares(examples: readonly Example[], weights: readonly number[]): readonly number[] {
  const total = totalWeight(examples, weights, 'token');
  return examples.flatMap(({ answer }, e) => answer.map(() => weights[e]! / total));
}

interface LabelTargets {
  readonly labels: number;
  /** `[examples]` */
  readonly weights: readonly number[];
  readonly smoothing: number;
}

/** Each example's share in the mean, the whole of it at its label but for what is spread over all labels. */
function targets(examples: readonly Example[], { labels, weights, smoothing }: LabelTargets): Feeds[string] {
  const values = new Float32Array(examples.length * labels);
  const total = totalWeight(examples, weights, 'label');
  examples.forEach(({ label }, e) => {
    const share = weights[e]! / total;
    values.fill((share * smoothing) / labels, e * labels, (e + 1) * labels);
    values[e * labels + label]! += share * (1 - smoothing);
  });
  return floats([examples.length, labels], values);
}
