import { ElementType, type Attribute, type Graph, type Node, type Tensor } from './graph';

/** Nodes with every value, in graphs inside them too, under the name that `rename` gives it. */
export function renameValues(nodes: readonly Node[], rename: (name: string) => string): readonly Node[] {
  return nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, attribute]) => [name, renameInside(attribute, rename)]),
    ),
  }));
}

function renameInside(attribute: Attribute, rename: (name: string) => string): Attribute {
  if (attribute.kind !== 'graph') return attribute;
  const { value } = attribute;
  const own = new Set([
    ...value.inputs.map(({ name }) => name),
    ...value.initializers.keys(),
    ...value.nodes.flatMap((node) => node.outputs),
  ]);
  const outer = (name: string): string => (own.has(name) ? name : rename(name));
  return {
    kind: 'graph',
    value: {
      ...value,
      nodes: renameValues(value.nodes, outer),
      outputs: value.outputs.map((output) => ({ ...output, name: outer(output.name) })),
    },
  };
}

/**
 * The graph with each `If` whose condition is known replaced by the branch taken. A decoder that holds both the pass
 * without a past and the one with (`use_cache_branch`, as optimum merges them) is taken with a past, which may be
 * empty.
 */
export function takeBranches(graph: Graph): Graph {
  const merged = graph.inputs.some(({ name }) => name === cacheSwitch);
  const initializers = new Map(graph.initializers);
  const known = new Map<string, boolean>(merged ? [[cacheSwitch, true]] : []);
  const nodes: Node[] = [];
  const take = (node: Node): void => {
    const branch = node.op === 'If' && node.domain === '' ? branchOf(node, known, initializers) : undefined;
    if (branch) spliceBranch(node, branch, { initializers, take });
    else {
      if (node.op === 'Identity' || node.op === 'Squeeze' || node.op === 'Reshape' || node.op === 'Cast')
        passOn(node, known);
      nodes.push(node);
    }
  };
  graph.nodes.forEach(take);
  if (merged) initializers.set(cacheSwitch, { type: ElementType.bool, dims: [1], bytes: Uint8Array.of(1) });
  return { ...graph, nodes, initializers, inputs: graph.inputs.filter(({ name }) => name !== cacheSwitch) };
}

const cacheSwitch = 'use_cache_branch';

function passOn({ inputs: [from], outputs: [to] }: Node, known: Map<string, boolean>): void {
  const value = known.get(from!);
  if (value !== undefined) known.set(to!, value);
}

function branchOf(
  node: Node,
  known: ReadonlyMap<string, boolean>,
  initializers: ReadonlyMap<string, Tensor>,
): Graph | undefined {
  const condition = known.get(node.inputs[0]!) ?? booleanOf(initializers.get(node.inputs[0]!));
  if (condition === undefined) return undefined;
  const branch = node.attributes[condition ? 'then_branch' : 'else_branch'];
  return branch?.kind === 'graph' ? branch.value : undefined;
}

const booleanOf = (tensor: Tensor | undefined): boolean | undefined => (tensor ? tensor.bytes[0] !== 0 : undefined);

function spliceBranch(
  node: Node,
  branch: Graph,
  { initializers, take }: { readonly initializers: Map<string, Tensor>; readonly take: (node: Node) => void },
): void {
  const own = new Set([...branch.initializers.keys(), ...branch.nodes.flatMap(({ outputs }) => outputs)]);
  const rename = (name: string): string => (own.has(name) ? `${node.name || node.outputs[0]}/${name}` : name);
  for (const [name, tensor] of branch.initializers) initializers.set(rename(name), tensor);
  renameValues(branch.nodes, rename).forEach(take);
  branch.outputs.forEach(({ name }, i) => {
    const output = node.outputs[i];
    if (output)
      take({
        op: 'Identity',
        domain: '',
        name: `${node.name}/output_${i}`,
        inputs: [rename(name)],
        outputs: [output],
        attributes: {},
      });
  });
}
