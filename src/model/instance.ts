import type { Builder } from '../onnx/builder';
import { intAttribute, type Graph, type Node } from '../onnx/graph';
import { constantValues, type Signature } from './signature';

/** Replacements for the model's graph inputs: input name → name of a value in the graph under construction. */
export type Bindings = Readonly<Record<string, string>>;

/** One use of the model's body inside a larger graph. */
export interface Instance {
  /** The name under which a value of the model stands in the larger graph. */
  readonly value: (name: string) => string;
}

/**
 * Appends the model's body to a graph, its inputs bound to given values. Weights and whatever follows from weights alone
 * are shared by all instances; everything else gets the prefix.
 * @param virtual where set, token ids from the vocabulary size on select rows of this prompt matrix `[virtual tokens, hidden]`
 */
export function instantiate(builder: Builder, source: { readonly graph: Graph; readonly signature: Signature }, { prefix, bindings, virtual }: { readonly prefix: string; readonly bindings: Bindings; readonly virtual?: { readonly prompt: string; readonly vocabularySize: number } }): Instance {
  const constant = constantValues(source.graph);
  const value = (name: string): string => (constant.has(name) ? name : (bindings[name] ?? prefix + name));
  for (const node of source.graph.nodes) {
    if (node.outputs.every((output) => constant.has(output))) continue;
    const renamed = { ...node, name: prefix + node.name, inputs: node.inputs.map(value), outputs: node.outputs.map(value) };
    if (node === source.signature.embedding && virtual) lookUpVirtualTokens(builder, renamed, virtual);
    else builder.node(renamed);
  }
  return { value };
}

/** Nodes that follow from weights alone; they stand once, in front of all instances. */
export function constantNodes(graph: Graph): readonly Node[] {
  const constant = constantValues(graph);
  return graph.nodes.filter((node) => node.outputs.every((output) => constant.has(output)));
}

/**
 * The embedding of an extended vocabulary: ids below `vocabularySize` look up the table, the others the prompt matrix,
 * so that virtual tokens may stand anywhere in a sequence.
 */
function lookUpVirtualTokens(builder: Builder, gather: Node, { prompt, vocabularySize }: { readonly prompt: string; readonly vocabularySize: number }): void {
  const [table, ids] = gather.inputs as [string, string];
  const axis = intAttribute(gather, 'axis', 0);
  const size = builder.op('Squeeze', [builder.ints([vocabularySize])]);
  const zero = builder.op('Squeeze', [builder.ints([0])]);
  const isVirtual = builder.op('GreaterOrEqual', [ids, size]);
  const words = builder.op('Gather', [table, builder.op('Where', [isVirtual, zero, ids])], { axis });
  const rows = builder.op('Gather', [prompt, builder.op('Where', [isVirtual, builder.op('Sub', [ids, size]), zero])], { axis: 0 });
  const chosen = builder.op('Unsqueeze', [isVirtual, builder.ints([-1])]);
  builder.node({ ...gather, op: 'Where', inputs: [chosen, rows, words], attributes: {} });
}
