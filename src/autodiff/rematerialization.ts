import type { Builder } from '../onnx/builder';
import { isElementwise } from '../onnx/elementwise';
import { valuesRead, type Graph, type Node } from '../onnx/graph';
import { readBehind } from './emptyShape';
import type { Dim } from './probeShapes';

/** What is computed a second time for the gradient: value → how it follows from others. */
export type Recomputed = ReadonlyMap<string, Following>;

interface Following {
  readonly node: Node;
  /** The value that it follows from, number by number. */
  readonly root: string;
}

/** A differentiated graph, as far as it is asked here. */
interface Differentiated {
  readonly graph: Graph;
  /** Nodes that the gradient passes through. */
  readonly path: readonly Node[];
  /** Of each value that a node of the path reads or returns. */
  readonly dims: (value: string) => readonly Dim[];
}

/**
 * Which values of the forward pass are computed again where the gradient reads them, instead of being held until then
 * (rematerialisation). Of values that follow number by number from the same one, as a sigmoid and what it gates, that
 * one alone is held: it is as large as each of them, and they are cheap.
 * @param withGradient nodes of the graph and, behind them, those of its gradient
 */
export function cheapToRecompute(differentiated: Differentiated, withGradient: readonly Node[]): Recomputed {
  const gradient = withGradient.slice(differentiated.graph.nodes.length);
  const held = new Set(gradient.flatMap((node) => (node.op === 'Shape' ? [] : valuesRead(node))));
  const following = followingOne(differentiated);
  const heldBehind = new Map<string, string[]>();
  for (const [value, { root }] of following)
    if (held.has(value)) heldBehind.set(root, [...(heldBehind.get(root) ?? []), value]);
  const worthIt = (root: string): boolean => (heldBehind.get(root)?.length ?? 0) > (held.has(root) ? 0 : 1);
  return new Map([...following].filter(([, { root }]) => worthIt(root)));
}

/** The values of a path that follow number by number, with weights, from a single other one of their size. */
function followingOne({ graph, path, dims }: Differentiated): Recomputed {
  const following = new Map<string, Following>();
  const onPath = new Set(path.flatMap(({ outputs }) => outputs));
  for (const node of path) {
    const [output] = node.outputs;
    const computed = valuesRead(node).filter((input) => !graph.initializers.has(input));
    const roots = new Set(computed.map((input) => following.get(input)?.root ?? input));
    const [root] = roots;
    if (roots.size === 1 && isElementwise(node) && onPath.has(root!) && sameDims(dims(output!), dims(root!)))
      following.set(output!, { node, root: root! });
  }
  return following;
}

const sameDims = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/**
 * Appends second computations where they are asked for. A runtime orders a graph by its data alone, and merges what is
 * computed twice: so they read what they follow from through a reshape to a shape that waits for a gradient.
 * @param firstRun receives, for each value computed again, the one in the first run
 * @returns what a node is once a gradient has reached it, for its gradient rule to read
 */
export function openRecomputation(
  builder: Builder,
  recomputed: Recomputed,
  firstRun: Map<string, string>,
): (node: Node, gradient: string) => Node {
  const again = new Map<string, string>();
  const known = (value: string, name: string): string => {
    again.set(value, name);
    firstRun.set(name, value);
    return name;
  };
  const held = (root: string, gradient: string): string => known(root, readBehind(builder, root, [gradient]));
  const compute = (value: string, { node, root }: Following, gradient: string): string => {
    const inputs = node.inputs.map((input) => {
      const following = recomputed.get(input);
      if (input !== root && !following) return input;
      return again.get(input) ?? (following ? compute(input, following, gradient) : held(root, gradient));
    });
    const name = `${value}/again`;
    builder.node({ ...node, name: `${node.name}/again`, inputs, outputs: [name] });
    return known(value, name);
  };
  return (node, gradient) => {
    const late = (value: string): string => {
      const following = recomputed.get(value);
      return following ? (again.get(value) ?? compute(value, following, gradient)) : value;
    };
    return { ...node, inputs: node.inputs.map(late), outputs: node.outputs.map(late) };
  };
}
