import type { Graph, Node } from './graph';
import { renameValues } from './inline';

/** Gives values the names by which a graph hands them out; an Identity that does so copies them each time. */
export function withoutAliases(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  const names = new Map<string, string>();
  const isAlias = ({ op, inputs: [value], outputs: [name] }: Node): boolean => {
    if (op !== 'Identity' || !outputs.has(name!) || !computed.has(value!)) return false;
    if (outputs.has(value!) || names.has(value!)) return false;
    names.set(value!, name!);
    return true;
  };
  const nodes = graph.nodes.filter((node) => !isAlias(node));
  return { ...graph, nodes: renameValues(nodes, (name) => names.get(name) ?? name) };
}
