import { intAttribute, type Node } from '../onnx/graph';
import { rule, type Rules } from './rule';
import type { Tape } from './tape';

/** Operators that read or write at positions named by integers. */
export const scatter: Rules = {
  // numbers read twice add up
  GatherElements: rule(({ x: [data, indices], g, node, t }) => [
    () =>
      t.op('ScatterElements', [t.zerosLike(data!), indices!, g], {
        axis: intAttribute(node, 'axis', 0),
        reduction: adding,
      }),
    undefined,
  ]),
  // what was overwritten receives nothing
  ScatterElements: rule(({ x: [, indices, updates], g, node, t }) => {
    const axis = intAttribute(node, 'axis', 0);
    return [
      () => (adds(node) ? g : t.op('ScatterElements', [g, indices!, t.zerosLike(updates!)], { axis })),
      undefined,
      () => (adds(node), t.op('GatherElements', [g, indices!], { axis })),
    ];
  }),
  ScatterND: rule(({ x: [, indices, updates], g, node, t }) => [
    () => (adds(node) ? g : t.op('ScatterND', [g, indices!, t.zerosLike(updates!)])),
    undefined,
    () => (adds(node), t.op('GatherND', [g, indices!])),
  ]),
  // only the chosen numbers receive a gradient; the indices are integers
  TopK: (node, [g], t) => [
    () =>
      t.op('ScatterElements', [t.zerosLike(node.inputs[0]!), node.outputs[1]!, g ?? t.zerosLike(node.outputs[0]!)], {
        axis: intAttribute(node, 'axis', -1),
      }),
    undefined,
  ],
  CumSum: rule(({ x: [, axis], g, node, t }) => [
    () =>
      t.op('CumSum', [g, axis!], {
        exclusive: intAttribute(node, 'exclusive', 0),
        reverse: 1 - intAttribute(node, 'reverse', 0),
      }),
    undefined,
  ]),
  Trilu: rule(({ x: [, ...diagonal], g, node, t }) => [
    () => t.op('Trilu', [g, ...diagonal], { upper: intAttribute(node, 'upper', 1) }),
    undefined,
  ]),
  // [r₀, d₀, r₁, d₁, …]: the copies of each number lie along the even axes
  Tile: rule(({ x: [x, repeats], g, t }) => [
    () => {
      const rank = t.dims(x!).length;
      if (rank === 0) return g;
      const apart = t.reshape(
        t.op(
          'Concat',
          [repeats!, t.shape(x!)].map((sizes) => t.op('Unsqueeze', [sizes, t.ints([1])])),
          { axis: 1 },
        ),
        t.ints([-1]),
      );
      return t.op('ReduceSum', [t.reshape(g, apart), t.ints(Array.from({ length: rank }, (_, i) => 2 * i))], {
        keepdims: 0,
      });
    },
    undefined,
  ]),
  // the padding itself is constant
  Pad: rule(({ x: [x, padding, , ...axes], g, node, t }) => {
    if (node.attributes.mode?.kind === 'string' && node.attributes.mode.value !== 'constant')
      return [
        () => {
          throw new RangeError('padding that repeats numbers');
        },
        undefined,
      ];
    return [() => t.op('Pad', [g, t.neg(padding!), t.scalar(0), ...axes]), undefined, undefined].map((gradient, i) =>
      i === 0 && x ? gradient : undefined,
    );
  }),
  Einsum: rule(({ x, g, node, t }) => x.map((value, i) => () => einsumGradient(value, i, { operands: x, g, node, t }))),
};

const adding = { kind: 'string', value: 'add' } as const;

/** @throws RangeError for products, minima and maxima */
function adds(node: Node): boolean {
  const reduction = node.attributes.reduction?.kind === 'string' ? node.attributes.reduction.value : 'none';
  if (reduction !== 'none' && reduction !== 'add') throw new RangeError(`the reduction "${reduction}"`);
  return reduction === 'add';
}

interface Contraction {
  readonly operands: readonly string[];
  readonly g: string;
  readonly node: Node;
  readonly t: Tape;
}

/**
 * y = Σ a b over the indices not in y, so da = Σ g b over those not in a. An index of `a` alone was summed away: ones in the shape
 * of `a` bring it back.
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
