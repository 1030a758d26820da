import { emptyGraph, extendGraph, standardModel } from '../../../src/onnx/builder';
import { ElementType } from '../../../src/onnx/graph';
import { floats, openSession } from '../../../src/onnx/runtime/session';

const size = 1024;

/** The best rate that the runtime's product of two square matrices comes to. usage: bench-products.js THREADS */
async function main([threads]: readonly string[]): Promise<void> {
  const b = extendGraph(emptyGraph, '');
  for (const name of ['a', 'b']) b.input({ name, type: ElementType.float, dims: [size, size] });
  // The result stays in the runtime: handing it out would take a share of the time.
  b.alias(b.op('ReduceMax', [b.op('MatMul', ['a', 'b'])], { keepdims: 0 }), 'largest');
  const session = await openSession(standardModel(b.graph([{ name: 'largest', type: ElementType.float }])), {
    threads: Number(threads),
  });
  const matrix = floats([size, size], new Float32Array(size * size).fill(0.5));
  let best = Infinity;
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    await session.run({ a: matrix, b: matrix });
    best = Math.min(best, performance.now() - began);
  }
  await session.release();
  process.stdout.write(`${JSON.stringify({ gigaflops: (2 * size ** 3) / best / 1e6 })}\n`);
}

void main(process.argv.slice(2));
