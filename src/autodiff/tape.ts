import type { Attributes, Builder } from '../onnx/builder';
import type { Graph, Node, Tensor } from '../onnx/graph';
import { floatTensor } from '../onnx/tensor';
import type { Dim, Shapes } from './probeShapes';
import { openTracedShapes } from './tracedShapes';

/** What a gradient rule is handed: operators to append, and what is known of the forward values, each by its name. */
export interface Tape {
  readonly dims: Shapes['dims'];
  readonly known: Shapes['known'];
  /** Whether a value holds whole numbers that stand for floats, as quantised products do. */
  isWhole(value: string): boolean;
  /** What puts back what these indices take, where that is known. */
  inverseOf(indices: string): string | undefined;
  /** A weight of the graph, or undefined for a value that is computed. */
  weight(value: string): Tensor | undefined;
  /**
   * A value as the graph goes on with it where it is not a number: exporters put 0 for the softmax of a row in which
   * everything is masked. No gradient comes back from there, but 0 times what is not a number is none either.
   */
  guarded(value: string): string;
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
  /** Indices of which it is known what undoes them, by their names. */
  readonly inverses: ReadonlyMap<string, string>;
  /** Value of a recomputed segment → the same in the first run; grows while the tape is used. */
  readonly firstRun: ReadonlyMap<string, string>;
}

export function createTape(builder: Builder, shapes: Shapes, { graph, whole, inverses, firstRun }: Forward): Tape {
  const first = (value: string): string => firstRun.get(value) ?? value;
  const dims = (value: string): readonly Dim[] => shapes.dims(first(value));
  const { op, ops, scalar, ints } = builder;
  const traced = openTracedShapes(builder, graph, shapes);
  const shape = (value: string): string => traced(first(value)) ?? op('Shape', [value]);
  const guards = findGuards(graph);
  const guarded = (value: string): string => {
    const before = first(value);
    const guard = guards.get(before);
    if (!guard) return value;
    // The same run of the guard: a second one of a segment has an ending behind its names.
    const again = guard.passed + value.slice(before.length);
    return guard.byNumber && (value === before || firstRun.has(again))
      ? again
      : op('Where', [op('IsNaN', [value]), scalar(0), value]);
  };
  const sum = (a: string, axes: readonly number[]): string =>
    axes.length ? op('ReduceSum', [a, ints(axes)], { keepdims: 1 }) : a;
  return {
    dims,
    known: (value) => shapes.known(first(value)),
    isWhole: (value) => whole.has(first(value)),
    inverseOf: (indices) => inverses.get(indices),
    weight: (value) => graph.initializers.get(value),
    guarded,
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

interface Guard {
  /** The value behind the guard. */
  readonly passed: string;
  /** Whether the guard replaces what is not a number, and that alone. */
  readonly byNumber: boolean;
}

/** Value → the choice that the graph makes between it and a constant. */
function findGuards({ nodes, initializers }: Graph): ReadonlyMap<string, Guard> {
  const tested = new Map<string, string>();
  const guards = new Map<string, Guard>();
  const guard = ({ inputs: [condition, chosen, otherwise], outputs }: Node): void => {
    if (!initializers.has(chosen!)) return;
    guards.set(otherwise!, { passed: outputs[0]!, byNumber: tested.get(condition!) === otherwise });
  };
  for (const node of nodes) {
    if (node.op === 'IsNaN') tested.set(node.outputs[0]!, node.inputs[0]!);
    if (node.op === 'Where') guard(node);
  }
  return guards;
}

const lastTwoSwapped = (rank: number): number[] => [
  ...Array.from({ length: rank - 2 }, (_, i) => i),
  rank - 1,
  rank - 2,
];
