import { floatAttribute, intAttribute, type Node } from '../onnx/graph';
import { rule, type Gradient, type Rules } from './rule';
import type { Tape } from './tape';

/** Y = A B and its kin. The transpose of a weight is constant, so the runtime folds it once. */
export const linear: Rules = {
  // dA = G Bᵀ, dB = Aᵀ G, summed over the batch axes that were broadcast
  MatMul: rule(({ x: [a, b], y, g, t }) => {
    const [rankA, rankB] = [t.dims(a!).length, t.dims(b!).length];
    if (rankA < 2 || rankB < 2) return withVectors(a!, b!, g, t);
    return [
      () => sumToBatch(t.matmul(g, t.swap(b!, rankB)), a!, y, t),
      () =>
        rankB === 2 && rankA > 2
          ? t.matmul(t.swap(rows(a!, t), 2), rows(g, t))
          : sumToBatch(t.matmul(t.swap(a!, rankA), g), b!, y, t),
    ];
  }),
  // Y = α A' B' + β C, where ' may transpose
  Gemm: rule(({ x: [a, b, c], y, g, node, t }) => {
    const [transA, transB] = [intAttribute(node, 'transA', 0), intAttribute(node, 'transB', 0)];
    const scaled = (value: string, factor: number): string => (factor === 1 ? value : t.mul(value, t.scalar(factor)));
    const alpha = floatAttribute(node, 'alpha', 1);
    const gemm = (left: string, right: string, flags: { transA: number; transB: number }): string =>
      scaled(t.op('Gemm', [left, right], flags), alpha);
    return [
      () => (transA ? gemm(b!, g, { transA: transB, transB: 1 }) : gemm(g, b!, { transA: 0, transB: 1 - transB })),
      () => (transB ? gemm(g, a!, { transA: 1, transB: transA }) : gemm(a!, g, { transA: 1 - transA, transB: 0 })),
      () => t.sumTo(scaled(g, floatAttribute(node, 'beta', 1)), c!, y),
    ];
  }),
  // a convolution's transpose; its kernel is a weight
  Conv: rule(({ x: [, kernel], y, g, node, t }) => [
    () => backThroughConv(kernel!, g, node, t),
    () => {
      throw new RangeError('a kernel that is trained');
    },
    () => t.op('ReduceSum', [g, t.ints(t.dims(y).flatMap((__, axis) => (axis === 1 ? [] : [axis])))], { keepdims: 0 }),
  ]),
};

/** @throws RangeError for steps above 1, whose last numbers may reach nothing, and for padding that is not stated */
function backThroughConv(kernel: string, g: string, node: Node, t: Tape): string {
  const { auto_pad: padding, strides, ...attributes } = node.attributes;
  if (padding?.kind === 'string' && padding.value !== 'NOTSET' && padding.value !== 'VALID')
    throw new RangeError(`the padding ${padding.value}`);
  if (strides?.kind === 'ints' && strides.value.some((stride) => stride !== 1)) throw new RangeError('strides above 1');
  return t.op('ConvTranspose', [g, kernel], attributes);
}

/** A stack of matrices as one tall matrix. */
const rows = (value: string, t: Tape): string => {
  const width = t.op('Shape', [value], { start: -1 });
  return t.reshape(value, t.op('Concat', [t.ints([-1]), width], { axis: 0 }));
};

/** Sums over batch axes that were broadcast; the two matrix axes always agree. */
function sumToBatch(gradient: string, operand: string, product: string, t: Tape): string {
  const [dims, result] = [t.dims(operand), t.dims(product)];
  const leading = Array.from({ length: result.length - dims.length }, (_, i) => i);
  const squeezed = leading.length ? t.op('ReduceSum', [gradient, t.ints(leading)], { keepdims: 0 }) : gradient;
  const stretched = dims
    .slice(0, -2)
    .flatMap((size, axis) => (size === 1 && result[axis + leading.length] !== 1 ? [axis] : []));
  return t.sum(squeezed, stretched);
}

/** A vector on the left is a matrix of one row, a vector on the right one of one column; the product has neither axis. */
function withVectors(a: string, b: string, g: string, t: Tape): readonly Gradient[] {
  const [rankA, rankB] = [t.dims(a).length, t.dims(b).length];
  const insert = (value: string, axes: readonly number[]): string =>
    axes.length ? t.op('Unsqueeze', [value, t.ints(axes)]) : value;
  const left = insert(a, rankA === 1 ? [0] : []);
  const right = insert(b, rankB === 1 ? [1] : []);
  const product = insert(insert(g, rankB === 1 ? [-1] : []), rankA === 1 ? [-2] : []);
  const [leftRank, rightRank] = [Math.max(rankA, 2), Math.max(rankB, 2)];
  const summed = (gradient: string, value: string, extra: number): string =>
    t.reshape(
      extra > 0
        ? t.op('ReduceSum', [gradient, t.ints(Array.from({ length: extra }, (_, i) => i))], { keepdims: 0 })
        : gradient,
      t.shape(value),
    );
  return [
    () => summed(t.matmul(product, t.swap(right, rightRank)), a, rightRank - leftRank),
    () => summed(t.matmul(t.swap(left, leftRank), product), b, leftRank - rightRank),
  ];
}
