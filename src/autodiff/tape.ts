import type { Attributes, Builder } from '../onnx/builder';
import type { Graph, Tensor } from '../onnx/graph';
import { floatTensor } from '../onnx/tensor';
import type { Dim, Shapes } from './probeShapes';

/** What a gradient rule is handed: operators to append, and what is known of the forward values, each by its name. */
export interface Tape {
  readonly dims: Shapes['dims'];
  readonly known: Shapes['known'];
  /** Whether a value holds whole numbers that stand for floats, as quantised products do. */
  isWhole(value: string): boolean;
  /** A weight of the graph, or undefined for a value that is computed. */
  weight(value: string): Tensor | undefined;
  /** Adds a weight whose bytes are not compared with those already there. */
  addWeight(name: string, tensor: Tensor): string;
  op(op: string, inputs: readonly string[], attributes?: Attributes): string;
  ops(op: string, inputs: readonly string[], outputs: number, attributes?: Attributes): readonly string[];
  scalar(value: number): string;
  ints(values: readonly number[]): string;
  add(a: string, b: string): string;
  sub(a: string, b: string): string;
  mul(a: string, b: string): string;
  div(a: string, b: string): string;
  neg(a: string): string;
  matmul(a: string, b: string): string;
  /** Swaps the last two of `rank` axes. */
  swap(a: string, rank: number): string;
  reshape(a: string, shape: string): string;
  /** Runtime shape of a value, int64. */
  shape(value: string): string;
  /** Sum over axes, dimensions kept as 1. */
  sum(a: string, axes: readonly number[]): string;
  /** A tensor of zeros shaped like the value. */
  zerosLike(value: string): string;
}

interface Forward {
  readonly graph: Graph;
  /** Values that hold whole numbers. */
  readonly whole: ReadonlySet<string>;
  /** Value of a recomputed segment → the same in the first run; grows while the tape is used. */
  readonly firstRun: ReadonlyMap<string, string>;
}

export function createTape(builder: Builder, shapes: Shapes, { graph, whole, firstRun }: Forward): Tape {
  const first = (value: string): string => firstRun.get(value) ?? value;
  const dims = (value: string): readonly Dim[] => shapes.dims(first(value));
  const { op, ops, scalar, ints } = builder;
  const shape = (value: string): string => op('Shape', [value]);
  const sum = (a: string, axes: readonly number[]): string =>
    axes.length ? op('ReduceSum', [a, ints(axes)], { keepdims: 1 }) : a;
  return {
    dims,
    known: (value) => shapes.known(first(value)),
    isWhole: (value) => whole.has(first(value)),
    weight: (value) => graph.initializers.get(value),
    addWeight: builder.weight,
    op,
    ops,
    scalar,
    ints,
    shape,
    sum,
    add: (a, b) => op('Add', [a, b]),
    sub: (a, b) => op('Sub', [a, b]),
    mul: (a, b) => op('Mul', [a, b]),
    div: (a, b) => op('Div', [a, b]),
    neg: (a) => op('Neg', [a]),
    matmul: (a, b) => op('MatMul', [a, b]),
    swap: (a, rank) => op('Transpose', [a], { perm: lastTwoSwapped(rank) }),
    reshape: (a, to) => op('Reshape', [a, to], { allowzero: 1 }),
    zerosLike: (value) =>
      op('ConstantOfShape', [shape(value)], { value: { kind: 'tensor', value: floatTensor([1], [0]) } }),
  };
}

const lastTwoSwapped = (rank: number): number[] => [
  ...Array.from({ length: rank - 2 }, (_, i) => i),
  rank - 1,
  rank - 2,
];
