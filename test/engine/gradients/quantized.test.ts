import { describe, expect, it } from 'vitest';
import { differentiate, gradientOf } from '../../../src/autodiff/gradient';
import { emptyGraph, extendGraph, standardModel, type Builder } from '../../../src/onnx/builder';
import { ElementType } from '../../../src/onnx/graph';
import { floats, openSession, type Feeds } from '../../../src/onnx/runtime/session';
import { floatTensor } from '../../../src/onnx/tensor';

/** The gradient of the sum of what `build` returns, at x `[rows, 3]`. */
async function gradientAt(
  values: readonly number[],
  build: (b: Builder, x: string) => string,
): Promise<readonly number[]> {
  const b = extendGraph(emptyGraph, 'forward/');
  const x = b.input({ name: 'x', type: ElementType.float, dims: ['rows', 3] });
  b.alias(b.op('ReduceSum', [build(b, x)], { keepdims: 0 }), 'loss');
  const feeds = (rows: number): Feeds => ({
    x: floats(
      [rows, 3],
      Float32Array.from({ length: 3 * rows }, (_, i) => values[i % values.length]!),
    ),
  });
  const model = await differentiate(standardModel(b.graph([{ name: 'loss', type: ElementType.float }])), {
    loss: 'loss',
    withRespectTo: ['x'],
    probes: [feeds(2), feeds(4)],
  });
  const session = await openSession(model, { threads: 1 });
  const { [gradientOf('x')]: gradient } = await session.run(feeds(1));
  await session.release();
  return Array.from(gradient!.data, Number);
}

const bytes = (b: Builder, type: number, dims: readonly number[], values: readonly number[]): string =>
  b.constant({ type, dims, bytes: Uint8Array.from(values) });

describe('the gradient through rounding', () => {
  it('passes a pair of quantisation and dequantisation as if it were not there', async () => {
    const gradient = await gradientAt([0.3, -1.1, 0.8], (b, x) => {
      const [scale, zero] = [b.scalar(0.01), bytes(b, ElementType.uint8, [], [128])];
      return b.op('Mul', [
        b.op('DequantizeLinear', [b.op('QuantizeLinear', [x, scale, zero]), scale, zero]),
        b.constant(floatTensor([3], [1, 2, 3])),
      ]);
    });
    gradient.forEach((value, i) => expect(value).toBeCloseTo(i + 1, 5));
  });

  it('has a scale for each column where the pair has', async () => {
    const gradient = await gradientAt([0.3, -1.1, 0.8], (b, x) => {
      const [scales, zeros] = [
        b.constant(floatTensor([3], [0.01, 0.02, 0.05])),
        bytes(b, ElementType.uint8, [3], [128, 128, 100]),
      ];
      return b.op(
        'DequantizeLinear',
        [
          b.op('QuantizeLinear', [x, scales, zeros], { axis: 1 }),
          b.constant(floatTensor([3], [0.01, 0.04, 0.05])),
          zeros,
        ],
        { axis: 1 },
      );
    });
    [1, 2, 1].forEach((value, i) => expect(gradient[i]).toBeCloseTo(value, 5));
  });

  it('runs through a product of whole numbers by the weights as the product sees them', async () => {
    // W = 0.5 (q - 2), so the gradient of the sum of x W is the sum of each row of W.
    const gradient = await gradientAt([0.3, -1.1, 0.8], (b, x) => {
      const [whole, scale, zero] = b.ops('DynamicQuantizeLinear', [x], 3);
      const weights = bytes(b, ElementType.uint8, [3, 2], [1, 2, 3, 4, 5, 7]);
      const product = b.op('MatMulInteger', [whole!, weights, zero!, bytes(b, ElementType.uint8, [], [2])]);
      return b.op('Mul', [b.op('Cast', [product], { to: ElementType.float }), b.op('Mul', [scale!, b.scalar(0.5)])]);
    });
    [-0.5, 1.5, 4].forEach((value, i) => expect(gradient[i]).toBeCloseTo(value, 4));
  });
});
