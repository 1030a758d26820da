import { valuesRead, type Graph } from '../../onnx/graph';

/** Values that the graphs within nodes read from around them. */
export function capturedValues(graph: Graph): ReadonlySet<string> {
  return new Set(
    graph.nodes.flatMap((node) => {
      const own = new Set(node.inputs);
      return valuesRead(node).filter((value) => !own.has(value));
    }),
  );
}
