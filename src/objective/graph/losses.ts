import type { Builder } from '../../onnx/builder';
import { floatTensor } from '../../onnx/tensor';
import { names, type ObjectivePlan } from '../objectiveNames';
import { floatInput, intInput } from './inputs';

/** @param logits `[1, answers, vocabulary]` once the answers are gathered; returned as `[answers, vocabulary]` */
export function flattened({ op, ints }: Builder, logits: string): string {
  const width = op('Shape', [logits], { start: -1 });
  return op('Reshape', [logits, op('Concat', [ints([-1]), width], { axis: 0 })]);
}

/** @param logits `[answers, vocabulary]` */
export function appendNextTokens(builder: Builder, logits: string): void {
  const probabilities = builder.op('Softmax', [logits], { axis: -1 });
  builder.alias(builder.op('ReduceMean', [probabilities, builder.ints([0])], { keepdims: 0 }), names.nextTokens);
}

/** @param logits `[answers, vocabulary]` */
export function appendLoss(
  builder: Builder,
  logits: string,
  { objective, tokenSmoothing = 0 }: Pick<ObjectivePlan, 'objective' | 'tokenSmoothing'>,
): void {
  const { op } = builder;
  const tokens = builder.input(intInput(names.scoredTokens, ['scored', 2]));
  const rows = builder.input(intInput(names.scoredRows, ['scored', 1]));
  const weights = builder.input(floatInput(names.tokenWeights, ['examples', 'labels', 'words', 'tokens']));
  const normalizer = op('ReduceLogSumExp', [logits, builder.ints([-1])], { keepdims: 0 });
  const logLikelihoods = op('Sub', [op('GatherND', [logits, tokens]), op('GatherND', [normalizer, rows])]);
  builder.alias(logLikelihoods, names.logLikelihoods);
  const spread = tokenSmoothing > 0 ? meanLogLikelihoods(builder, { logits, normalizer, rows }) : undefined;
  const aimedAt = spread ? mixed(builder, [logLikelihoods, spread], tokenSmoothing) : logLikelihoods;
  const weighted = op('Mul', [op('Reshape', [aimedAt, op('Shape', [weights])]), weights]);
  if (objective === 'token') {
    builder.alias(op('Neg', [op('ReduceSum', [weighted], { keepdims: 0 })]), names.loss);
    return;
  }
  const offsets = builder.input(floatInput(names.wordOffsets, [1, 'labels', 'words']));
  const targets = builder.input(floatInput(names.targets, ['examples', 'labels']));
  const words = op('Add', [op('ReduceSum', [weighted, builder.ints([3])], { keepdims: 0 }), offsets]);
  const scores = builder.alias(op('ReduceLogSumExp', [words, builder.ints([2])], { keepdims: 0 }), names.scores);
  const chosen = op('Mul', [op('LogSoftmax', [scores], { axis: -1 }), targets]);
  builder.alias(op('Neg', [op('ReduceSum', [chosen], { keepdims: 0 })]), names.loss);
}

/** Log-likelihood that all tokens of the vocabulary have in the mean at each scored position, `[scored]`. */
function meanLogLikelihoods(
  { op, ints }: Builder,
  { logits, normalizer, rows }: Readonly<Record<'logits' | 'normalizer' | 'rows', string>>,
): string {
  const mean = op('Sub', [op('ReduceMean', [logits, ints([-1])], { keepdims: 0 }), normalizer]);
  return op('GatherND', [mean, rows]);
}

/** What is aimed at, and the part of it that is spread evenly (label smoothing; Szegedy et al. 2016, section 7). */
function mixed({ op, constant }: Builder, [own, spread]: readonly [string, string], share: number): string {
  const scaled = (value: string, factor: number): string => op('Mul', [value, constant(floatTensor([], [factor]))]);
  return op('Add', [scaled(own, 1 - share), scaled(spread, share)]);
}
