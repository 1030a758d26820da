import { ElementType, intAttribute, type Node, type Tensor } from '../../onnx/graph';
import { readAs } from '../../onnx/fileRegion';
import type { Tape } from '../tape';

/**
 * The weights of a MatMulNBits (ONNX Runtime's contrib operators): rows of blocks along K, each number 4 or 8 bits with
 * the lower half byte first, so the bytes are those of a uint4 or uint8 tensor [N, blocks · block]. The zero point is
 * 8 or 128 unless given.
 * @returns [N, K]
 * @throws RangeError for other widths, for weights that are computed, and for reordered columns, whose blocks the
 * runtime's CPU kernel takes otherwise than its specification says
 */
export function blockWeights(node: Node, t: Tape): string {
  const [, packed, scales, zeroPoints, order] = node.inputs;
  const [bits, block, rows, columns] = ['bits', 'block_size', 'N', 'K'].map((name) =>
    intAttribute(node, name, name === 'bits' ? 4 : 0),
  ) as [number, number, number, number];
  const bytes = t.weight(packed!);
  if (order) throw new RangeError('reordered columns (g_idx)');
  if (bits !== 4 && bits !== 8) throw new RangeError(`weights of ${bits} bits`);
  if (!bytes) throw new RangeError('weights that are computed');
  const blocks = Math.ceil(columns / block);
  const type = bits === 4 ? ElementType.uint4 : ElementType.uint8;
  const whole = t.addWeight(`${packed}/numbers`, readAs({ type, dims: [rows, blocks * block] }, bytes));
  const perBlock = t.reshape(scales!, t.ints([rows, blocks]));
  const zeros = zeroPoints ? t.weight(zeroPoints) : undefined;
  if (zeroPoints && zeros?.type !== ElementType.uint8)
    return cut(withFloatZeros({ whole, perBlock, zeroPoints, sizes: [rows, blocks, block], t }), {
      columns,
      width: blocks * block,
      t,
    });
  const points = t.addWeight(
    `${packed}/zeros`,
    zeros ? unpackRows(zeros, { rows, blocks, bits }) : constantPoints({ rows, blocks, bits }),
  );
  const dequantized = t.op('DequantizeLinear', [whole, perBlock, points], { axis: 1, block_size: block });
  return cut(dequantized, { columns, width: blocks * block, t });
}

const cut = (
  value: string,
  { columns, width, t }: { readonly columns: number; readonly width: number; readonly t: Tape },
): string => (columns === width ? value : t.op('Slice', [value, t.ints([0]), t.ints([columns]), t.ints([1])]));

/** scale (q - z) with z a float. */
function withFloatZeros({
  whole,
  perBlock,
  zeroPoints,
  sizes: [rows, blocks, block],
  t,
}: {
  readonly whole: string;
  readonly perBlock: string;
  readonly zeroPoints: string;
  readonly sizes: readonly [number, number, number];
  readonly t: Tape;
}): string {
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
  bytes:
    bits === 8
      ? Uint8Array.from(values)
      : Uint8Array.from(
          { length: Math.ceil(values.length / 2) },
          (_, i) => values[2 * i]! | ((values[2 * i + 1] ?? 0) << 4),
        ),
});

const constantPoints = (layout: PointLayout): Tensor =>
  pointTensor(new Array<number>(layout.rows * layout.blocks).fill(layout.bits === 4 ? 8 : 128), layout);

/** MatMulNBits begins each row of zero points at a byte; a uint4 tensor does not. */
function unpackRows({ bytes }: Tensor, layout: PointLayout): Tensor {
  const { rows, blocks, bits } = layout;
  const stride = Math.ceil((blocks * bits) / 8);
  const at = (row: number, block: number): number =>
    bits === 8 ? bytes[row * stride + block]! : (bytes[row * stride + (block >> 1)]! >> (4 * (block & 1))) & 15;
  return pointTensor(
    Array.from({ length: rows * blocks }, (_, i) => at(Math.floor(i / blocks), i % blocks)),
    layout,
  );
}
