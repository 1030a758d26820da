import type { Node } from '../onnx/graph';
import type { Tape } from './tape';

/** Appends the operators of one gradient and returns its name; called only when that gradient is needed. */
export type Gradient = () => string;

/**
 * Vector-Jacobian product of one operator: given the gradient of the loss with respect to each output (undefined where
 * nothing flows back), the gradient with respect to each input, or nothing where an input is not differentiable.
 * A gradient always has the shape of its value.
 */
export type Rule = (
  node: Node,
  upstream: readonly (string | undefined)[],
  tape: Tape,
) => readonly (Gradient | undefined)[];

export type Rules = Readonly<Record<string, Rule>>;

/** A rule for operators with one output, the usual case: x are the inputs, y the output, g the gradient of y. */
export function rule(
  gradients: (operands: {
    readonly x: readonly string[];
    readonly y: string;
    readonly g: string;
    readonly node: Node;
    readonly t: Tape;
  }) => readonly (Gradient | undefined)[],
): Rule {
  return (node, upstream, t) => gradients({ x: node.inputs, y: node.outputs[0]!, g: upstream[0]!, node, t });
}

/** For operators whose output does not vary smoothly with any input. */
export const notDifferentiable: Rule = (node) => node.inputs.map(() => undefined);
