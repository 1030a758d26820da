import { ElementType, intAttribute, type Node } from '../../onnx/graph';
import type { Tape } from '../tape';
import { rule, type Rules } from './rule';

/**
 * Operators that read or write at positions named by integers; what is read twice receives the sum of both gradients.
 */
export const indexing: Rules = {
  // y = x[i]: dx = one-hot(i)ᵀ g
  Gather: rule(
    ({ x: [data, indices], g, node, t }) => [
      () => gatherGradient(data!, indices!, g, { axis: intAttribute(node, 'axis', 0), t }),
      undefined,
    ],
    { integerInputs: [1] },
  ),
  // y = x[i, j, …]: dx = Σ g at each place
  GatherND: rule(({ x: [data, indices], g, node, t }) => [
    () => {
      const whole = withBatchIndices(indices!, intAttribute(node, 'batch_dims', 0), t);
      return t.op('ScatterND', [t.zerosLike(data!), whole, g], { reduction: adding });
    },
    undefined,
  ]),
  GatherElements: rule(
    ({ x: [data, indices], g, node, t }) => [
      () =>
        t.op('ScatterElements', [t.zerosLike(data!), indices!, g], {
          axis: intAttribute(node, 'axis', 0),
          reduction: adding,
        }),
      undefined,
    ],
    { integerInputs: [1] },
  ),
  // y = x, but u at i: dx = g, but 0 at i; du = g[i]. Where u is added: dx = g
  ScatterElements: rule(
    ({ x: [, indices, updates], g, node, t }) => {
      const axis = intAttribute(node, 'axis', 0);
      return [
        () => (adds(node) ? g : t.op('ScatterElements', [g, indices!, t.zerosLike(updates!)], { axis })),
        undefined,
        () => (adds(node), t.op('GatherElements', [g, indices!], { axis })),
      ];
    },
    { integerInputs: [1] },
  ),
  ScatterND: rule(
    ({ x: [, indices, updates], g, node, t }) => [
      () => (adds(node) ? g : t.op('ScatterND', [g, indices!, t.zerosLike(updates!)])),
      undefined,
      () => (adds(node), t.op('GatherND', [g, indices!])),
    ],
    { integerInputs: [1] },
  ),
  // y = the largest of x, at i: dx = g at i, 0 elsewhere; the second output is i
  TopK: {
    vjp: (node, [g], t) => [
      () =>
        t.op('ScatterElements', [t.zerosLike(node.inputs[0]!), node.outputs[1]!, g ?? t.zerosLike(node.outputs[0]!)], {
          axis: intAttribute(node, 'axis', -1),
        }),
      undefined,
    ],
    integerInputs: [1],
  },
};

const adding = { kind: 'string', value: 'add' } as const;

/** @throws RangeError for products, minima and maxima */
function adds(node: Node): boolean {
  const reduction = node.attributes.reduction?.kind === 'string' ? node.attributes.reduction.value : 'none';
  if (reduction !== 'none' && reduction !== 'add') throw new RangeError(`the reduction "${reduction}"`);
  return reduction === 'add';
}

/** Indices into the whole of a value, of those that count within each entry of its first `axes` axes. */
function withBatchIndices(indices: string, axes: number, t: Tape): string {
  if (axes === 0) return indices;
  const rank = t.dims(indices).length;
  const [zero, one] = [0, 1].map((value) => t.op('Squeeze', [t.ints([value])])) as [string, string];
  const each = t.op('Concat', [t.op('Shape', [indices], { start: 0, end: rank - 1 }), t.ints([1])], { axis: 0 });
  const counted = Array.from({ length: axes }, (_, axis) => {
    const range = t.op('Range', [
      zero,
      t.op('Squeeze', [t.op('Shape', [indices], { start: axis, end: axis + 1 })]),
      one,
    ]);
    return t.op('Expand', [
      t.reshape(range, t.ints(Array.from({ length: rank }, (__, i) => (i === axis ? -1 : 1)))),
      each,
    ]);
  });
  return t.op('Concat', [...counted, indices], { axis: -1 });
}

/** Indices may also be int32. */
const toInt64 = (value: string, t: Tape): string => t.op('Cast', [value], { to: ElementType.int64 });

/** @returns one-hot(indices)ᵀ g, in the shape of `data` */
function gatherGradient(
  data: string,
  indices: string,
  g: string,
  { axis, t }: { readonly axis: number; readonly t: Tape },
): string {
  const rank = t.dims(data).length;
  const at = axis < 0 ? axis + rank : axis;
  const inverse = t.inverseOf(indices);
  if (inverse) return t.op('Gather', [g, inverse], { axis: at });
  const size = t.op('Gather', [t.shape(data), t.ints([at])]);
  const flat = t.reshape(toInt64(indices, t), t.ints([1, -1]));
  const positive = t.op('Where', [t.op('Less', [flat, t.ints([0])]), t.add(flat, size), flat]);
  const range = t.op('Range', [
    t.op('Squeeze', [t.ints([0])]),
    t.op('Squeeze', [size]),
    t.op('Squeeze', [t.ints([1])]),
  ]);
  // [size, indices]
  const oneHot = t.op('Cast', [t.op('Equal', [t.reshape(range, t.ints([-1, 1])), positive])], { to: 1 });
  const product = (from: number, to?: number): string =>
    t.op('ReduceProd', [t.op('Shape', [data], to === undefined ? { start: from } : { start: from, end: to })], {
      keepdims: 1,
    });
  const stacked = t.reshape(
    g,
    t.op(
      'Concat',
      [
        at === 0 ? t.ints([1]) : product(0, at),
        t.reshape(t.op('Size', [flat]), t.ints([1])),
        at === rank - 1 ? t.ints([1]) : product(at + 1),
      ],
      { axis: 0 },
    ),
  );
  return t.reshape(t.matmul(oneHot, stacked), t.shape(data));
}
