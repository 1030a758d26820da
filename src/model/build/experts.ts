import { ElementType } from '../../onnx/graph';
import { gatedNetwork, linear, type GatedNetwork, type LayerBuilder } from './layers';

/** A layer's networks, of which each token uses a few. */
export interface Experts {
  readonly count: number;
  /** Experts that a token uses. */
  readonly chosen: number;
  /** Whether the weights of the chosen ones are divided by their sum. */
  readonly normalised: boolean;
  /** Numbers inside each expert. */
  readonly intermediateSize: number;
}

/**
 * Σ w_e network_e(x) over the experts with the largest softmax(W_gate x), w being that softmax (Shazeer et al. 2017;
 * Yang et al. 2025, Qwen 3). An expert runs over the tokens that chose it and over no other. The choice itself is
 * constant between jumps; gradients go through the weights and the networks.
 * @param x [batch, sequence, hidden]
 * @returns the same shape
 */
export function mixture(parts: LayerBuilder, x: string, name: string, kind: GatedNetwork & Experts): string {
  const { b } = parts;
  const { hiddenSize, count } = kind;
  const tokens = b.op('Reshape', [x, b.ints([-1, hiddenSize])]);
  const { weights, chosen } = route(parts, tokens, name, kind);
  const [zero, one] = [b.ints([0]), b.ints([1])];
  let sum = b.op('ConstantOfShape', [b.op('Shape', [tokens])]);
  for (let expert = 0; expert < count; expert++) {
    const at = b.ints([expert]);
    const places = b.op('Squeeze', [
      b.op('NonZero', [b.op('Squeeze', [b.op('Gather', [chosen, at], { axis: 1 }), one])]),
      zero,
    ]);
    const made = gatedNetwork(parts, b.op('Gather', [tokens, places], { axis: 0 }), `${name}.experts.${expert}`, kind);
    const weight = b.op('Gather', [b.op('Gather', [weights, at], { axis: 1 }), places], { axis: 0 });
    sum = b.op('ScatterND', [sum, b.op('Unsqueeze', [places, one]), b.op('Mul', [made, weight])], {
      reduction: { kind: 'string', value: 'add' },
    });
  }
  return b.op('Reshape', [sum, b.op('Shape', [x])]);
}

/** @returns the weight of each expert for each token, and 1 where the token chose it, both [tokens, experts] */
function route(
  parts: LayerBuilder,
  tokens: string,
  name: string,
  { hiddenSize, count, chosen: most, normalised }: GatedNetwork & Experts,
): { readonly weights: string; readonly chosen: string } {
  const { b } = parts;
  const logits = linear(parts, tokens, `${name}.gate`, { from: hiddenSize, to: count, bias: false });
  const probabilities = b.op('Softmax', [logits], { axis: -1 });
  const [, best] = b.ops('TopK', [probabilities, b.ints([most])], 2, { axis: -1 }) as [string, string];
  const offOn = b.constant({ type: ElementType.float, dims: [2], bytes: new Uint8Array(Float32Array.of(0, 1).buffer) });
  const chosen = b.op('ReduceSum', [b.op('OneHot', [best, b.ints([count]), offOn], { axis: -1 }), b.ints([1])], {
    keepdims: 0,
  });
  const weights = b.op('Mul', [probabilities, chosen]);
  if (!normalised) return { weights, chosen };
  return { weights: b.op('Div', [weights, b.op('ReduceSum', [weights, b.ints([1])], { keepdims: 1 })]), chosen };
}
