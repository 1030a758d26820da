import { floatAttribute, intAttribute, type Node } from '../../onnx/graph';
import type { Dim } from '../probeShapes';
import type { Tape } from '../tape';
import { broadcastingInput, rule, type Gradient, type Rules } from './rule';

/** Y = A B and its kin. The transpose of a weight is constant, so the runtime folds it once. */
export const linear: Rules = {
  // dA = G Bᵀ, dB = Aᵀ G
  MatMul: rule(
    ({ x: [a, b], g, node, t }) => {
      const [rankA, rankB] = [t.dims(a!).length, t.dims(b!).length];
      if (rankA < 2 || rankB < 2) return withVectors(a!, b!, g, t);
      return [
        () => t.matmul(g, t.swap(b!, rankB)),
        () => (sumsWithin(node, t) ? t.matmul(t.swap(rows(a!, t), 2), rows(g, t)) : t.matmul(t.swap(a!, rankA), g)),
      ];
    },
    {
      gradientDims: (input, node, t) => (input === 1 && sumsWithin(node, t) ? undefined : productDims(input, node, t)),
    },
  ),
  // Y = α A' B' + β C, where ' may transpose: dA' = α G B'ᵀ, dB' = α A'ᵀ G, dC = β G
  Gemm: rule(({ x: [a, b], g, node, t }) => {
    const [transA, transB] = [intAttribute(node, 'transA', 0), intAttribute(node, 'transB', 0)];
    const scaled = (value: string, factor: number): string => (factor === 1 ? value : t.mul(value, t.scalar(factor)));
    const alpha = floatAttribute(node, 'alpha', 1);
    const gemm = (left: string, right: string, flags: { transA: number; transB: number }): string =>
      scaled(t.op('Gemm', [left, right], flags), alpha);
    return [
      () => (transA ? gemm(b!, g, { transA: transB, transB: 1 }) : gemm(g, b!, { transA: 0, transB: 1 - transB })),
      () => (transB ? gemm(g, a!, { transA: 1, transB: transA }) : gemm(a!, g, { transA: 1 - transA, transB: 0 })),
      () => scaled(g, floatAttribute(node, 'beta', 1)),
    ];
  }, broadcastingInput(2)),
  // Y = X * K + bias: dX = G *ᵀ K, dbias = Σ G over all axes but the channels'; the kernel is a weight
  Conv: rule(({ x: [, kernel], y, g, node, t }) => [
    () => backThroughConv(kernel!, g, node, t),
    () => {
      throw new RangeError('a kernel that is trained');
    },
    () => t.op('ReduceSum', [g, t.ints(t.dims(y).flatMap((__, axis) => (axis === 1 ? [] : [axis])))], { keepdims: 0 }),
  ]),
  // y = Σ a b over the indices not in y: da = Σ g b over those not in a
  Einsum: rule(({ x, g, node, t }) => x.map((value, i) => () => einsumGradient(value, i, { operands: x, g, node, t }))),
};

/** A matrix behind a stack of them: AᵀG over the stack as one tall matrix sums its gradient within the product. */
function sumsWithin({ inputs: [a, b] }: Node, t: Tape): boolean {
  return t.dims(b!).length === 2 && t.dims(a!).length > 2;
}

/** A stack of matrices as one tall matrix. */
const rows = (value: string, t: Tape): string => {
  const width = t.op('Shape', [value], { start: -1 });
  return t.reshape(value, t.op('Concat', [t.ints([-1]), width], { axis: 0 }));
};

/** Batch axes are those of the product, and the matrix axes are the operand's own: those are never broadcast. */
function productDims(input: number, { inputs: [a, b], outputs: [y] }: Node, t: Tape): readonly Dim[] {
  const matrixAxes = [a!, b!].filter((operand) => t.dims(operand).length > 1).length;
  const product = t.dims(y!);
  return [...product.slice(0, product.length - matrixAxes), ...t.dims([a!, b!][input]!).slice(-2)];
}

/**
 * A vector on the left is a matrix of one row, one on the right a matrix of one column; the product has neither axis.
 */
function withVectors(a: string, b: string, g: string, t: Tape): readonly Gradient[] {
  const [rankA, rankB] = [t.dims(a).length, t.dims(b).length];
  const insert = (value: string, axes: readonly number[]): string =>
    axes.length ? t.op('Unsqueeze', [value, t.ints(axes)]) : value;
  const without = (value: string, axes: readonly number[]): string =>
    axes.length ? t.op('Squeeze', [value, t.ints(axes)]) : value;
  const [rowAxis, columnAxis] = [rankA === 1 ? [-2] : [], rankB === 1 ? [-1] : []];
  const left = insert(a, rankA === 1 ? [0] : []);
  const right = insert(b, rankB === 1 ? [1] : []);
  const product = insert(insert(g, columnAxis), rowAxis);
  return [
    () => without(t.matmul(product, t.swap(right, Math.max(rankB, 2))), rowAxis),
    () => without(t.matmul(t.swap(left, Math.max(rankA, 2)), product), columnAxis),
  ];
}

/** @throws RangeError for steps above 1, whose last numbers may reach nothing, and for padding that is not stated */
function backThroughConv(kernel: string, g: string, node: Node, t: Tape): string {
  const { auto_pad: padding, strides, ...attributes } = node.attributes;
  if (padding?.kind === 'string' && padding.value !== 'NOTSET' && padding.value !== 'VALID')
    throw new RangeError(`the padding ${padding.value}`);
  if (strides?.kind === 'ints' && strides.value.some((stride) => stride !== 1)) throw new RangeError('strides above 1');
  return t.op('ConvTranspose', [g, kernel], attributes);
}

interface Contraction {
  readonly operands: readonly string[];
  readonly g: string;
  readonly node: Node;
  readonly t: Tape;
}

/**
 * y = Σ a b over the indices not in y, so da = Σ g b over those not in a. An index of `a` alone was summed away: ones
 * in the shape of `a` bring it back.
 * @throws RangeError for an ellipsis and for an index twice in one operand
 */
function einsumGradient(value: string, at: number, { operands, g, node, t }: Contraction): string {
  const equation = node.attributes.equation?.kind === 'string' ? node.attributes.equation.value.replace(/\s/g, '') : '';
  if (equation.includes('.')) throw new RangeError('an ellipsis');
  const [left, right] = equation.split('->');
  const terms = left!.split(',');
  if (terms.some((term) => new Set(term).size < term.length)) throw new RangeError('an index twice in one operand');
  const output =
    right ??
    [...new Set(left!.replace(/,/g, ''))]
      .filter((index) => left!.split(index).length === 2)
      .sort()
      .join('');
  const others = terms.flatMap((term, i) => (i === at ? [] : [{ term, operand: operands[i]! }]));
  const own = terms[at]!;
  const missing = [...own].some((index) => !output.includes(index) && !others.some(({ term }) => term.includes(index)));
  const ones = missing ? [{ term: own, operand: t.add(t.zerosLike(value), t.scalar(1)) }] : [];
  const factors = [{ term: output, operand: g }, ...others, ...ones];
  return t.op(
    'Einsum',
    factors.map(({ operand }) => operand),
    { equation: { kind: 'string', value: `${factors.map(({ term }) => term).join(',')}->${own}` } },
  );
}
