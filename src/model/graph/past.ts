import * as l10n from '@vscode/l10n';
import { floats, type Feeds } from '../../onnx/runtime/session';
import { ElementType, type Graph, type Value } from '../../onnx/graph';
import { elementCount } from '../../onnx/tensor';
import { Failure } from '../../failure';

/** What a graph hands on from one pass over a text to the next. */
export interface PastValue {
  /** The input that takes it, and the output that gives it. */
  readonly past: string;
  readonly present: string;
  /**
   * Its shape before the first token, at batch 1: keys and values of no positions `[1, heads, 0, size]`, or a state,
   * which begins as zeros.
   */
  readonly empty: readonly number[];
}

/** Keys and values have a place for each token, states have none. */
export const hasPlaces = ({ empty }: PastValue): boolean => empty.length === 4 && empty[2] === 0;

/** Keys and values of one layer, as they enter (`past`) and leave (`present`) the graph. */
export interface LayerCache {
  readonly pastKey: string;
  readonly pastValue: string;
  readonly presentKey: string;
  readonly presentValue: string;
}

/** Sizes where a graph leaves them open. */
export interface HeadSizes {
  readonly keyValueHeads: number;
  readonly headSize: number;
}

/** The layers with keys and values, in their order; others lie between them where layers are convolutions. */
export function findCache({ inputs, outputs }: Graph): readonly LayerCache[] {
  const given = new Set([...inputs, ...outputs].map(({ name }) => name));
  return inputs
    .flatMap(({ name }) => /^past_key_values\.(\d+)\.key$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
    .map((layer) => ({
      pastKey: `past_key_values.${layer}.key`,
      pastValue: `past_key_values.${layer}.value`,
      presentKey: `present.${layer}.key`,
      presentValue: `present.${layer}.value`,
    }))
    .filter((layer) => Object.values(layer).every((name) => given.has(name)));
}

/** Inputs and outputs of a cache: each layer's keys, then its values. */
export function cachePast({ inputs }: Graph, cache: readonly LayerCache[], sizes: HeadSizes): readonly PastValue[] {
  const emptyOf = (name: string): readonly number[] => {
    const [, heads, , size] = inputs.find((input) => input.name === name)?.dims ?? [];
    return [
      1,
      typeof heads === 'number' ? heads : sizes.keyValueHeads,
      0,
      typeof size === 'number' ? size : sizes.headSize,
    ];
  };
  return cache.flatMap(({ pastKey, pastValue, presentKey, presentValue }) => [
    { past: pastKey, present: presentKey, empty: emptyOf(pastKey) },
    { past: pastValue, present: presentValue, empty: emptyOf(pastValue) },
  ]);
}

/**
 * States that layers without attention hand on (LFM2's convolutions, state-space layers): `past_conv.0` becomes
 * `present_conv.0`.
 * @throws Failure "model-signature" for a state whose size the graph leaves open
 */
export function findStates({ inputs, outputs }: Graph): readonly PastValue[] {
  return inputs.flatMap((input): readonly PastValue[] => {
    const present = input.name.replace(/^past_(?=\w+\.\d+$)/, 'present_');
    if (present === input.name || input.type !== ElementType.float || !outputs.some(({ name }) => name === present))
      return [];
    return [{ past: input.name, present, empty: [1, ...stateSizes(input)] }];
  });
}

function stateSizes({ name, dims = [] }: Value): readonly number[] {
  const sizes = dims.slice(1).filter((size): size is number => typeof size === 'number');
  if (dims.length > 1 && sizes.length === dims.length - 1) return sizes;
  throw new Failure(
    'model-signature',
    l10n.t`The graph takes the state "${name}" and does not say how large it is.`,
    {},
    l10n.t`Export the model with fixed sizes of its states.`,
  );
}

/** What is handed to the first pass over `rows` texts, where nothing stands in front of them. */
export const emptyPastFeeds = (past: readonly PastValue[], rows: number): Feeds =>
  Object.fromEntries(
    past.map(({ past: name, empty: [, ...sizes] }) => {
      const dims = [rows, ...sizes];
      return [name, floats(dims, new Float32Array(elementCount(dims)))];
    }),
  );

/**
 * Why a prefix of keys and values cannot enter every layer as PEFT lays it out, `[rows, layers · 2 · heads · size]`;
 * undefined where it can.
 */
export function prefixObstacle({
  cache,
  past,
}: {
  readonly cache: readonly LayerCache[];
  readonly past: readonly PastValue[];
}): string | undefined {
  if (cache.length === 0) return l10n.t`The model was exported without past_key_values`;
  if (past.length > 2 * cache.length) return l10n.t`Some layers of the model have states instead of keys and values`;
  const alike = past.every(({ empty }) => empty.join() === past[0]!.empty.join());
  return alike ? undefined : l10n.t`The keys and values of the model's layers are of unlike width`;
}
