import type { Graph } from '../../onnx/graph';

/** Values that no graph input influences. */
export function constantValues(graph: Graph): ReadonlySet<string> {
  const constant = new Set<string>(['', ...graph.initializers.keys()]);
  for (const node of graph.nodes)
    if (node.inputs.every((input) => constant.has(input))) for (const output of node.outputs) constant.add(output);
  return constant;
}
