import { emptyGraph, extendGraph, standardModel } from '../../../src/onnx/builder';
import { ElementType, type Model } from '../../../src/onnx/graph';
import { floatTensor } from '../../../src/onnx/tensor';
import { floats, openSession, type Session } from '../../../src/onnx/runtime/session';

const block = 32;

interface Way {
  readonly name: string;
  /** Bits of a stored number; 32 for floats. */
  readonly bits: 4 | 8 | 32;
  /** In which type the runtime multiplies: 0 as it likes, 1 floats, 4 eight-bit integers. */
  readonly level: number;
}

const ways: readonly Way[] = [
  { name: 'float', bits: 32, level: 0 },
  { name: '8 bits, multiplied as floats', bits: 8, level: 1 },
  { name: '8 bits, multiplied as integers', bits: 8, level: 4 },
  { name: '4 bits, multiplied as floats', bits: 4, level: 1 },
  { name: '4 bits, multiplied as integers', bits: 4, level: 4 },
];

/**
 * Times products of activations with the matrices of a layer, stored as floats and in blocks of 4 and 8 bits, by turns,
 * and says how far each lies from the product with the same numbers as doubles.
 * usage: bench-blockProducts.js ROWS INNER OUTER THREADS
 */
async function main([rows, inner, outer, threads]: readonly number[]): Promise<void> {
  const activations = Float32Array.from({ length: rows! * inner! }, (_, i) => Math.sin(i * 1.7) + Math.cos(i * 0.37));
  const feeds = { x: floats([rows!, inner!], activations) };
  const entries: { way: Way; session: Session; error: number; cpu: number; wall: number }[] = [];
  for (const way of ways) {
    const { model, weights } = productOf(way, inner!, outer!);
    const session = await openSession(model, { threads: threads! });
    const { y } = await session.run(feeds);
    const error = errorOf(y!.data as Float32Array, activations, weights);
    entries.push({ way, session, error, cpu: Infinity, wall: Infinity });
  }
  for (let round = 0; round < 15; round++)
    for (const entry of entries) {
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      await entry.session.run(feeds);
      const { user, system } = process.cpuUsage(cpu);
      entry.cpu = Math.min(entry.cpu, (user + system) / 1e3);
      entry.wall = Math.min(entry.wall, performance.now() - began);
    }
  for (const { session } of entries) await session.release();
  process.stdout.write(
    `${JSON.stringify(entries.map(({ way, error, cpu, wall }) => ({ ...way, error, cpu, wall })))}\n`,
  );
}

/** Weights `[outer, inner]` in whole numbers of so many bits, a scale a block, and the product with them. */
function productOf({ bits, level }: Way, inner: number, outer: number): { model: Model; weights: Float64Array } {
  const half = 2 ** ((bits === 32 ? 4 : bits) - 1);
  const whole = Int32Array.from({ length: inner * outer }, (_, i) => (Math.imul(i, 2654435761) >>> 8) % (2 * half));
  const scales = Float32Array.from({ length: (inner * outer) / block }, (_, i) => (1 + (i % 7) / 7) / half / 16);
  const weights = Float64Array.from(whole, (value, i) => (value - half) * scales[Math.floor(i / block)]!);
  const b = extendGraph(emptyGraph, '');
  b.input({ name: 'x', type: ElementType.float, dims: ['rows', inner] });
  if (bits === 32) {
    const turned = new Float32Array(inner * outer);
    for (let n = 0; n < outer; n++) for (let k = 0; k < inner; k++) turned[k * outer + n] = weights[n * inner + k]!;
    b.alias(b.op('MatMul', ['x', b.weight('w', floatTensor([inner, outer], turned))]), 'y');
  } else {
    const bytes =
      bits === 8
        ? Uint8Array.from(whole)
        : Uint8Array.from({ length: whole.length / 2 }, (_, i) => whole[2 * i]! | (whole[2 * i + 1]! << 4));
    const dims = [outer, inner / block, (block * bits) / 8];
    const packed = b.weight('w', { type: ElementType.uint8, dims, bytes });
    const perBlock = b.weight('scales', floatTensor([outer * (inner / block)], scales));
    const sizes = { K: inner, N: outer, bits, block_size: block, accuracy_level: level };
    b.alias(b.op('com.microsoft.MatMulNBits', ['x', packed, perBlock], sizes), 'y');
  }
  const model = standardModel(b.graph([{ name: 'y', type: ElementType.float }]));
  return { model: { ...model, opsets: new Map([...model.opsets, ['com.microsoft', 1]]) }, weights };
}

/** Root mean square of what a product lies off, of that of the product, over some of its rows. */
function errorOf(product: Float32Array, x: Float32Array, weights: Float64Array): number {
  const rowsLooked = 4;
  // rows·inner, inner·outer and rows·outer give inner.
  const inner = Math.round(Math.sqrt((x.length * weights.length) / product.length));
  const outer = weights.length / inner;
  let [off, all] = [0, 0];
  for (let row = 0; row < rowsLooked; row++)
    for (let n = 0; n < outer; n++) {
      let exact = 0;
      for (let k = 0; k < inner; k++) exact += x[row * inner + k]! * weights[n * inner + k]!;
      off += (product[row * outer + n]! - exact) ** 2;
      all += exact ** 2;
    }
  return Math.sqrt(off / all);
}

void main(process.argv.slice(2).map(Number));
