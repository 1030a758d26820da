import { rule, type Rules } from './rule';

/**
 * Rotary position embedding (Su et al. 2021) turns pairs of numbers by an angle: y = R(θ) x, dx = R(θ)ᵀ g =
 * R(-θ) g, where cos(-θ) = cos θ and sin(-θ) = -sin θ. The cosines and sines are tables.
 */
export const rotary: Rules = {
  'com.microsoft.RotaryEmbedding': rule(
    ({ x: [, positions, cos, sin], g, node, t }) => [
      () => t.op('com.microsoft.RotaryEmbedding', [g, positions!, cos!, t.neg(sin!)], node.attributes),
    ],
    {
      reads: {
        inputs: ['input', 'position_ids', 'cos_cache', 'sin_cache'],
        attributes: ['interleaved', 'num_heads', 'rotary_embedding_dim', 'is_packed_batching', 'scale'],
      },
    },
  ),
  RotaryEmbedding: rule(({ x: [, cos, sin, ...positions], g, node, t }) => [
    () => t.op('RotaryEmbedding', [g, cos!, t.neg(sin!), ...positions], node.attributes),
  ]),
};
