import type { Builder } from '../onnx/builder';
import { intAttribute, intsAttribute, producers, type Graph, type Node } from '../onnx/graph';
import { tensorNumbers } from '../onnx/tensor';
import type { Dim, Shapes } from './probeShapes';

/** Where the size of an axis comes from: a number, or an axis of an input of the graph, or several of them together. */
type Size =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'axis'; readonly of: string; readonly axis: number }
  | { readonly kind: 'sum'; readonly parts: readonly Size[] }
  | { readonly kind: 'product'; readonly parts: readonly Size[] };

/** An axis of a value. */
interface Place {
  readonly value: string;
  readonly axis: number;
}

/** Operators whose output has the shape of their first input. */
const shapeKeeping = new Set([
  'Identity',
  'Cast',
  'Neg',
  'Abs',
  'Sqrt',
  'Reciprocal',
  'Exp',
  'Log',
  'Erf',
  'Relu',
  'Sigmoid',
  'Tanh',
  'Gelu',
  'QuickGelu',
  'Softmax',
  'LogSoftmax',
  'LayerNormalization',
  'SimplifiedLayerNormalization',
  'RMSNormalization',
  'RotaryEmbedding',
]);
/** The runtime's own operators among these. */
const isTraced = ({ domain, op }: Node): boolean => domain === '' || op === 'RotaryEmbedding';
/** Operators over some axes, of which each then has a size of 1. */
const reducing = new Set(['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin']);
/** Operators whose inputs are stretched to one another. */
const stretching = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max', 'Where', 'Expand']);

/**
 * The shape of a value by the inputs of the graph. Asked of the value itself, its shape keeps its memory until then,
 * and a gradient asks long after the value has been read for the last time. Nearly all shapes of a model follow from
 * the few sizes of its inputs, through operators that say so by themselves.
 * @returns for a value its shape, int64; undefined where it does not follow from the inputs
 */
