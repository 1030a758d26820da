import { extendGraph, type Builder } from '../onnx/builder';
import { intAttribute, intsAttribute, type Graph, type Node } from '../onnx/graph';

/** Keys or values of some places, `[batch, heads, places, size]`. */
export interface Stretch {
  readonly value: string;
  /** Whether all sequences begin with it: its batch is 1 then. */
  readonly shared: boolean;
}

/** A value put together from stretches that stand behind one another along an axis. */
interface Joined {
  readonly stretches: readonly Stretch[];
  /** Of four. */
  readonly axis: number;
}

/** A graph that reads keys and values where they lie. */
export interface Stretched {
  readonly graph: Graph;
  /** The last stretch of a value, `[batch, heads, places, size]`; the value itself where it is none of stretches. */
  readonly lastOf: (value: string) => string;
}

const rank = 4;
const placesAxis = 2;

/**
 * Lets attention read cached keys and values where they lie. A graph joins them with those of the tokens that it reads,
 * which copies the whole cache for each token: here q·[k₁ k₂]ᵀ becomes [q·k₁ᵀ q·k₂ᵀ], and
 * [p₁ p₂]·[v₁ v₂] becomes p₁·v₁ + p₂·v₂. A stretch with which all sequences begin is read once for all
 * of them (Juravsky et al. 2024, Hydragen). What else reads a joined value reads it as before, so that all values stay
 * the same but for rounding.
 * @param joins values of the graph that join keys or values along their places: the stretches of each, the first ones
 * shared, the last one not
 */
export function readInStretches(graph: Graph, joins: ReadonlyMap<string, readonly Stretch[]>): Stretched {
  const b = extendGraph({ ...graph, nodes: [] }, 'stretch/');
  const known = new Map<string, Joined>();
  const wholes = new Map<string, readonly string[]>();
  /** What lengthens a join joins its parts at once, since each join copies the whole cache. */
  const joinedOnce = (node: Node): Node => {
    const parts = node.op === 'Concat' ? wholes.get(node.inputs[0]!) : undefined;
    return parts ? { ...node, inputs: [...parts, ...node.inputs.slice(1)] } : node;
  };
  for (const node of graph.nodes) {
    const name = node.outputs[0]!;
    const stretches = joins.get(name);
    const joined = stretches
      ? { stretches, axis: placesAxis }
      : (lengthened(b, node, known) ?? carriedOn(b, node, known));
    if (joined) known.set(name, joined);
    const value = joined ? undefined : (shapeOf(b, node, known) ?? productOf(b, node, known));
    if (value) b.alias(value, name);
    else b.node(joined ? joinedOnce(node) : node);
    if (stretches) wholes.set(name, node.inputs);
  }
  const lastOf = (value: string): string => {
    const own = known.get(value);
    return own?.axis === placesAxis ? own.stretches.at(-1)!.value : value;
  };
  return { graph: b.graph(graph.outputs), lastOf };
}

/** What is joined behind stretches lengthens the last of them. */
function lengthened(b: Builder, node: Node, known: ReadonlyMap<string, Joined>): Joined | undefined {
  const [first, ...others] = node.inputs;
  const own = node.op === 'Concat' ? known.get(first!) : undefined;
  const axis = intAttribute(node, 'axis', 0);
  if (!own || own.axis !== (axis < 0 ? axis + rank : axis)) return undefined;
  const value = b.op('Concat', [own.stretches.at(-1)!.value, ...others], { axis: own.axis });
  return { ...own, stretches: [...own.stretches.slice(0, -1), { value, shared: false }] };
}

/** Operators that leave the numbers of each place what they are. */
function carriedOn(b: Builder, node: Node, known: ReadonlyMap<string, Joined>): Joined | undefined {
  const own = known.get(node.inputs[0]!);
  if (!own || (node.op !== 'Identity' && node.op !== 'Transpose')) return undefined;
  if (node.op === 'Identity') return own;
  const perm = intsAttribute(node, 'perm') ?? [3, 2, 1, 0];
  // A batch that is shared has to stay the first axis.
  if (perm[0] !== 0) return undefined;
  const stretches = own.stretches.map(({ value, shared }) => ({ value: b.op('Transpose', [value], { perm }), shared }));
  return { stretches, axis: perm.indexOf(own.axis) };
}

/** A product with a joined value, without putting it together. */
function productOf(b: Builder, node: Node, known: ReadonlyMap<string, Joined>): string | undefined {
  const right = node.op === 'MatMul' ? known.get(node.inputs[1]!) : undefined;
  if (!right) return undefined;
  const left = node.inputs[0]!;
  if (right.axis === rank - 1) {
    return b.op(
      'Concat',
      right.stretches.map((stretch) => product(b, left, stretch)),
      { axis: -1 },
    );
  }
  if (right.axis !== rank - 2) return undefined;
  const lengths = right.stretches.map(({ value }) =>
    b.op('Shape', [value], { start: right.axis, end: right.axis + 1 }),
  );
  return b
    .ops('Split', [left, b.op('Concat', lengths, { axis: 0 })], right.stretches.length, { axis: -1 })
    .map((part, i) => product(b, part, right.stretches[i]!))
    .reduce((sum, part) => b.op('Add', [sum, part]));
}

/** @param left `[batch, heads, rows, …]`: the rows of all sequences are multiplied by a shared stretch at once */
function product(b: Builder, left: string, { value, shared }: Stretch): string {
  if (!shared) return b.op('MatMul', [left, value]);
  const swapped = (side: string): string => b.op('Transpose', [side], { perm: [2, 1, 0, 3] });
  return swapped(b.op('MatMul', [swapped(left), value]));
}

function shapeOf(b: Builder, node: Node, known: ReadonlyMap<string, Joined>): string | undefined {
  const whole = node.op === 'Shape' ? known.get(node.inputs[0]!) : undefined;
  if (!whole) return undefined;
  const size = ({ value }: Stretch, axis: number): string => b.op('Shape', [value], { start: axis, end: axis + 1 });
  const dims = Array.from({ length: rank }, (_, axis) =>
    axis === whole.axis
      ? whole.stretches.map((stretch) => size(stretch, axis)).reduce((sum, length) => b.op('Add', [sum, length]))
      : size(whole.stretches.at(-1)!, axis),
  );
  const [start, end] = [intAttribute(node, 'start', 0), intAttribute(node, 'end', rank)];
  return b.op('Slice', [b.op('Concat', dims, { axis: 0 }), b.ints([start]), b.ints([end])]);
}
