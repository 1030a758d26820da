import { ElementType, intAttribute, type Node } from '../../onnx/graph';
import type { Tape } from '../tape';
import { blockWeights } from './blockWeights';
import { fourBitFloats } from './fourBitFloats';
import { rule, type Rules } from './rule';

/**
 * Products with quantised weights. The gradient runs through the weights as the forward pass sees them: dequantised,
 * bit by bit the same numbers. Rounding of activations is passed straight through (Bengio et al. 2013), since its slope
 * is zero almost everywhere.
 */
export const quantized: Rules = {
  // Y = A Wᵀ, W [N, K] dequantised: dA = G W
  'com.microsoft.MatMulNBits': rule(({ node, g, t }) => [() => t.matmul(g, blockWeights(node, t))], {
    reads: {
      inputs: ['A', 'B', 'scales', 'zero_points', 'g_idx', 'bias'],
      // The accuracy level says in which type the runtime multiplies.
      attributes: ['K', 'N', 'bits', 'block_size', 'accuracy_level'],
      idle: { weight_prepacked: 0 },
    },
  }),
  // Y = A Wᵀ, W [N, K] of four-bit floats: dA = G W
  'com.microsoft.MatMulBnb4': rule(
    ({ node, g, t }) => [
      () => {
        if (!intAttribute(node, 'transB', 1)) throw new RangeError('weights that are not transposed');
        return t.matmul(g, fourBitFloats(node, g, t));
      },
    ],
    {
      reads: {
        inputs: ['A', 'B', 'absmax'],
        // It says what the runtime keeps for a backward pass of its own.
        attributes: ['K', 'N', 'block_size', 'quant_type', 'transB', 'training_mode'],
      },
    },
  ),
  // q ≈ x/scale + zero: dx = g/scale; the scale follows the range of x, which the straight-through estimate
  // leaves out
  DynamicQuantizeLinear: {
    vjp: (node, [g], t) => [() => t.div(g ?? t.zerosLike(node.inputs[0]!), node.outputs[1]!)],
    wholeNumbers: true,
  },
  QuantizeLinear: rule(
    ({ x: [, scale], g, node, t }) => [() => t.div(g, perAxis(scale!, node, t)), undefined, undefined],
    { wholeNumbers: true },
  ),
  // y = scale (x - zero): dx = scale g
  DequantizeLinear: rule(({ x: [, scale], g, node, t }) => [
    () => t.mul(g, perAxis(scale!, node, t)),
    undefined,
    undefined,
  ]),
  // Y = (A - zA) (B - zB): dA = G (B - zB)ᵀ
  MatMulInteger: rule(
    ({ x: [, b, , zero], g, t }) => [
      () => {
        if (!t.weight(b!)) throw new RangeError('a second operand that is computed');
        const whole = t.op('Cast', [b!], { to: ElementType.float });
        const centred = zero ? t.sub(whole, t.op('Cast', [zero], { to: ElementType.float })) : whole;
        return t.matmul(g, t.swap(centred, t.dims(b!).length));
      },
      undefined,
      undefined,
      undefined,
    ],
    { wholeNumbers: true },
  ),
};

/** A scale for each index of an axis, shaped to multiply the whole value. @throws RangeError for scales of blocks */
function perAxis(scale: string, node: Node, t: Tape): string {
  if (node.attributes.block_size && intAttribute(node, 'block_size', 0) !== 0)
    throw new RangeError('activations quantised in blocks');
  const rank = t.dims(node.inputs[0]!).length;
  if (t.dims(scale).length === 0 || t.dims(scale)[0] === 1) return scale;
  const axis = intAttribute(node, 'axis', 1);
  return t.reshape(
    scale,
    t.ints(Array.from({ length: rank }, (_, i) => (i === (axis < 0 ? axis + rank : axis) ? -1 : 1))),
  );
}
