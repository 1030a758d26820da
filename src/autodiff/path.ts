import { valuesRead, type Graph, type Node } from '../onnx/graph';
import type { Rule } from './rules/rule';
import { ruleName, rules } from './rules/table';

/** The gradient rule of a node's operator, or undefined where it has none. */
export const ruleFor = (node: Node): Rule | undefined => rules[ruleName(node)];

/** Nodes that are between the wanted inputs and the loss, in the graph's order. */
export function differentiablePath(graph: Graph, loss: string, withRespectTo: readonly string[]): readonly Node[] {
  const varying = new Set(withRespectTo);
  for (const node of graph.nodes) {
    if (ruleFor(node)?.isStep?.(node)) continue;
    if (valuesRead(node).some((input) => varying.has(input))) for (const output of node.outputs) varying.add(output);
  }
  const needed = new Set([loss]);
  const wanted = new Set(withRespectTo);
  const path: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    // What makes a wanted value is in front of the path.
    if (!node.outputs.some((output) => needed.has(output) && varying.has(output) && !wanted.has(output))) continue;
    path.push(node);
    for (const input of valuesRead(node)) if (varying.has(input)) needed.add(input);
  }
  return path.reverse();
}

/** The operators on the way of a gradient that have no rule; empty when the loss can be differentiated. */
export function operatorsWithoutRule(graph: Graph, loss: string, withRespectTo: readonly string[]): readonly string[] {
  const lacking = differentiablePath(graph, loss, withRespectTo).filter((node) => !ruleFor(node));
  return [...new Set(lacking.map(ruleName))];
}
