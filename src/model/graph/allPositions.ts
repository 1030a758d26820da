import { consumers, ElementType, intAttribute, producers, type Graph, type Node, type Value } from '../../onnx/graph';
import { elementCount, int64Tensor, tensorNumbers } from '../../onnx/tensor';
import { constantValues } from './constantValues';

/** How many of the last positions get logits; 0 stands for all. */
const keptPositions = new Set(['num_logits_to_keep', 'logits_to_keep']);

/**
 * The graph with logits for every position, where it was exported to generate with and computes the last ones alone: by
 * an input that says how many, or by taking the last hidden state before the output projection.
 */
export function withAllPositions(graph: Graph): Graph {
  const kept = graph.inputs.filter(({ name }) => keptPositions.has(name));
  const whole = kept.length === 0 ? graph : withConstants(graph, kept);
  const pruned = findPruning(whole);
  if (!pruned) return whole;
  const nodes = whole.nodes.map((node) =>
    node.inputs.includes(pruned.last)
      ? { ...node, inputs: node.inputs.map((input) => (input === pruned.last ? pruned.all : input)) }
      : node,
  );
  const outputs = whole.outputs.map((output) =>
    output.name === 'logits' && output.dims
      ? { ...output, dims: [output.dims[0]!, 'sequence', output.dims[2]!] }
      : output,
  );
  return { ...whole, nodes, outputs };
}

const withConstants = (graph: Graph, inputs: readonly Value[]): Graph => ({
  ...graph,
  inputs: graph.inputs.filter((input) => !inputs.includes(input)),
  initializers: new Map([
    ...graph.initializers,
    ...inputs.map(
      ({ name, dims = [] }) =>
        [
          name,
          int64Tensor(
            dims.map(() => 1),
            [0],
          ),
        ] as const,
    ),
  ]),
});

interface Pruning {
  /** Hidden states of all positions, `[batch, sequence, hidden]`. */
  readonly all: string;
  /** Those of the last one, `[batch, 1, hidden]`. */
  readonly last: string;
}

/** Operators that leave positions where they are, with weights as their other inputs. */
const positionwise = new Set([
  'MatMul',
  'Gemm',
  'MatMulNBits',
  'MatMulBnb4',
  'MatMulInteger',
  'DynamicQuantizeLinear',
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Tanh',
  'Cast',
  'Identity',
  'LayerNormalization',
  'SimplifiedLayerNormalization',
  'RMSNormalization',
]);

function findPruning(graph: Graph): Pruning | undefined {
  const made = producers(graph);
  const readers = consumers(graph);
  const constant = constantValues(graph);
  let value = 'logits';
  for (;;) {
    const node = made.get(value);
    if (!node) return undefined;
    const all = beforeLast(node, graph, made);
    if (all !== undefined) return (readers.get(value)?.length ?? 0) > 0 ? { all, last: value } : undefined;
    const from = node.inputs.filter((input) => !constant.has(input));
    if (!positionwise.has(node.op) || new Set(from.map((input) => behindQuantization(input, made))).size !== 1)
      return undefined;
    value = behindQuantization(from[0]!, made);
  }
}

/** Scale and zero point of a quantised value come from the node that quantises it. */
function behindQuantization(value: string, made: ReadonlyMap<string, Node>): string {
  const node = made.get(value);
  if (node?.op === 'DynamicQuantizeLinear') return node.inputs[0]!;
  return value;
}

/** What a node takes the last position of `[batch, sequence, hidden]` from; undefined where it does something else. */
function beforeLast(node: Node, graph: Graph, made: ReadonlyMap<string, Node>): string | undefined {
  if (node.domain !== '') return undefined;
  const numbers = (input: string | undefined): readonly number[] | undefined => {
    const tensor = input ? graph.initializers.get(input) : undefined;
    return tensor && elementCount(tensor.dims) <= 1 ? tensorNumbers(tensor) : undefined;
  };
  const takesLast = (gather: Node | undefined, rank: number): boolean =>
    gather?.op === 'Gather' &&
    intAttribute(gather, 'axis', 0) === 1 &&
    numbers(gather.inputs[1])?.[0] === -1 &&
    graph.initializers.get(gather.inputs[1]!)!.dims.length === rank;
  if (node.op === 'Unsqueeze') {
    const gather = made.get(node.inputs[0]!);
    return takesLast(gather, 0) && numbers(node.inputs[1])?.[0] === 1 ? gather!.inputs[0] : undefined;
  }
  if (takesLast(node, 1)) return node.inputs[0];
  const isSlice = node.op === 'Slice' && numbers(node.inputs[1])?.[0] === -1 && numbers(node.inputs[3])?.[0] === 1;
  return isSlice ? node.inputs[0] : undefined;
}

/**
 * Inputs whose sizes have names of their own where an exporter gave the mask or the past the name of the text's length:
 * values with one name promise the runtime equal sizes.
 */
export function withSizesApart(graph: Graph): Graph {
  const [, length] = graph.inputs.find(({ name }) => name === 'input_ids')?.dims ?? [];
  const apart = (input: Value): Value =>
    alongText.has(input.name) || input.type === ElementType.bool || !input.dims?.includes(length!)
      ? input
      : { ...input, dims: input.dims.map((size, axis) => (size === length ? `${input.name}/axis_${axis}` : size)) };
  return typeof length === 'string' ? { ...graph, inputs: graph.inputs.map(apart) } : graph;
}

const alongText = new Set(['input_ids', 'position_ids', 'token_type_ids']);
