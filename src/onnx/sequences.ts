import { intAttribute, producers, type Graph, type Node } from './graph';
import { int64Tensor, tensorNumbers } from './tensor';

/**
 * The graph without values that are lists of tensors, as PyTorch's exporters leave them: a list that is made, then
 * joined or read at fixed indices, is a Concat, a Split or nothing. Other uses of lists stay, and are refused where a
 * gradient must pass.
 */
export function withoutSequences(graph: Graph): Graph {
  if (!graph.nodes.some((node) => node.op.includes('Sequence'))) return graph;
  const made = producers(graph);
  const initializers = new Map(graph.initializers);
  const parts = new Map<string, readonly string[]>();
  const constant = (name: string, values: readonly number[], scalar = false): string => {
    initializers.set(name, int64Tensor(scalar ? [] : [values.length], values));
    return name;
  };
  const rewrite = (node: Node): readonly Node[] => {
    const [first, second] = node.inputs;
    const output = node.outputs[0]!;
    if (node.op === 'SequenceConstruct') {
      parts.set(output, node.inputs);
      return [];
    }
    if (node.op === 'SequenceAt' && parts.has(first!)) {
      const tensor = graph.initializers.get(second!);
      const chosen = tensor && parts.get(first!)!.at(tensorNumbers(tensor)[0]!);
      return chosen ? [standard('Identity', node, [chosen])] : [node];
    }
    if (node.op === 'ConcatFromSequence' && parts.has(first!)) return joined(node, parts.get(first!)!, constant);
    if (node.op === 'SplitToSequence') return split(node, { graph, made, parts, constant });
    return [node];
  };
  const nodes = graph.nodes.flatMap(rewrite);
  return { ...graph, nodes, initializers };
}

const standard = (op: string, from: Node, inputs: readonly string[], attributes: Node['attributes'] = {}): Node => ({
  op,
  domain: '',
  name: `${from.name || from.outputs[0]}/${op}`,
  inputs,
  outputs: from.outputs,
  attributes,
});

type Constant = (name: string, values: readonly number[]) => string;

function joined(node: Node, parts: readonly string[], constant: Constant): readonly Node[] {
  const axis = { axis: { kind: 'int', value: intAttribute(node, 'axis', 0) } } as const;
  if (!intAttribute(node, 'new_axis', 0)) return [standard('Concat', node, parts, axis)];
  const at = constant(`${node.outputs[0]}/axis`, [axis.axis.value]);
  const raised = parts.map((part, i): Node => ({
    op: 'Unsqueeze',
    domain: '',
    name: `${node.name}/raise_${i}`,
    inputs: [part, at],
    outputs: [`${node.outputs[0]}/part_${i}`],
    attributes: {},
  }));
  return [
    ...raised,
    standard(
      'Concat',
      node,
      raised.map(({ outputs }) => outputs[0]!),
      axis,
    ),
  ];
}

interface Context {
  readonly graph: Graph;
  readonly made: ReadonlyMap<string, Node>;
  readonly parts: Map<string, readonly string[]>;
  readonly constant: Constant;
}

/** Only where the sizes of the parts are written down: their number is fixed then. */
function split(node: Node, { graph, parts, constant }: Context): readonly Node[] {
  const [value, sizesName] = node.inputs;
  const sizes = sizesName ? graph.initializers.get(sizesName) : undefined;
  if (!sizes || sizes.dims.length === 0 || !intAttribute(node, 'keepdims', 1)) return [node];
  const outputs = tensorNumbers(sizes).map((_, i) => `${node.outputs[0]}/part_${i}`);
  parts.set(node.outputs[0]!, outputs);
  const lengths = constant(`${node.outputs[0]}/sizes`, tensorNumbers(sizes));
  return [
    {
      op: 'Split',
      domain: '',
      name: `${node.name}/split`,
      inputs: [value!, lengths],
      outputs,
      attributes: { axis: { kind: 'int', value: intAttribute(node, 'axis', 0) } },
    },
  ];
}
