import type { Dim } from '../../autodiff/probeShapes';
import { extendGraph, type Builder } from '../../onnx/builder';
import { consumers, intAttribute, producers, valuesRead, type Graph, type Node } from '../../onnx/graph';
import { capturedValues } from './capturedValues';
import { constantValues } from './constantValues';
import { mayWorkByPosition, positionwise } from './positionwise';

/** How the tokens of a batch stand behind one another. */
export interface Packing {
  /** Token ids, `[batch, sequence]`. */
  readonly ids: string;
  /** Which of them there are; all, padding too, where it is not given. */
  readonly places?: PackedPlaces;
}

/** How the tokens of a padded batch stand behind one another, one place for all of its padding among them. */
export interface PackedPlaces {
  /** int64 `[packed]`: place of each token in the batch, counted over all its rows, and one place that is padding. */
  readonly packed: string;
  /** int64 `[batch · sequence]`: which of these stands at each place of the batch. */
  readonly padded: string;
}

/** What is known of the values that {@link packCandidates} names. */
export interface PackingShapes {
  readonly dims: (value: string) => readonly Dim[];
  /** Whether the first two axes of a value are those of the token ids, and a third of a fixed size follows. */
  readonly positional: (value: string) => boolean;
}

/** A graph whose position-wise work skips padding. */
export interface PackedGraph {
  readonly graph: Graph;
  /** Indices by which values are taken → indices that put back what was taken. */
  readonly inverses: ReadonlyMap<string, string>;
  /** Values that are packed. */
  readonly inside: ReadonlySet<string>;
}

/**
 * The values whose shapes {@link packPositions} needs to know.
 * @param hidden what answers are chosen from: whatever is made of it stands behind that choice
 */
export function packCandidates(graph: Graph, hidden: string): readonly string[] {
  const behind = valuesBehind(graph, hidden);
  return [
    ...new Set(
      graph.nodes
        .filter((node) => mayWorkByPosition(node) && !node.outputs.some((output) => behind.has(output)))
        .flatMap((node) => [...node.inputs, ...node.outputs]),
    ),
  ].filter(Boolean);
}

/**
 * Rewrites a graph so that what works position by position reads the tokens of all rows as one sequence, `[1, packed,
 * width]`, and one place of padding instead of all: products are most of a step's work, and rows of unlike lengths are
 * half padding. What reads positions together (attention) gets them as rows again. Padding differs from padding in what
 * attention gave it, which a mask hides from every token, and no gradient comes from there.
 */
export function packPositions(
  graph: Graph,
  { dims, positional }: PackingShapes,
  { packing, answerPositions }: { readonly packing: Packing; readonly answerPositions: string },
): PackedGraph {
  const packed = nodesToPack(graph, { dims, positional }, answerPositions);
  const inside = new Set([...packed].flatMap(({ outputs }) => outputs));
  const constant = constantValues(graph);
  const b = extendGraph({ ...graph, nodes: [] }, 'packed/');
  const width = (value: string): number => dims(value).at(-1)!;
  const { ids, places } = packing;
  const taken = (value: string, indices: string | undefined): string =>
    indices === undefined ? value : b.op('Gather', [value, indices], { axis: 1 });
  const withoutPadding = (value: string): string =>
    constant.has(value) || inside.has(value) || !positional(value)
      ? value
      : taken(b.op('Reshape', [value, b.ints([1, -1, width(value)])]), places?.packed);
  const asRows = (value: string): string =>
    inside.has(value) ? b.op('Reshape', [taken(value, places?.padded), rowShape(b, ids, width(value))]) : value;
  for (const node of graph.nodes) {
    if (packed.has(node)) b.node({ ...node, inputs: node.inputs.map(withoutPadding) });
    else if (node.op === 'Shape' && inside.has(node.inputs[0]!))
      b.alias(shapeAsRows(b, node, ids, width(node.inputs[0]!)), node.outputs[0]!);
    else b.node({ ...node, inputs: node.inputs.map(asRows) });
  }
  return {
    graph: b.graph(graph.outputs),
    inside,
    inverses: new Map(
      places && [
        [places.packed, places.padded],
        [places.padded, places.packed],
      ],
    ),
  };
}

const rowShape = (b: Builder, ids: string, width: number): string =>
  b.op('Concat', [b.op('Shape', [ids]), b.ints([width])], { axis: 0 });

/** What a node says of the shape of a value `[...ids, width]`, without reading that value. */
export function shapeAsRows(b: Builder, node: Node, ids: string, width: number): string {
  const [start, end] = [intAttribute(node, 'start', 0), intAttribute(node, 'end', 3)];
  return b.op('Slice', [rowShape(b, ids, width), b.ints([start]), b.ints([end])]);
}

/** Position-wise nodes in front of the choice of answers, as far as they are worth it: with products among them. */
function nodesToPack(graph: Graph, shapes: PackingShapes, answerPositions: string): ReadonlySet<Node> {
  const behind = valuesBehind(graph, answerPositions);
  const captured = capturedValues(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const works = positionwise(graph, shapes);
  const candidates = new Set(
    graph.nodes.filter(
      (node) =>
        mayWorkByPosition(node) &&
        !node.outputs.some((output) => behind.has(output) || captured.has(output) || outputs.has(output)) &&
        works(node),
    ),
  );
  const made = producers(graph);
  const readers = consumers(graph);
  const chosen = new Set<Node>();
  for (const start of candidates) {
    if (start.op !== 'MatMul' || chosen.has(start)) continue;
    const reached = [start];
    chosen.add(start);
    for (const node of reached) {
      const beside = [
        ...node.inputs.map((input) => made.get(input)),
        ...node.outputs.flatMap((output) => readers.get(output) ?? []),
      ];
      for (const other of beside) {
        if (!other || !candidates.has(other) || chosen.has(other)) continue;
        chosen.add(other);
        reached.push(other);
      }
    }
  }
  return chosen;
}

/** Values that a value has an influence on. */
function valuesBehind(graph: Graph, value: string): ReadonlySet<string> {
  const behind = new Set([value]);
  for (const node of graph.nodes)
    if (valuesRead(node).some((read) => behind.has(read))) for (const output of node.outputs) behind.add(output);
  behind.delete(value);
  return behind;
}
