import type { Dim } from '../../autodiff/probeShapes';
import { isElementwise } from '../../onnx/elementwise';
import { intAttribute, intsAttribute, type Graph, type Node } from '../../onnx/graph';
import { tensorNumbers } from '../../onnx/tensor';
import { constantValues } from './constantValues';

/** Operators over the last axis, by their attribute `axis`; what else they read is a weight. */
const alongLastAxis = new Set(['LayerNormalization', 'SimplifiedLayerNormalization', 'RMSNormalization', 'Softmax']);

/** Whether some node with this operator may work position by position; {@link positionwise} says whether one does. */
export const mayWorkByPosition = (node: Node): boolean =>
  isElementwise(node) ||
  alongLastAxis.has(node.op) ||
  node.op === 'MatMul' ||
  node.op === 'ReduceMean' ||
  node.op === 'Split';

/**
 * Says of the nodes of a graph whether each position of what they return follows from the same position of what they
 * read, and from weights.
 * @param positional whether a value is `[batch, sequence, width]` and no weight
 * @param dims dimensions of any value that a node that may work so reads or returns
 */
export function positionwise(
  graph: Graph,
  {
    positional,
    dims,
  }: { readonly positional: (value: string) => boolean; readonly dims: (value: string) => readonly Dim[] },
): (node: Node) => boolean {
  const constant = constantValues(graph);
  const own = (value: string): boolean => !constant.has(value) && positional(value);
  /** The same for every position. */
  const free = (value: string): boolean =>
    constant.has(value) &&
    dims(value)
      .slice(0, -1)
      .every((size) => size === 1);
  return (node) => {
    const { op, inputs, outputs } = node;
    const [first, ...others] = inputs;
    if (!outputs.every((output) => output && own(output))) return false;
    if (isElementwise(node)) return inputs.every((input) => own(input) || free(input));
    if (!own(first!) || !others.every((input) => constant.has(input))) return false;
    if (op === 'MatMul') return dims(others[0]!).length === 2;
    if (op === 'ReduceMean') return reducesLastAxis(graph, node);
    if (alongLastAxis.has(op)) return isLast(intAttribute(node, 'axis', -1));
    return op === 'Split' && isLast(intAttribute(node, 'axis', 0));
  };
}

const isLast = (axis: number): boolean => axis === -1 || axis === 2;

function reducesLastAxis(graph: Graph, node: Node): boolean {
  const input = node.inputs[1] ? graph.initializers.get(node.inputs[1]) : undefined;
  const axes = input ? tensorNumbers(input) : intsAttribute(node, 'axes');
  return intAttribute(node, 'keepdims', 1) === 1 && axes?.length === 1 && isLast(axes[0]!);
}
