import { largest } from '../lists';
import type { Batching } from '../model/graph/batching';
import type { LanguageModel } from '../model/openModel';
import { floats, int64s, type Feeds } from '../onnx/runtime/session';
import type { Objective } from '../template/settings/settings';
import type { Example } from './example';
import { names } from './objectiveNames';
import { planAnswers, planLabels, type ScoringPlan } from './scoringPlan';
import type { Task, Verbalizer } from './task';
import type { WordsInPlace } from './wordsInPlace';

/** A batch laid out for an objective graph. */
export interface Batch {
  readonly objective: Objective;
  readonly examples: readonly Example[];
  readonly feeds: Feeds;
  /** Length of the opening shared by all sequences that is run once; 0 when nothing is shared. */
  readonly prefixLength: number;
  /** Whether its rows are of unlike lengths, so that position-wise work skips their padding. */
  readonly packed: boolean;
  readonly virtualInPrefix: boolean;
  readonly virtualInSequences: boolean;
  /** What the batch's mean loss is a mean over: examples (`label`) or answer tokens (`token`), each by its weight. */
  readonly weight: number;
  /** Share of a token's target that is spread over the vocabulary; absent where the labels hold it, or nothing does. */
  readonly tokenSmoothing?: number;
  /** Tokens the model runs through, shared ones counted once, padding not counted. */
  readonly tokens: number;
  /** For each example, where its expected answer's tokens begin in `log_likelihoods`, and how many they are. */
  readonly expectedTokens: readonly (readonly [number, number])[];
  /** The words of every label behind each example's prompt; empty but for the label objective. */
  readonly words: readonly WordsInPlace[];
  /** How `log_likelihoods` are laid out for each example: labels, words of a label and tokens of a word at most. */
  readonly wordGrid: readonly [labels: number, words: number, tokens: number];
}

export interface BatchOptions {
  readonly objective: Objective;
  /** Tokens of words to score behind each prompt in place of the examples' own. */
  readonly verbalizer?: Verbalizer;
  readonly firstVirtualToken: number;
  readonly sharePrefix: boolean;
  /** Positions that a prefix of keys and values takes in front of every sequence. */
  readonly deepRows: number;
  /** Which examples may share a batch; all, where it is not stated. Only {@link layOutParts} looks at it. */
  readonly batching?: Batching;
  /** Share of an answer's target that is spread over all labels, or over the vocabulary; 0 by default. */
  readonly labelSmoothing?: number;
  /** Whether examples count by their weights. */
  readonly weighted?: boolean;
  /**
   * Share of a batch's places that must be padding for position-wise work to skip it, which takes another graph; 0 by
   * default, for any padding. Changes no number.
   */
  readonly packFrom?: number;
  /** Changes no number; exists so that tests can show it. */
  readonly padding?: { readonly side: 'left' | 'right'; readonly extra: number };
}

/** Sharing an opening shorter than this costs more than it saves. */
const shortestSharedPrefix = 4;

/** Lays examples out as the inputs of an objective graph. */
export function layOut(examples: readonly Example[], options: BatchOptions): Batch {
  const plan = options.objective === 'label' ? planLabels(examples, wordsOf(options)) : planAnswers(examples);
  // A masked model reads what follows too, so that no opening is the same in two sequences.
  const prefixLength =
    options.sharePrefix && examples.every(({ masks }) => masks === undefined) ? sharedPrefix(plan) : 0;
  const isVirtual = (id: number): boolean => id >= options.firstVirtualToken;
  const prefix = plan.sequences[0]!.slice(0, prefixLength);
  const sequences = plan.sequences.map((ids) => ids.slice(prefixLength));
  const packed = paddingOf(sequences) > (options.packFrom ?? 0);
  const weights = examples.map(({ weight = 1 }) => (options.weighted ? weight : 1));
  const scored = layOutTokens(plan, examples, { ...options, weights });
  const { labelSmoothing = 0 } = options;
  return {
    objective: options.objective,
    examples,
    feeds: {
      ...sequenceFeeds(prefix, sequences, {
        ...options,
        firstPosition: examples[0]!.masks === undefined ? options.deepRows : 0,
      }),
      ...(packed && packedFeeds(sequences, options.padding)),
      ...answerFeeds(scored, { prefixLength, sequences, padding: options.padding }),
      ...scored.feeds,
    },
    prefixLength,
    packed,
    virtualInPrefix: prefix.some(isVirtual),
    virtualInSequences: sequences.some((ids) => ids.some(isVirtual)),
    weight: totalWeight(examples, weights, options.objective),
    ...(options.objective === 'token' && labelSmoothing > 0 && { tokenSmoothing: labelSmoothing }),
    tokens: prefixLength + sequences.reduce((sum, ids) => sum + ids.length, 0),
    expectedTokens: scored.expected,
    words: options.objective === 'label' ? examples.map(wordsOf(options)) : [],
    wordGrid: scored.grid,
  };
}

/** Examples, or the tokens of their answers, each by its weight. */
const totalWeight = (examples: readonly Example[], weights: readonly number[], objective: Objective): number =>
  examples.reduce((sum, { answer }, e) => sum + weights[e]! * (objective === 'label' ? 1 : answer.length), 0);

/** The words of a label task behind each prompt. */
function wordsOf({ verbalizer }: BatchOptions): (example: Example) => WordsInPlace {
  const given = verbalizer?.map((words) => words.map((tokens) => ({ merged: 0, tokens })));
  return (example) => given ?? example.words!;
}

/** Length of the common opening, short of the first position at which a token is scored. */
function sharedPrefix({ sequences, scoredTokens }: ScoringPlan): number {
  let length = Infinity;
  for (const example of scoredTokens)
    for (const label of example) for (const [first] of label) length = Math.min(length, first!.position);
  const [first, ...others] = sequences;
  for (const ids of others) {
    let common = 0;
    while (common < length && ids[common] === first![common]) common++;
    length = common;
  }
  return length >= shortestSharedPrefix ? length : 0;
}

