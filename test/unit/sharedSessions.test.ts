import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyGraph, extendGraph, standardModel } from '../../src/onnx/builder';
import { ElementType, type Model } from '../../src/onnx/graph';
import { mappedBytes } from '../../src/onnx/fileRegion';
import { readModel } from '../../src/onnx/readModel';
import { floats, openSession } from '../../src/onnx/runtime/session';
import { floatTensor } from '../../src/onnx/tensor';
import { writeModel } from '../../src/onnx/writeModel';
import { modelFolder } from '../support/onnxFiles';

const folder = await modelFolder();

function unary(op: string): Model {
  const builder = extendGraph(emptyGraph, '');
  builder.input({ name: 'x', type: ElementType.float, dims: ['n'] });
  builder.alias(builder.op(op, ['x']), 'y');
  return standardModel(builder.graph([{ name: 'y', type: ElementType.float }]));
}

const width = mappedBytes;
/** Adds a weight that is large enough to stay in the file. */
function adding(value: number): Model {
  const builder = extendGraph(emptyGraph, '');
  builder.input({ name: 'x', type: ElementType.float, dims: ['n', width] });
  const weight = builder.constant(floatTensor([width], new Float32Array(width).fill(value)));
  builder.alias(builder.op('Add', ['x', weight]), 'y');
  return standardModel(builder.graph([{ name: 'y', type: ElementType.float }]));
}

async function firstSum(path: string): Promise<number> {
  const session = await openSession(await readModel(path));
  const { y } = await session.run({ x: floats([1, width], new Float32Array(width)) });
  await session.release();
  return Number(y!.data[0]);
}

const feeds = { x: floats([2], Float32Array.of(1, -2)) };

describe('a session that tests share', () => {
  it('answers each who has the same graph open, until he closes it', async () => {
    const [one, other] = [await openSession(unary('Neg')), await openSession(unary('Neg'))];
    await one.release();
    expect([...(await other.run(feeds)).y!.data]).toEqual([-1, 2]);
    await expect(one.run(feeds)).rejects.toThrow('The session is released.');
    await expect(one.release()).rejects.toThrow('The session is released already.');
    await other.release();
  });

  it('answers as its own graph does, and refuses a graph as often as it is opened', async () => {
    const [negated, absolute] = [await openSession(unary('Neg')), await openSession(unary('Abs'))];
    expect([...(await negated.run(feeds)).y!.data]).toEqual([-1, 2]);
    expect([...(await absolute.run(feeds)).y!.data]).toEqual([1, 2]);
    await Promise.all([negated.release(), absolute.release()]);
    for (let time = 0; time < 2; time++)
      await expect(openSession(unary('NoSuchOperator'))).rejects.toMatchObject({ code: 'runtime-load' });
  });

  it('reads weights again that are others by now', async () => {
    const path = join(folder, 'adding.onnx');
    for (const value of [2, 2, 3]) {
      await rm(path, { force: true });
      await writeFile(path, writeModel(adding(value)));
      expect(await firstSum(path)).toBe(value);
    }
  });
});
