import { extendGraph, type Builder } from '../../onnx/builder';
import { producers, type Graph, type Node } from '../../onnx/graph';
import { inReadingOrder } from '../../onnx/readingOrder';
import { capturedValues } from './capturedValues';
import { constantValues } from './constantValues';
import { positionwise } from './positionwise';
import { shapeAsRows, type Packing, type PackingShapes } from './packedPositions';

/** An opening that is run once in front of all rows of a batch, by nodes of its own. */
export interface Opening extends PackingShapes {
  /** Its token ids, `[1, opening]`. */
  readonly ids: string;
  /** How the rows are packed. */
  readonly packing: Packing;
  /** What the names of its nodes, and of those of the rows, have in front of what both have in common. */
  readonly prefixes: { readonly opening: string; readonly rows: string };
}

/**
 * Rewrites a graph so that what works position by position reads the opening and the tokens of all rows as one
 * sequence, `[1, opening + packed, width]`: few tokens alone make slow products, and an operator is called once instead
 * of twice. What reads positions together gets both apart again.
 * @param inside values of the rows that are packed, `[1, packed, width]`
 * @returns the graph as it is where opening and rows cannot be run side by side
 */
export function joinOpening(graph: Graph, inside: ReadonlySet<string>, opening: Opening): Graph {
  const twins = findTwins(graph, inside, opening);
  if (twins.size === 0) return graph;
  const joined = writeJoined(graph, twins, opening);
  const nodes = inReadingOrder(joined.nodes, producers(joined));
  return nodes ? { ...joined, nodes } : graph;
}

/** Nodes of the rows → those of the opening that do the same, where both work position by position. */
function findTwins(graph: Graph, inside: ReadonlySet<string>, opening: Opening): ReadonlyMap<Node, Node> {
  const { prefixes } = opening;
  const own = new Map(
    graph.nodes
      .filter(({ name }) => name.startsWith(prefixes.opening))
      .map((node) => [node.name.slice(prefixes.opening.length), node] as const),
  );
  const captured = capturedValues(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const constant = constantValues(graph);
  const works = positionwise(graph, opening);
  const twinOf = (node: Node): Node | undefined => {
    if (!node.name.startsWith(prefixes.rows) || !node.outputs.every((output) => inside.has(output))) return undefined;
    const twin = own.get(node.name.slice(prefixes.rows.length));
    const read = (output: string): boolean => !captured.has(output) && !outputs.has(output);
    if (!twin || twin.op !== node.op || !twin.outputs.every(read) || !works(twin)) return undefined;
    const sameWeights = node.inputs.every(
      (input, i) => input === twin.inputs[i] || (!constant.has(input) && !constant.has(twin.inputs[i]!)),
    );
    return sameWeights ? twin : undefined;
  };
  return new Map(
    graph.nodes.flatMap((node) => {
      const twin = twinOf(node);
      return twin ? [[node, twin] as const] : [];
    }),
  );
}

/** The graph with one node in place of each two; its nodes are in no order. */
function writeJoined(graph: Graph, twins: ReadonlyMap<Node, Node>, { ids, packing, dims }: Opening): Graph {
  const b = extendGraph({ ...graph, nodes: [] }, 'joined/');
  const constant = constantValues(graph);
  const left = new Set(twins.values());
  const pairs = [...twins].flatMap(([node, twin]) => node.outputs.map((rows, i) => [rows, twin.outputs[i]!] as const));
  const openingOf = new Map(pairs);
  const rowsOf = new Map(pairs.map(([rows, own]) => [own, rows]));
  const lengths = (): string =>
    b.op('Concat', [b.op('Shape', [ids], { start: 1, end: 2 }), packed(b, packing)], { axis: 0 });
  const whole = (rows: string): string => `joined/${rows}`;
  /** A value as nodes that stay apart read it. */
  const apart = (value: string): string => {
    const rows = rowsOf.get(value) ?? value;
    if (!openingOf.has(rows)) return value;
    const [own, others] = b.ops('Split', [whole(rows), lengths()], 2, { axis: 1 });
    return rows === value ? others! : own!;
  };
  const together = (rows: string, own: string): string => {
    if (constant.has(rows)) return rows;
    return openingOf.get(rows) === own ? whole(rows) : b.op('Concat', [apart(own), apart(rows)], { axis: 1 });
  };
  for (const node of graph.nodes) {
    if (left.has(node)) continue;
    const twin = twins.get(node);
    if (twin)
      b.node({
        ...node,
        inputs: node.inputs.map((input, i) => together(input, twin.inputs[i]!)),
        outputs: node.outputs.map(whole),
      });
    else if (node.op === 'Shape' && rowsOf.has(node.inputs[0]!))
      b.alias(shapeAsRows(b, node, ids, dims(node.inputs[0]!).at(-1)!), node.outputs[0]!);
    else b.node({ ...node, inputs: node.inputs.map(apart) });
  }
  return b.graph(graph.outputs);
}

/** How many tokens of the rows there are, int64 `[1]`. */
const packed = (b: Builder, { ids, places }: Packing): string =>
  places ? b.op('Shape', [places.packed]) : b.op('Reshape', [b.op('Size', [ids]), b.ints([1])]);
