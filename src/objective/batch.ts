import type { Batching } from '../model/graph/batching';
import { allowsEmptyPlaces } from '../model/graph/emptyPlaces';
import type { LanguageModel } from '../model/openModel';
import type { Feeds } from '../onnx/runtime/session';
import type { Objective } from '../template/settings/settings';
import type { Example } from './example';
import { answerFeeds, packedFeeds, paddingOf, sequenceFeeds } from './layout/sequenceFeeds';
import type { Padding, SequenceLayout } from './layout/sequenceFeeds';
import { layOutTargets, totalWeight } from './layout/targetFeeds';
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
  /** Positions that a prefix of keys and values takes in front of every sequence. */
  readonly deepRows: number;
  /** Whether words are run behind each prompt, which is run once, instead of with the prompt each. */
  readonly continued: boolean;
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
  /** Whether words of several tokens share the keys and values of their prompt; changes no number. */
  readonly sharePrompts?: boolean;
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
   * default, for any padding; `always` where one graph is to do for all batches. Changes no number.
   */
  readonly packFrom?: number | 'always';
  /** Changes no number; exists so that tests can show it. */
  readonly padding?: Padding;
}

/** Sharing an opening shorter than this costs more than it saves. */
const shortestSharedPrefix = 4;

/** Lays examples out as the inputs of an objective graph. */
export function layOut(examples: readonly Example[], options: BatchOptions): Batch {
  const plan =
    options.objective === 'label'
      ? planLabels(examples, wordsOf(options), options.sharePrompts)
      : planAnswers(examples);
  // A masked model reads what follows too, so that no opening is the same in two sequences.
  const prefixLength =
    options.sharePrefix && examples.every(({ masks }) => masks === undefined) ? sharedPrefix(plan) : 0;
  const isVirtual = (id: number): boolean => id >= options.firstVirtualToken;
  const prefix = plan.sequences[0]!.slice(0, prefixLength);
  const sequences = plan.sequences.map((ids) => ids.slice(prefixLength));
  const { continuations } = plan;
  const layout: SequenceLayout = {
    prefix,
    sequences,
    continuations,
    deepRows: options.deepRows,
    firstPosition: examples[0]!.masks === undefined ? options.deepRows : 0,
    padding: options.padding,
  };
  const { packFrom = 0 } = options;
  const packed = packFrom === 'always' || paddingOf(sequences) > packFrom;
  const weights = examples.map(({ weight = 1 }) => (options.weighted ? weight : 1));
  const scored = layOutTargets(plan, examples, { ...options, weights });
  const { labelSmoothing = 0 } = options;
  return {
    objective: options.objective,
    examples,
    feeds: {
      ...sequenceFeeds(layout),
      ...(packed && packedFeeds(layout)),
      ...answerFeeds(scored.positions, layout),
      ...scored.feeds,
    },
    prefixLength,
    deepRows: options.deepRows,
    packed,
    continued: continuations.length > 0,
    virtualInPrefix: prefix.some(isVirtual),
    virtualInSequences: sequences.some((ids) => ids.some(isVirtual)),
    weight: totalWeight(examples, weights, options.objective),
    ...(options.objective === 'token' && labelSmoothing > 0 && { tokenSmoothing: labelSmoothing }),
    tokens: prefixLength + [...sequences, ...continuations].reduce((sum, ids) => sum + ids.length, 0),
    expectedTokens: scored.expected,
    words: options.objective === 'label' ? examples.map(wordsOf(options)) : [],
    wordGrid: scored.grid,
  };
}

/** The words of a label task behind each prompt. */
function wordsOf({ verbalizer }: BatchOptions): (example: Example) => WordsInPlace {
  const given = verbalizer?.map((words) => words.map((tokens) => ({ merged: 0, tokens })));
  return (example) => given ?? example.words!;
}

/** Length of the common opening, short of the first position at which a token is scored. */
function sharedPrefix({ sequences, scoredTokens }: ScoringPlan): number {
  let length = Infinity;
  for (const { sequence, position } of scoredTokens.flat(3))
    if (sequence < sequences.length) length = Math.min(length, position);
  const [first, ...others] = sequences;
  for (const ids of others) {
    let common = 0;
    while (common < length && ids[common] === first![common]) common++;
    length = common;
  }
  return length >= shortestSharedPrefix ? length : 0;
}

/**
 * How the batches of a task are laid out: for training by its objective, for scoring by its labels where it has any.
 */
export function batchOptions(task: Task, model: LanguageModel, purpose: 'training' | 'scoring'): BatchOptions {
  const shares = task.settings.prefixSharing && model.signature.cache.length > 0;
  return {
    objective: purpose === 'training' ? task.settings.objective : task.labels.length > 0 ? 'label' : 'token',
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    sharePrefix: shares,
    sharePrompts: shares && allowsEmptyPlaces(model),
    deepRows: task.frozenPrefix?.rows ?? task.prefixRows,
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
