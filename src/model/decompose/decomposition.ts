import type { Builder } from '../../onnx/builder';
import type { Graph, Node } from '../../onnx/graph';
import type { OperatorReading } from '../../onnx/operatorReading';

/** What a decomposition may look at beside its node. */
export interface DecompositionContext {
  readonly graph: Graph;
  /** The graph's mask input `[batch, past + sequence]`, 0 where padded. */
  readonly attentionMask?: string;
}

/** What a fused operator is written out from, and how. */
export interface Decomposition extends OperatorReading {
  /**
   * Writes the operator as operators that have gradient rules. Returns one value an output, undefined for outputs that
   * nothing may read.
   * @throws RangeError naming the form of the operator that is not covered
   */
  readonly write: (node: Node, b: Builder, surroundings: DecompositionContext) => readonly (string | undefined)[];
}

export type Decompositions = Readonly<Record<string, Decomposition>>;

export const float = (value: number): { readonly kind: 'float'; readonly value: number } => ({ kind: 'float', value });
