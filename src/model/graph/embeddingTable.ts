import { extendGraph } from '../../onnx/builder';
import {
  ElementType,
  intAttribute,
  intsAttribute,
  producers,
  type Graph,
  type Node,
  type Tensor,
} from '../../onnx/graph';
import { elementCount } from '../../onnx/tensor';

/** Whether a lookup takes columns of its table: a head `[hidden, vocabulary]` that is the embedding table as well. */
export const looksUpColumns = (lookup: Node): boolean =>
  lookup.op === 'Gather' && intAttribute(lookup, 'axis', 0) === 1;

/**
 * How many words an embedding table has, and how many numbers a vector. Bytes that hold several numbers are counted by
 * the numbers, and blocks of a row that a reshape puts side by side as one row.
 */
export function tableSizes(lookup: Node, { type, dims }: Tensor): { readonly words: number; readonly width: number } {
  if (looksUpColumns(lookup)) return { words: dims[1]!, width: dims[0]! };
  const packed = lookup.op === 'GatherBlockQuantized' && type === ElementType.uint8;
  const perByte = packed ? 8 / intAttribute(lookup, 'bits', 4) : 1;
  return { words: dims[0]!, width: elementCount(dims.slice(1)) * perByte };
}

/**
 * The graph with words looked up in the columns of a tied head, in place of the rows of its transposition, which each
 * session would hold as a copy of the table: Gather(Wᵀ, ids) = columns of W, turned. [batch, sequence, hidden]
 */
export function lookUpColumns(graph: Graph): Graph {
  const made = producers(graph);
  const lookups = new Set(graph.nodes.filter((node) => looksUpTransposed(node, graph, made)));
  if (lookups.size === 0) return graph;
  const b = extendGraph({ ...graph, nodes: [] }, 'columns/');
  for (const node of graph.nodes) {
    if (!lookups.has(node)) {
      b.node(node);
      continue;
    }
    const table = made.get(node.inputs[0]!)!.inputs[0]!;
    const columns = `${node.outputs[0]}/columns`;
    b.node({
      ...node,
      inputs: [table, node.inputs[1]!],
      outputs: [columns],
      attributes: { ...node.attributes, axis: { kind: 'int', value: 1 } },
    });
    b.node({
      op: 'Transpose',
      domain: '',
      name: `${node.name}/turned`,
      inputs: [columns],
      outputs: node.outputs,
      attributes: { perm: { kind: 'ints', value: [1, 2, 0] } },
    });
  }
  return b.graph(graph.outputs);
}

function looksUpTransposed(node: Node, graph: Graph, made: ReadonlyMap<string, Node>): boolean {
  if (node.op !== 'Gather' || node.domain !== '' || intAttribute(node, 'axis', 0) !== 0) return false;
  const turn = made.get(node.inputs[0]!);
  const isTurn = turn?.op === 'Transpose' && (intsAttribute(turn, 'perm') ?? [1, 0]).join() === '1,0';
  return isTurn && storedMatrix(turn.inputs[0]!, graph, made) && rankOf(node.inputs[1]!, graph, made) === 2;
}

function storedMatrix(value: string, graph: Graph, made: ReadonlyMap<string, Node>): boolean {
  const stored = graph.initializers.get(value);
  if (stored) return stored.dims.length === 2;
  const node = made.get(value);
  return node?.op === 'Cast' && storedMatrix(node.inputs[0]!, graph, made);
}

function rankOf(value: string, graph: Graph, made: ReadonlyMap<string, Node>): number | undefined {
  const node = made.get(value);
  return node?.op === 'Cast' || node?.op === 'Identity'
    ? rankOf(node.inputs[0]!, graph, made)
    : graph.inputs.find(({ name }) => name === value)?.dims?.length;
}
