import { ElementType, intAttribute, type Node, type Tensor } from '../onnx/graph';
import { rule, type Rules } from './rule';
import type { Tape } from './tape';

/**
 * Products with quantised weights. The gradient runs through the weights as the forward pass sees them: dequantised, bit by bit the
 * same numbers. Rounding of activations is passed straight through (Bengio et al. 2013), since its slope is zero almost everywhere.
 */
export const quantized: Rules = {
  // Y = A Wᵀ, W [N, K] dequantised: dA = G W
  'com.microsoft.MatMulNBits': rule(({ node, g, t }) => [() => t.matmul(g, blockWeights(node, t))]),
  // x ≈ scale (q - zero); the scale follows the range of x, which the straight-through estimate leaves out
  DynamicQuantizeLinear: (node, [g], t) => [() => t.div(g ?? t.zerosLike(node.inputs[0]!), node.outputs[1]!)],
  QuantizeLinear: rule(({ x: [, scale], g, node, t }) => [() => t.div(g, perAxis(scale!, node, t)), undefined, undefined]),
  DequantizeLinear: rule(({ x: [, scale], g, node, t }) => [() => t.mul(g, perAxis(scale!, node, t)), undefined, undefined]),
  // Y = (A - zA) (B - zB): dA = G (B - zB)ᵀ
  MatMulInteger: rule(({ x: [, b, , zero], g, t }) => [() => {
    if (!t.weight(b!)) throw new RangeError('a second operand that is computed');
    const whole = t.op('Cast', [b!], { to: ElementType.float });
    const centred = zero ? t.sub(whole, t.op('Cast', [zero], { to: ElementType.float })) : whole;
    return t.matmul(g, t.swap(centred, t.dims(b!).length));
  }, undefined, undefined, undefined]),
};

/** A scale for each index of an axis, shaped to multiply the whole value. @throws RangeError for scales of blocks */
function perAxis(scale: string, node: Node, t: Tape): string {
  if (node.attributes.block_size && intAttribute(node, 'block_size', 0) !== 0) throw new RangeError('activations quantised in blocks');
  const rank = t.dims(node.inputs[0]!).length;
  if (t.dims(scale).length === 0 || t.dims(scale)[0] === 1) return scale;
  const axis = intAttribute(node, 'axis', 1);
  return t.reshape(scale, t.ints(Array.from({ length: rank }, (_, i) => (i === (axis < 0 ? axis + rank : axis) ? -1 : 1))));
}

/**
 * The weights `[N, K]` of a MatMulNBits (ONNX Runtime's contrib operators): rows of blocks along K, each number 4 or 8 bits with the
 * lower half byte first, so the bytes are those of a uint4 or uint8 tensor `[N, blocks · block]`. The zero point is 8 or 128 unless given.
 * @throws RangeError for other widths, reordered columns, and weights that are computed
 */
function blockWeights(node: Node, t: Tape): string {
  const [, packed, scales, zeroPoints, order] = node.inputs;
  const [bits, block, rows, columns] = ['bits', 'block_size', 'N', 'K'].map((name) => intAttribute(node, name, name === 'bits' ? 4 : 0)) as [number, number, number, number];
  const bytes = t.weight(packed!);
  if (order) throw new RangeError('reordered columns (g_idx)');
  if (bits !== 4 && bits !== 8) throw new RangeError(`weights of ${bits} bits`);
  if (!bytes) throw new RangeError('weights that are computed');
  const blocks = Math.ceil(columns / block);
  const type = bits === 4 ? ElementType.uint4 : ElementType.uint8;
  const whole = t.addWeight(`${packed}/numbers`, { type, dims: [rows, blocks * block], bytes: bytes.bytes });
  const perBlock = t.reshape(scales!, t.ints([rows, blocks]));
  const zeros = zeroPoints ? t.weight(zeroPoints) : undefined;
  if (zeroPoints && zeros?.type !== ElementType.uint8) return cut(withFloatZeros({ whole, perBlock, zeroPoints, sizes: [rows, blocks, block], t }), { columns, width: blocks * block, t });
  const points = t.addWeight(`${packed}/zeros`, zeros ? unpackRows(zeros, { rows, blocks, bits }) : constantPoints({ rows, blocks, bits }));
  const dequantized = t.op('DequantizeLinear', [whole, perBlock, points], { axis: 1, block_size: block });
  return cut(dequantized, { columns, width: blocks * block, t });
}

const cut = (value: string, { columns, width, t }: { readonly columns: number; readonly width: number; readonly t: Tape }): string =>
  (columns === width ? value : t.op('Slice', [value, t.ints([0]), t.ints([columns]), t.ints([1])]));

/** scale (q - z) with z a float. */
function withFloatZeros({ whole, perBlock, zeroPoints, sizes: [rows, blocks, block], t }: { readonly whole: string; readonly perBlock: string; readonly zeroPoints: string; readonly sizes: readonly [number, number, number]; readonly t: Tape }): string {
  const dequantized = t.op('DequantizeLinear', [whole, perBlock], { axis: 1, block_size: block });
  const shift = t.op('Unsqueeze', [t.mul(perBlock, t.reshape(zeroPoints, t.ints([rows, blocks]))), t.ints([2])]);
  return t.reshape(t.sub(t.reshape(dequantized, t.ints([rows, blocks, block])), shift), t.ints([rows, blocks * block]));
}

interface PointLayout {
  readonly rows: number;
  readonly blocks: number;
  readonly bits: number;
}

const pointTensor = (values: readonly number[], { rows, blocks, bits }: PointLayout): Tensor => ({
  type: bits === 4 ? ElementType.uint4 : ElementType.uint8,
  dims: [rows, blocks],
  bytes: bits === 8 ? Uint8Array.from(values) : Uint8Array.from({ length: Math.ceil(values.length / 2) }, (_, i) => values[2 * i]! | ((values[2 * i + 1] ?? 0) << 4)),
});

const constantPoints = (layout: PointLayout): Tensor => pointTensor(new Array<number>(layout.rows * layout.blocks).fill(layout.bits === 4 ? 8 : 128), layout);

/** MatMulNBits begins each row of zero points at a byte; a uint4 tensor does not. */
function unpackRows({ bytes }: Tensor, layout: PointLayout): Tensor {
  const { rows, blocks, bits } = layout;
  const stride = Math.ceil((blocks * bits) / 8);
  const at = (row: number, block: number): number => (bits === 8 ? bytes[row * stride + block]! : (bytes[row * stride + (block >> 1)]! >> (4 * (block & 1))) & 15);
  return pointTensor(Array.from({ length: rows * blocks }, (_, i) => at(Math.floor(i / blocks), i % blocks)), layout);
}
