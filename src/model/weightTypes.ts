import { ElementType, type Graph } from '../onnx/graph';
import { elementCount, elementSize } from '../onnx/tensor';

const typeNames = new Map(Object.entries(ElementType).map(([name, type]) => [type as number, name === 'float' ? 'float32' : name === 'double' ? 'float64' : name]));

/** Element type → share of the bytes of the weights, the largest first. Shapes and positions are weights too, but small; only matrices count. */
export function weightTypes(graph: Graph): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { type, dims } of graph.initializers.values()) {
    if (dims.length < 2) continue;
    const name = typeNames.get(type) ?? `type ${type}`;
    counts.set(name, (counts.get(name) ?? 0) + elementCount(dims) * (elementSize(type) ?? 1));
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => [name, count / total]));
}
