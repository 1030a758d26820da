import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { instantiate, type Bindings, type Instance } from '../../model/graph/instance';
import { prefixObstacle } from '../../model/graph/past';
import type { LanguageModel } from '../../model/openModel';
import type { Builder } from '../../onnx/builder';
import { elementCount, floatTensor, int64Tensor } from '../../onnx/tensor';
import { names, type ObjectivePlan } from '../objectiveNames';
import { floatInput, intInput } from './inputs';

/** What names begin with in the body that runs the opening, and in that of the sequences. */
export const openingPrefix = 'prefix/';
export const sequencesPrefix = 'sequences/';

export const virtualTokens = (language: LanguageModel): { prompt: string; firstVirtualToken: number } => ({
  prompt: names.prompt,
  firstVirtualToken: language.tokenizer.firstVirtualToken,
});

interface TextInputs {
  readonly ids: string;
  /** Absent where the mask is no input. */
  readonly mask?: string;
  readonly positions: string;
  /** Of the token ids. */
  readonly dims: readonly [number | string, string];
}

export function bindInputs(
  builder: Builder,
  { signature }: LanguageModel,
  { ids, mask, positions, dims }: TextInputs,
): Bindings {
  builder.input(intInput(ids, dims));
  const bindings: Record<string, string> = { [signature.inputIds]: ids };
  if (signature.attentionMask && mask !== undefined)
    bindings[signature.attentionMask] = builder.input(intInput(mask, [dims[0], `${dims[1]}_total`]));
  if (signature.tokenTypeIds)
    bindings[signature.tokenTypeIds] = builder.op('ConstantOfShape', [builder.op('Shape', [ids])], {
      value: { kind: 'tensor', value: int64Tensor([1], [0]) },
    });
  if (signature.positionIds) bindings[signature.positionIds] = builder.input(intInput(positions, dims));
  return bindings;
}

/** Runs the opening that all sequences share, at batch 1. @returns its keys and values, behind those of `past` */
export function runPrefix(
  builder: Builder,
  language: LanguageModel,
  { plan, past }: { readonly plan: ObjectivePlan; readonly past: Bindings },
): Bindings {
  const { trainingModel, signature } = language;
  const bindings = bindInputs(builder, language, {
    ids: names.prefixIds,
    positions: names.prefixPositions,
    dims: [1, 'prefix'],
  });
  const prefix = instantiate(
    builder,
    { graph: trainingModel.graph, signature },
    {
      prefix: openingPrefix,
      bindings: {
        ...bindings,
        ...(signature.attentionMask && { [signature.attentionMask]: prefixMask(builder, plan) }),
        ...past,
      },
      virtual: plan.virtualInPrefix ? virtualTokens(language) : undefined,
    },
  );
  return Object.fromEntries(signature.past.map(({ past: name, present }) => [name, prefix.value(present)]));
}

/** Runs what continues the sequences, each behind the keys and values that `sequences` have left. */
export function runContinuations(builder: Builder, language: LanguageModel, sequences: Instance): Instance {
  const { op, ints } = builder;
  const { trainingModel, signature } = language;
  const inputs = bindInputs(builder, language, {
    ids: names.continuationIds,
    mask: names.continuationMask,
    positions: names.continuationPositions,
    dims: ['continuations', 'length'],
  });
  const count = (ids: string): string => op('Shape', [ids], { start: 0, end: 1 });
  const each = op('Div', [count(names.continuationIds), count(names.inputIds)]);
  const repeated = (present: string): string => {
    const once = op('Unsqueeze', [present, ints([1])]);
    const stretched = op('Expand', [once, op('Concat', [ints([1]), each, ints([1, 1, 1])], { axis: 0 })]);
    return op('Reshape', [stretched, op('Concat', [ints([-1]), op('Shape', [present], { start: 1 })], { axis: 0 })]);
  };
  const past = Object.fromEntries(
    signature.past.map(({ past: name, present }) => [name, repeated(sequences.value(present))]),
  );
  return instantiate(
    builder,
    { graph: trainingModel.graph, signature },
    { prefix: 'continuations/', bindings: { ...inputs, ...past } },
  );
}

/** Ones for the deep prefix, where there is one, and for the shared opening. */
function prefixMask(builder: Builder, { deepPrefix }: ObjectivePlan): string {
  const own = builder.op('Shape', [names.prefixIds]);
  const deep = deepPrefix ? builder.op('Shape', [names.deepPrefix], { start: 0, end: 1 }) : undefined;
  const shape = deep ? builder.op('Add', [own, builder.op('Concat', [builder.ints([0]), deep], { axis: 0 })]) : own;
  return builder.op('ConstantOfShape', [shape], { value: { kind: 'tensor', value: int64Tensor([1], [1]) } });
}

/** Keys, values and states at batch 1, as the past of every sequence of the batch. */
export function expandToBatch(builder: Builder, { signature }: LanguageModel, past: Bindings): Bindings {
  const batch = builder.op('Shape', [names.inputIds], { start: 0, end: 1 });
  const stretch = (rank: number): string =>
    builder.op('Concat', [batch, builder.ints(new Array<number>(rank - 1).fill(1))], { axis: 0 });
  return Object.fromEntries(
    signature.past.map(({ past: name, empty }) => [name, builder.op('Expand', [past[name]!, stretch(empty.length)])]),
  );
}

/** The prefix matrix as keys and values `[1, heads, rows, head size]` of each layer. @throws Failure "no-cache" */
export function deepPast(builder: Builder, { signature, configuration }: LanguageModel): Bindings {
  const obstacle = prefixObstacle(signature);
  if (obstacle) throw noCache(obstacle);
  const { keyValueHeads, headSize } = configuration;
  const parts = signature.cache.length * 2;
  builder.input(floatInput(names.deepPrefix, ['prefix_rows', parts * keyValueHeads * headSize]));
  const heads = builder.op('Reshape', [names.deepPrefix, builder.ints([0, parts, keyValueHeads, headSize])]);
  const layers = builder.ops(
    'Split',
    [builder.op('Transpose', [heads], { perm: [1, 2, 0, 3] }), builder.ints(new Array<number>(parts).fill(1))],
    parts,
    { axis: 0 },
  );
  return Object.fromEntries(
    signature.cache.flatMap((layer, i) => [
      [layer.pastKey, layers[2 * i]!],
      [layer.pastValue, layers[2 * i + 1]!],
    ]),
  );
}

/** @param obstacle what a prefix meets */
export const noCache = (obstacle: string): Failure =>
  new Failure(
    'no-cache',
    l10n.t`${obstacle}, so a prefix cannot enter its layers.`,
    {},
    l10n.t`Set tune.layers to input, or choose an export with a key/value cache.`,
  );

/** A cache of no positions, for exports that always take one, and states before any token. */
export const emptyPast = (builder: Builder, { signature }: LanguageModel): Bindings =>
  Object.fromEntries(
    signature.past.map(({ past, empty }) => [
      past,
      builder.constant(floatTensor(empty, new Array<number>(elementCount(empty)).fill(0))),
    ]),
  );