export function openTracedShapes(
  { op, ints }: Pick<Builder, 'op' | 'ints'>,
  graph: Graph,
  shapes: Pick<Shapes, 'has' | 'dims' | 'seen'>,
): (value: string) => string | undefined {
  const made = producers(graph);
  const given = new Set(graph.inputs.map(({ name }) => name));
  const traced = new Map<string, Size | undefined>();
  const written = (size: Size): string => {
    switch (size.kind) {
      case 'number':
        return ints([size.number]);
      case 'axis':
        return op('Shape', [size.of], { start: size.axis, end: size.axis + 1 });
      case 'sum':
        return size.parts.map(written).reduce((sum, part) => op('Add', [sum, part]));
      case 'product':
        return size.parts.map(written).reduce((product, part) => op('Mul', [product, part]));
    }
  };
  return (value) => {
    const dims = dimsOf(value);
    const sizes = dims?.map((_, axis) => sizeOf(value, axis));
    if (!sizes || sizes.some((size) => size === undefined)) return undefined;
    if (sizes.length === 0) return op('Shape', [value]);
    return sizes.length === 1 ? written(sizes[0]!) : op('Concat', (sizes as Size[]).map(written), { axis: 0 });
  };

  /** Undefined for a value beside the way of the gradient, whose shape was not asked for. */
  function dimsOf(value: string): readonly Dim[] | undefined {
    return graph.initializers.get(value)?.dims ?? (shapes.has(value) ? shapes.dims(value) : undefined);
  }

  function sizeOf(value: string, axis: number): Size | undefined {
    // A size that was the same in two runs need not be in a third, where a slice reaches beyond the end.
    const weight = graph.initializers.get(value);
    if (weight) return { kind: 'number', number: weight.dims[axis]! };
    if (given.has(value)) return { kind: 'axis', of: value, axis };
    const key = `${axis} ${value}`;
    if (!traced.has(key)) {
      const node = made.get(value);
      traced.set(key, node && isTraced(node) ? throughNode(node, value, axis) : undefined);
    }
    return traced.get(key);
  }

  function throughNode(node: Node, value: string, axis: number): Size | undefined {
    const { op: kind, inputs } = node;
    if (shapeKeeping.has(kind)) return sizeOf(inputs[0]!, axis);
    if (stretching.has(kind)) return throughStretching(node, axis);
    if (kind === 'Transpose') {
      const perm = intsAttribute(node, 'perm');
      return perm && sizeOf(inputs[0]!, perm[axis]!);
    }
    if (kind === 'MatMul') return throughProduct(node, axis);
    if (kind === 'Reshape') return throughReshape(node, axis);
    if (kind === 'Concat') return throughConcat(node, axis);
    if (kind === 'Gather') return throughGather(node, axis);
    if (kind === 'Split') return throughSplit(node, value, axis);
    if (reducing.has(kind)) return throughReduction(node, axis);
    return undefined;
  }

  function throughSplit(node: Node, value: string, axis: number): Size | undefined {
    const { inputs, outputs } = node;
    if (axis !== along(intAttribute(node, 'axis', 0), dimsOf(value)?.length ?? 0)) return sizeOf(inputs[0]!, axis);
    return inputs[1] ? targetOf(inputs[1])?.[outputs.indexOf(value)] : undefined;
  }

  function throughReduction(node: Node, axis: number): Size | undefined {
    const [x, over] = node.inputs;
    const rank = dimsOf(x!)?.length;
    const tensor = over ? graph.initializers.get(over) : undefined;
    const axes = tensor ? tensorNumbers(tensor) : intsAttribute(node, 'axes');
    if (rank === undefined || !axes?.length || intAttribute(node, 'keepdims', 1) !== 1) return undefined;
    return axes.some((each) => along(each, rank) === axis) ? one : sizeOf(x!, axis);
  }

  function throughStretching({ op: kind, inputs, outputs: [y] }: Node, axis: number): Size | undefined {
    if (!shapes.has(y!)) return undefined;
    const operands = kind === 'Expand' ? inputs.slice(0, 1) : inputs;
    const own = firstOf(operands, (operand) => sizeOfStretched(operand, { value: y!, axis }));
    if (own) return own;
    if (kind !== 'Expand' && shapes.seen(y!).every((sizes) => sizes[axis] === 1))
      return nothingStretched(inputs, y!, axis);
    const target = kind === 'Expand' ? targetOf(inputs[1]!) : undefined;
    const asked = target?.[axis - dimsOf(y!)!.length + target.length];
    return asked?.kind === 'axis' ? asked : undefined;
  }

  /** The size of an axis that was 1, where no operand can stretch it but by the one size that it has then. */
  function nothingStretched(operands: readonly string[], y: string, axis: number): Size | undefined {
    const rank = dimsOf(y)!.length;
    const sizes = operands.map((operand): Size | undefined => {
      const own = dimsOf(operand);
      if (!own) return undefined;
      const at = axis - rank + own.length;
      return at < 0 ? one : sizeOf(operand, at);
    });
    if (sizes.some((size) => size === undefined)) return undefined;
    const others = new Map(sizes.map((size) => [JSON.stringify(size), size]));
    others.delete(JSON.stringify(one));
    return others.size > 1 ? undefined : ([...others.values()][0] ?? one);
  }

  /** The size of an operand that has it itself, so that it is none that is stretched to it. */
  function sizeOfStretched(operand: string, { value, axis }: Place): Size | undefined {
    if (graph.initializers.has(operand) || !shapes.has(operand) || !shapes.has(value)) return undefined;
    const [seen, wanted] = [shapes.seen(operand), shapes.seen(value)];
    const at = axis - wanted[0]!.length + seen[0]!.length;
    if (at < 0 || !seen.every((sizes, run) => sizes[at] === wanted[run]![axis] && sizes[at] !== 1)) return undefined;
    const size = sizeOf(operand, at);
    return size?.kind === 'number' && size.number !== wanted[0]![axis] ? undefined : size;
  }

  function throughProduct({ inputs: [a, b], outputs: [y] }: Node, axis: number): Size | undefined {
    const [left, right, rank] = [a, b, y].map((value) => dimsOf(value!)?.length ?? 0) as [number, number, number];
    if (left < 2 || right < 2) return undefined;
    if (axis === rank - 1) return sizeOf(b!, right - 1);
    if (axis === rank - 2) return sizeOf(a!, left - 2);
    // Axes in front are stretched to one another.
    if (right === 2) return sizeOf(a!, axis);
    return sizeOfStretched(a!, { value: y!, axis }) ?? sizeOfStretched(b!, { value: y!, axis });
  }

  function throughReshape({ inputs: [x, target], outputs: [y], attributes }: Node, axis: number): Size | undefined {
    const wanted = attributes.allowzero ? undefined : targetOf(target!);
    const before = dimsOf(x!);
    const own = wanted?.[axis];
    if (!wanted || !own) return undefined;
    if (own.kind !== 'number' || own.number > 0) return own;
    if (own.number === 0) return sizeOf(x!, axis);
    if (!before) return undefined;
    // -1 is what is left of x when the other axes have been taken.
    const isNumber = (i: number, number: number): boolean => {
      const size = wanted[i];
      return size?.kind === 'number' && size.number === number;
    };
    const left = before.flatMap((_, i) => (isNumber(i, 0) ? [] : [i]));
    for (const [i, size] of wanted.entries()) {
      if (size.kind === 'number') continue;
      const same = [...left].reverse().find((j) => agree({ value: x!, axis: j }, { value: y!, axis: i }));
      if (same === undefined) return undefined;
      left.splice(left.indexOf(same), 1);
    }
    return quotient(
      left.map((i) => sizeOf(x!, i)),
      wanted.flatMap((size) => (size.kind === 'number' && size.number > 0 ? [size.number] : [])),
    );
  }

  /** Whether two sizes, which vary, were the same in both runs. */
  function agree(one: Place, other: Place): boolean {
    if (!shapes.has(one.value) || !shapes.has(other.value)) return false;
    const [sizes, others] = [one, other].map(({ value, axis }) => shapes.seen(value).map((dims) => dims[axis]));
    return sizes!.every((size, run) => size === others![run]) && sizes![0] !== sizes![1];
  }

  /** The numbers of a target shape, of which 0 and -1 have their own meaning, and the sizes that were put into it. */
  function targetOf(target: string): readonly Size[] | undefined {
    const tensor = graph.initializers.get(target);
    if (tensor) return tensorNumbers(tensor).map((number): Size => ({ kind: 'number', number }));
    const node = made.get(target);
    if (node?.domain !== '') return undefined;
    if (node.op === 'Shape') return axesBehind(node);
    if (node.op === 'Reshape') return countBehind(node);
    if (node.op !== 'Concat') return undefined;
    const parts = node.inputs.map(targetOf);
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  }

  /** How many numbers an input of the graph has, as a Size says behind which an axis is put. */
  function countBehind({ inputs: [count, shape] }: Node): readonly Size[] | undefined {
    const size = made.get(count!);
    const tensor = graph.initializers.get(shape!);
    if (size?.op !== 'Size' || size.domain !== '' || !tensor || tensorNumbers(tensor).join() !== '1') return undefined;
    const axes = axesBehind({ ...size, attributes: {} });
    return axes && [{ kind: 'product', parts: axes }];
  }

  /** Axes of an input of the graph that a Shape names. */
  function axesBehind({ inputs: [of], attributes }: Node): readonly Size[] | undefined {
    const rank = graph.inputs.find(({ name }) => name === of)?.dims?.length;
    if (rank === undefined) return undefined;
    const [start, end] = ['start', 'end'].map((name, i) => {
      const bound = attributes[name];
      return along(bound?.kind === 'int' ? bound.value : i * rank, rank);
    });
    return Array.from({ length: rank }, (_, axis): Size => ({ kind: 'axis', of: of!, axis })).slice(start, end);
  }

  function throughConcat(node: Node, axis: number): Size | undefined {
    const {
      inputs,
      outputs: [y],
    } = node;
    const rank = dimsOf(y!)?.length;
    if (rank === undefined) return undefined;
    if (axis !== along(intAttribute(node, 'axis', 0), rank)) return firstOf(inputs, (input) => sizeOf(input, axis));
    const parts = inputs.map((input) => sizeOf(input, axis));
    return parts.every((part) => part !== undefined) ? { kind: 'sum', parts } : undefined;
  }

  /** Indices are small, so that they may be asked for their own shape. */
  function throughGather(node: Node, axis: number): Size | undefined {
    const {
      inputs: [table, indices],
      outputs: [y],
    } = node;
    const given = intAttribute(node, 'axis', 0);
    if (given >= 0 && axis < given) return sizeOf(table!, axis);
    const [rank, width] = [dimsOf(y!)?.length, dimsOf(table!)?.length];
    if (rank === undefined || width === undefined) return undefined;
    const [from, count] = [along(given, width), rank - width + 1];
    if (axis < from) return sizeOf(table!, axis);
    if (axis >= from + count) return sizeOf(table!, axis - count + 1);
    return { kind: 'axis', of: indices!, axis: axis - from };
  }
}

function firstOf<T, U>(from: readonly T[], find: (each: T) => U | undefined): U | undefined {
  for (const each of from) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

const numberOf = (number: number): Size => ({ kind: 'number', number });
const one = numberOf(1);

const along = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** The product of some sizes over that of some numbers. */
function quotient(sizes: readonly (Size | undefined)[], numbers: readonly number[]): Size | undefined {
  if (sizes.some((size) => size === undefined)) return undefined;
  const factors = (sizes as readonly Size[]).flatMap((size) => (size.kind === 'product' ? size.parts : [size]));
  const varying = factors.filter(({ kind }) => kind !== 'number');
  const factor =
    factors.reduce((product, size) => product * (size.kind === 'number' ? size.number : 1), 1) /
    numbers.reduce((product, each) => product * each, 1);
  if (!Number.isInteger(factor) || factor < 1) return undefined;
  const parts = [...varying, ...(factor > 1 || varying.length === 0 ? [numberOf(factor)] : [])];
  return parts.length === 1 ? parts[0] : { kind: 'product', parts };
}
