import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyGraph, extendGraph, standardModel } from '../../../src/onnx/builder';
import { ElementType, type Model } from '../../../src/onnx/graph';
import { floats, openSession } from '../../../src/onnx/runtime/session';
import { hasSignedProducts, withUnsignedWeights } from '../../../src/onnx/runtime/unsignedWeights';

const [inner, width] = [64, 3];

interface Product {
  readonly values: readonly number[];
  readonly weights: readonly number[];
  readonly zeros: readonly number[] | undefined;
}

/** y = x·(w − z) in whole numbers, x from 0 to 255. */
function product({ weights, zeros }: Omit<Product, 'values'>): Model {
  const builder = extendGraph(emptyGraph, '');
  const signed = (dims: readonly number[], numbers: readonly number[]) =>
    builder.constant({ type: ElementType.int8, dims, bytes: new Uint8Array(Int8Array.from(numbers).buffer) });
  builder.input({ name: 'x', type: ElementType.float, dims: ['rows', inner] });
  const bytes = builder.op('Cast', ['x'], { to: { kind: 'int', value: ElementType.uint8 } });
  const inputs = [bytes, signed([inner, width], weights), ...(zeros ? ['', signed([width], zeros)] : [])];
  const whole = builder.op('MatMulInteger', inputs);
  builder.alias(builder.op('Cast', [whole], { to: { kind: 'int', value: ElementType.float } }), 'y');
  return standardModel(builder.graph([{ name: 'y', type: ElementType.float }]));
}

const exact = ({ values, weights, zeros }: Product): readonly number[] =>
  Array.from({ length: width }, (_, column) =>
    values.reduce((sum, value, i) => sum + value * (weights[i * width + column]! - (zeros?.[column] ?? 0)), 0),
  );

async function run(model: Model, values: readonly number[]): Promise<readonly number[]> {
  const session = await openSession(model, { threads: 1 });
  const { y } = await session.run({ x: floats([1, inner], Float32Array.from(values)) });
  await session.release();
  return [...(y!.data as Float32Array)];
}

const largest: Product = {
  values: new Array<number>(inner).fill(255),
  weights: new Array<number>(inner * width).fill(127),
  zeros: undefined,
};

const products: fc.Arbitrary<Product> = fc.record({
  values: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: inner, maxLength: inner }),
  weights: fc.array(fc.integer({ min: -128, max: 127 }), { minLength: inner * width, maxLength: inner * width }),
  zeros: fc.option(fc.array(fc.integer({ min: -128, max: 127 }), { minLength: width, maxLength: width }), {
    nil: undefined,
  }),
});

describe('products of signed weights of eight bits', () => {
  it('are exact on every processor', () =>
    fc.assert(
      fc.asyncProperty(products, async (given) => {
        expect(await run(product(given), given.values)).toEqual(exact(given));
      }),
      { examples: [[largest], [{ ...largest, zeros: [0, -128, 127] }]], numRuns: 30 },
    ));

  it('are the same by unsigned weights, each with its zero point', () =>
    fc.assert(
      fc.asyncProperty(products, async (given) => {
        const unsigned = withUnsignedWeights(product(given));
        expect(hasSignedProducts(product(given))).toBe(true);
        expect(hasSignedProducts(unsigned)).toBe(false);
        expect(await run(unsigned, given.values)).toEqual(exact(given));
      }),
      { examples: [[largest]], numRuns: 30 },
    ));
});
