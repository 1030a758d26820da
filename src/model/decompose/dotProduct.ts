import type { Builder } from '../../onnx/builder';
import { ElementType } from '../../onnx/graph';

/** Added to a score that must not count; its exponential is 0 in float32, and a row of nothing else stays finite. */
const excluded = -1e9;

export interface DotProduct {
  /** `[batch, heads, sequence, size]` */
  readonly q: string;
  /** `[batch, key/value heads, total, size]` */
  readonly k: string;
  readonly v: string;
  /** Unstated where heads are an axis of their own. */
  readonly heads?: number;
  readonly keyValueHeads?: number;
  /** What scores are multiplied by; 1/√size unless given. */
  readonly scale?: number;
  /** Scores are bounded to ±softcap by a tanh, where it is not 0. */
  readonly softcap?: number;
  /** Added to the scores; each broadcasts to `[batch, heads, sequence, total]`. */
  readonly biases: readonly string[];
  /** One more score of each head that takes its part of the attention and has no value, `[heads]`. */
  readonly sink?: string;
}

/** softmax(c tanh(s QKᵀ/c) + biases) V. @returns `[batch, sequence, heads · size]` */
export const attend = (b: Builder, product: DotProduct): string => joinHeads(b, attendApart(b, product));

/** As {@link attend}. @returns `[batch, heads, sequence, size]` */
export function attendApart(
  b: Builder,
  { q, k, v, heads, keyValueHeads, scale, softcap = 0, biases, sink }: DotProduct,
): string {
  const { op } = b;
  const repeated = (value: string): string =>
    heads && keyValueHeads ? repeatHeads(b, value, heads, keyValueHeads) : repeatToFit(b, value, q);
  const [keys, values] = [repeated(k), repeated(v)];
  const products = op('MatMul', [
    op('Mul', [q, scale === undefined ? rootOfSize(b, q) : b.scalar(scale)]),
    op('Transpose', [keys], { perm: [0, 1, 3, 2] }),
  ]);
  const capped = softcap
    ? op('Mul', [op('Tanh', [op('Div', [products, b.scalar(softcap)])]), b.scalar(softcap)])
    : products;
  const scores = biases.reduce((sum, bias) => op('Add', [sum, bias]), capped);
  return op('MatMul', [sink ? weightsBesideSink(b, scores, sink) : op('Softmax', [scores], { axis: -1 }), values]);
}

function weightsBesideSink(b: Builder, scores: string, sink: string): string {
  const { op } = b;
  const column = op('Expand', [
    op('Reshape', [sink, b.ints([1, -1, 1, 1])]),
    op('Concat', [op('Shape', [scores], { start: 0, end: 3 }), b.ints([1])], { axis: 0 }),
  ]);
  const attentionWeights = op('Softmax', [op('Concat', [scores, column], { axis: -1 })], { axis: -1 });
  return op('Slice', [attentionWeights, b.ints([0]), b.ints([-1]), b.ints([-1])]);
}

const rootOfSize = (b: Builder, q: string): string =>
  b.op('Reciprocal', [b.op('Sqrt', [b.op('Cast', [b.op('Shape', [q], { start: 3 })], { to: ElementType.float })])]);

/** Query heads share key/value heads in groups that are side by side. */
function repeatHeads(b: Builder, value: string, heads: number, keyValueHeads: number): string {
  if (heads === keyValueHeads) return value;
  const stretched = b.op('Expand', [
    b.op('Unsqueeze', [value, b.ints([2])]),
    b.ints([1, 1, heads / keyValueHeads, 1, 1]),
  ]);
  return b.op('Reshape', [
    stretched,
    b.op('Concat', [b.ints([0, heads]), b.op('Shape', [value], { start: 2 })], { axis: 0 }),
  ]);
}

/** The same, as many times as there are query heads for each. */
function repeatToFit(b: Builder, value: string, q: string): string {
  const { op } = b;
  const heads = op('Shape', [q], { start: 1, end: 2 });
  const group = op('Div', [heads, op('Shape', [value], { start: 1, end: 2 })]);
  const stretched = op('Expand', [
    op('Unsqueeze', [value, b.ints([2])]),
    op('Concat', [b.ints([1, 1]), group, b.ints([1, 1])], { axis: 0 }),
  ]);
  return op('Reshape', [
    stretched,
    op('Concat', [b.ints([0]), heads, op('Shape', [value], { start: 2 })], { axis: 0 }),
  ]);
}

/** `[batch, sequence, heads · size]` as `[batch, heads, sequence, size]`. */
export const splitHeads = (b: Builder, value: string, heads: number): string =>
  b.op('Transpose', [b.op('Reshape', [value, b.ints([0, 0, heads, -1])])], { perm: [0, 2, 1, 3] });

const joinHeads = (b: Builder, value: string): string =>
  b.op('Reshape', [b.op('Transpose', [value], { perm: [0, 2, 1, 3] }), b.ints([0, 0, -1])]);

/** New keys or values behind those of the past. */
export const behind = (b: Builder, past: string | undefined, value: string): string =>
  past ? b.op('Concat', [past, value], { axis: 2 }) : value;

/**
 * Lets query i see the keys up to its own position, and of those the last `window`.
 * @param q `[batch, heads, sequence, size]`, the last positions of `k`
 * @returns `[sequence, total]`
 */
export function causalBias(b: Builder, q: string, k: string, window = -1): string {
  const { op } = b;
  const length = (value: string): string => op('Squeeze', [op('Shape', [value], { start: 2, end: 3 })]);
  const [zero, one] = [0, 1].map((value) => op('Squeeze', [b.ints([value])])) as [string, string];
  const range = (count: string): string => op('Range', [zero, count, one]);
  const past = op('Sub', [length(k), length(q)]);
  const own = op('Unsqueeze', [op('Add', [range(length(q)), past]), b.ints([1])]);
  const key = op('Unsqueeze', [range(length(k)), b.ints([0])]);
  const earlier = op('LessOrEqual', [key, own]);
  const allowed = window > 0 ? op('And', [earlier, op('Greater', [key, op('Sub', [own, b.ints([window])])])]) : earlier;
  return excludeUnless(b, allowed);
}

/** @param mask `[batch, total]`, 0 where padded. @returns `[batch, 1, 1, total]` */
export const paddingBias = (b: Builder, mask: string): string =>
  excludeUnless(b, b.op('Cast', [b.op('Unsqueeze', [mask, b.ints([1, 2])])], { to: ElementType.bool }));

export const excludeUnless = (b: Builder, allowed: string): string =>
  b.op('Where', [allowed, b.scalar(0), b.scalar(excluded)]);