type Padding = BatchOptions['padding'];

/** A prefix of keys and values moves the positions of a causal model on, those of a masked one not. */
function sequenceFeeds(
  prefix: readonly number[],
  sequences: readonly (readonly number[])[],
  { padding, deepRows, firstPosition }: BatchOptions & { readonly firstPosition: number },
): Feeds {
  const batch = sequences.length;
  const longest = largest(sequences.map((ids) => ids.length)) + (padding?.extra ?? 0);
  const before = deepRows + prefix.length;
  const total = before + longest;
  const ids = new Array<number>(batch * longest).fill(0);
  const positions = new Array<number>(batch * longest).fill(0);
  const mask = new Array<number>(batch * total).fill(0);
  sequences.forEach((sequence, b) => {
    const start = startOf(sequence, longest, padding);
    mask.fill(1, b * total, b * total + before);
    sequence.forEach((id, i) => {
      ids[b * longest + start + i] = id;
      positions[b * longest + start + i] = firstPosition + prefix.length + i;
      mask[b * total + before + start + i] = 1;
    });
  });
  return {
    [names.prefixIds]: int64s([1, prefix.length], prefix),
    [names.prefixPositions]: int64s(
      [1, prefix.length],
      prefix.map((_, i) => deepRows + i),
    ),
    [names.inputIds]: int64s([batch, longest], ids),
    [names.attentionMask]: int64s([batch, total], mask),
    [names.positionIds]: int64s([batch, longest], positions),
  };
}

/** Share of a batch's places that hold no token. */
function paddingOf(sequences: readonly (readonly number[])[]): number {
  const tokens = sequences.reduce((sum, ids) => sum + ids.length, 0);
  return 1 - tokens / (sequences.length * largest(sequences.map((ids) => ids.length)));
}

/** Where the tokens of all rows stand and one place of padding, and which of them stands where. */
function packedFeeds(sequences: readonly (readonly number[])[], padding: Padding): Feeds {
  const longest = largest(sequences.map((ids) => ids.length)) + (padding?.extra ?? 0);
  const tokens = sequences.flatMap((ids, b) => ids.map((_, i) => b * longest + startOf(ids, longest, padding) + i));
  const padded = new Array<number>(sequences.length * longest).fill(tokens.length);
  tokens.forEach((place, token) => (padded[place] = token));
  const packed = [...tokens, padded.indexOf(tokens.length)];
  return {
    [names.packedPlaces]: int64s([packed.length], packed),
    [names.paddedPlaces]: int64s([padded.length], padded),
  };
}

const startOf = (sequence: readonly number[], longest: number, padding: Padding): number =>
  padding?.side === 'left' ? longest - sequence.length : 0;

interface TokenLayout {
  /** Distinct (sequence, position) pairs in order of first use. */
  readonly positions: readonly (readonly [number, number])[];
  readonly feeds: Feeds;
  readonly expected: readonly (readonly [number, number])[];
  readonly grid: Batch['wordGrid'];
}

interface TargetOptions extends Pick<BatchOptions, 'objective' | 'labelSmoothing'> {
  /** `[examples]` */
  readonly weights: readonly number[];
}

function layOutTokens(
  { scoredTokens }: ScoringPlan,
  examples: readonly Example[],
  { objective, labelSmoothing = 0, weights: exampleWeights }: TargetOptions,
): TokenLayout {
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
  const positions = new Map<string, number>();
  const shares = objective === 'token' ? tokenShares(examples, exampleWeights) : undefined;
  grouped.forEach((example, e) =>
    example.forEach((label, l) =>
      label.forEach((word, w) =>
        word.forEach(({ sequence, position, token }, t) => {
          const at = ((e * labels + l) * words + w) * tokens + t;
          const key = `${sequence} ${position}`;
          const row = positions.get(key) ?? positions.size;
          positions.set(key, row);
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

function answerFeeds(
  { positions }: TokenLayout,
  {
    prefixLength,
    sequences,
    padding,
  }: { readonly prefixLength: number; readonly sequences: readonly (readonly number[])[]; readonly padding: Padding },
): Feeds {
  const longest = largest(sequences.map((ids) => ids.length)) + (padding?.extra ?? 0);
  return {
    [names.answerPositions]: int64s(
      [positions.length, 2],
      positions.flatMap(([sequence, position]) => [
        sequence,
        position - prefixLength + startOf(sequences[sequence]!, longest, padding),
      ]),
    ),
  };
}

/**
 * How the batches of a task are laid out: for training by its objective, for scoring by its labels where it has any.
 */
export function batchOptions(task: Task, model: LanguageModel, purpose: 'training' | 'scoring'): BatchOptions {
  return {
    objective: purpose === 'training' ? task.settings.objective : task.labels.length > 0 ? 'label' : 'token',
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    sharePrefix: task.settings.prefixSharing && model.signature.cache.length > 0,
    deepRows: task.prefixRows,
    batching: batchingFor(purpose, model),
    // Rows that are scored stand in batches of like lengths, most of them without padding.
    packFrom: purpose === 'training' ? 0 : 1 / 8,
    ...(purpose === 'training' && { labelSmoothing: task.settings.labelSmoothing ?? 0, weighted: true }),
  };
}

/** The one scale of a quantised batch changes gradients by less than their straight-through estimate leaves out. */
function batchingFor(purpose: 'training' | 'scoring', { signature: { batching } }: LanguageModel): Batching {
  return purpose === 'training' && batching.kind === 'apart' ? { ...batching, kind: 'together' } : batching;
}
