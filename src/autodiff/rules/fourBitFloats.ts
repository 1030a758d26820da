import { ElementType, intAttribute, type Node } from '../../onnx/graph';
import { floatTensor } from '../../onnx/tensor';
import { emptyShape } from '../emptyShape';
import type { Tape } from '../tape';

/**
 * What a half byte stands for, as a fraction of its block's largest number (bitsandbytes): a sign, two bits of exponent
 * and one of fraction.
 */
const positive = [0, 5.208333333e-3, 2 / 3, 1, 1 / 3, 1 / 2, 1 / 6, 1 / 4];
const fp4 = [...positive, ...positive.map((value) => -value)];
/** Quantiles of the normal distribution, scaled to [-1, 1] (Dettmers et al. 2023, QLoRA, appendix E). */
const nf4 = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
  -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

/**
 * The weights of a MatMulBnb4: half bytes, the upper first, in blocks of the flattened matrix. They are unpacked again
 * in each pass, since the empty shape of `g` takes part: left to itself, the runtime would hold them unpacked.
 * @param g a value that is known in the pass alone
 * @returns [N, K]
 */
export function fourBitFloats(node: Node, g: string, t: Tape): string {
  const [rows, columns, block, kind] = ['N', 'K', 'block_size', 'quant_type'].map((name) =>
    intAttribute(node, name, 0),
  ) as [number, number, number, number];
  const [, packed, scales] = node.inputs;
  const count = rows * columns;
  const [bytes, blocks] = [Math.ceil(count / 2), Math.ceil(count / block)];
  const wait = emptyShape(t, g);
  const inPass = t.reshape(packed!, t.op('Concat', [t.ints([bytes, 1]), wait], { axis: 0 }));
  const small = (value: number): string => t.op('Cast', [t.ints([value])], { to: ElementType.uint8 });
  const halfBytes = t.op(
    'Concat',
    [
      t.op('BitShift', [inPass, small(4)], { direction: { kind: 'string', value: 'RIGHT' } }),
      t.op('BitwiseAnd', [inPass, small(15)]),
    ],
    { axis: 1 },
  );
  const numbers = t.op('Gather', [
    t.addWeight(`floats of four bits ${kind}`, floatTensor([16], kind === 0 ? fp4 : nf4)),
    t.op('Cast', [t.reshape(halfBytes, t.ints([2 * bytes]))], { to: ElementType.int32 }),
  ]);
  const whole = t.op('Pad', [numbers, t.ints([0, blocks * block - 2 * bytes]), t.scalar(0)]);
  const scaled = t.mul(t.reshape(whole, t.ints([blocks, block])), t.reshape(scales!, t.ints([blocks, 1])));
  return t.reshape(
    t.op('Slice', [t.reshape(scaled, t.ints([-1])), t.ints([0]), t.ints([count])]),
    t.ints([rows, columns]),
  );
}
