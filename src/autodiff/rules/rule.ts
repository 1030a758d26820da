import type { Node } from '../../onnx/graph';
import type { OperatorReading } from '../../onnx/operatorReading';
import type { Dim } from '../probeShapes';
import type { Tape } from '../tape';

/** Appends the operators of one gradient and returns its name; called only when that gradient is needed. */
export type Gradient = () => string;

/**
 * Vector-Jacobian product of one operator: given the gradient of the loss with respect to each output (undefined where
 * nothing flows back), the gradient with respect to each input, or nothing where an input is not differentiable.
 */
export type VectorJacobianProduct = (
  node: Node,
  upstream: readonly (string | undefined)[],
  tape: Tape,
) => readonly (Gradient | undefined)[];

/** What the walk over a graph must know of an operator beside its vector-Jacobian product. */
export interface RuleTraits {
  /**
   * What the rule reads of a node. Stated for operators of the runtime's own, whose versions are all called 1; a
   * standard one has the inputs and attributes of its operator set.
   */
  readonly reads?: OperatorReading;
  /** Inputs that hold positions, sizes, axes or conditions: they take no gradient, and no rule asks for their shape. */
  readonly integerInputs?: readonly number[];
  /** Whether the rule asks for the numbers of those inputs themselves ({@link Tape.known}). */
  readonly needsValues?: true;
  /**
   * Dimensions in which the product returns the gradient of an input, where broadcasting stretched that input; the walk
   * then sums the gradient to the input's own. Absent, or undefined: a gradient has the shape of its input.
   */
  readonly gradientDims?: (input: number, node: Node, tape: Tape) => readonly Dim[] | undefined;
  /** Whether no output varies smoothly with any input, so that no gradient passes. */
  readonly isStep?: (node: Node) => boolean;
  /** Whether the first output holds whole numbers that stand for floats, as quantised products do. */
  readonly wholeNumbers?: true;
}

/** How gradients pass through one operator. */
export interface Rule extends RuleTraits {
  readonly vjp: VectorJacobianProduct;
}

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
  traits: RuleTraits = {},
): Rule {
  return {
    ...traits,
    vjp: (node, upstream, t) => gradients({ x: node.inputs, y: node.outputs[0]!, g: upstream[0]!, node, t }),
  };
}

/** For operators that stretch their inputs to the shape of their output: gradients come back in the output's shape. */
export const broadcasting: RuleTraits = { gradientDims: (_, { outputs: [y] }, t) => t.dims(y!) };

/** The same where only one input is stretched. */
export const broadcastingInput = (stretched: number): RuleTraits => ({
  gradientDims: (input, { outputs: [y] }, t) => (input === stretched ? t.dims(y!) : undefined),
});
