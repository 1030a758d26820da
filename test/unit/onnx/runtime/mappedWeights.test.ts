import { mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyGraph, extendGraph, standardModel } from '../../../../src/onnx/builder';
import { ElementType, type Model, type Tensor } from '../../../../src/onnx/graph';
import { mapWeights, withoutTransposedCopies } from '../../../../src/onnx/runtime/mappedWeights';
import { readModel } from '../../../../src/onnx/readModel';
import { floats, openSession } from '../../../../src/onnx/runtime/session';
import { floatTensor, tensorNumbers } from '../../../../src/onnx/tensor';
import { mappedBytes, regionOf, storedTensor } from '../../../../src/onnx/fileRegion';
import { writeModel } from '../../../../src/onnx/writeModel';
import { encodeModel, modelFolder } from '../../../support/models/onnxFiles';

const folder = await modelFolder();

/** Wide enough for {@link mappedBytes}. */
const [rows, columns] = [96, 256];
const weight = floatTensor(
  [rows, columns],
  Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
);

/** y = (x W) Wᵀ, as a layer and its gradient use a weight. */
function layer(tensor: Tensor = weight): Model {
  const b = extendGraph(emptyGraph, '');
  b.input({ name: 'x', type: ElementType.float, dims: ['batch', 'n', tensor.dims[0]!] });
  const w = b.constant(tensor);
  b.alias(b.op('MatMul', [b.op('MatMul', ['x', w]), b.op('Transpose', [w], { perm: [1, 0] })]), 'y');
  return standardModel(b.graph([{ name: 'y', type: ElementType.float }]));
}

async function stored(name: string): Promise<Model> {
  const path = join(folder, name);
  await writeFile(path, writeModel(layer()));
  return readModel(path);
}

async function outputs(model: Model): Promise<readonly number[]> {
  const session = await openSession(model, { threads: 1 });
  const { y } = await session.run({
    x: floats(
      [2, 1, rows],
      Float32Array.from({ length: 2 * rows }, (_, i) => Math.cos(i)),
    ),
  });
  await session.release();
  return [...(y!.data as Float32Array)];
}

const theWeight = (model: Model): Tensor =>
  [...model.graph.initializers.values()].find((tensor) => tensor.dims.length === 2)!;

describe('a large weight', () => {
  it('stays in the model file and is read there', async () => {
    const tensor = theWeight(await stored('plain.onnx'));
    expect(regionOf(tensor)).toMatchObject({ file: join(folder, 'plain.onnx'), length: rows * columns * 4 });
    expect(tensorNumbers(tensor)).toEqual(tensorNumbers(weight));
    expect(weight.bytes.byteLength).toBeGreaterThanOrEqual(mappedBytes);
  });

  it('gives the same numbers mapped as copied', async () => {
    expect(await outputs(await stored('same.onnx'))).toEqual(
      (await outputs(layer())).map((value) => expect.closeTo(value, 3)),
    );
  });

  it('is mapped from behind links, as the cache of the hub holds it, and from external data beside it', async () => {
    await mkdir(join(folder, 'blobs'));
    await mkdir(join(folder, 'snapshot'));
    await writeFile(join(folder, 'blobs', 'a1'), weight.bytes);
    const entry = (key: string, value: string): object => ({ key, value });
    const initializer = [
      {
        name: 'w',
        dims: [rows, columns],
        data_type: 1,
        data_location: 1,
        external_data: [
          entry('location', 'model.onnx_data'),
          entry('offset', '0'),
          entry('length', String(weight.bytes.byteLength)),
        ],
      },
    ];
    const value = (name: string): object => ({ name, type: { tensor_type: { elem_type: 1 } } });
    const graph = {
      name: 'g',
      node: [
        { op_type: 'MatMul', input: ['x', 'w'], output: ['h'] },
        { op_type: 'Transpose', input: ['w'], output: ['v'] },
        { op_type: 'MatMul', input: ['h', 'v'], output: ['y'] },
      ],
      initializer,
      input: [value('x')],
      output: [value('y')],
    };
    await writeFile(
      join(folder, 'blobs', 'b2'),
      encodeModel({ ir_version: 8, opset_import: [{ domain: '', version: 18 }], graph }),
    );
    await symlink(join('..', 'blobs', 'a1'), join(folder, 'snapshot', 'model.onnx_data'));
    await symlink(join('..', 'blobs', 'b2'), join(folder, 'snapshot', 'model.onnx'));
    const model = await readModel(join(folder, 'snapshot', 'model.onnx'));
    expect(mapWeights(model.graph)!.locate(theWeight(model))).toMatchObject({ location: 'a1', offset: 0 });
    expect(await outputs(model)).toEqual((await outputs(layer())).map((each) => expect.closeTo(each, 3)));
  });

  it('is mapped and read where it begins beyond what 31 bits, and what 32 bits can count', async () => {
    const file = join(folder, 'vast.safetensors');
    for (const offset of [2 ** 31 + 4096, 2 ** 32 + 4104]) {
      // A file with a hole takes no room on the disk.
      const handle = await open(file, 'w');
      await handle.write(weight.bytes, 0, weight.bytes.byteLength, offset);
      await handle.close();
      const tensor = storedTensor(weight, { file, offset, length: weight.bytes.byteLength });
      expect(tensorNumbers(tensor)).toEqual(tensorNumbers(weight));
      expect(mapWeights(layer(tensor).graph)).toBeDefined();
      expect(await outputs(layer(tensor))).toEqual((await outputs(layer())).map((value) => expect.closeTo(value, 3)));
    }
  });

  it('is written out where it was changed after it was read', async () => {
    const model = await stored('changed.onnx');
    const doubled = floatTensor(
      [rows, columns],
      tensorNumbers(weight).map((value) => 2 * value),
    );
    const initializers = new Map(
      [...model.graph.initializers].map(([name, tensor]) => [
        name,
        tensor.dims.length === 2 ? { ...tensor, bytes: doubled.bytes } : tensor,
      ]),
    );
    const changed = { ...model, graph: { ...model.graph, initializers } };
    expect(regionOf(theWeight(changed))).toBeUndefined();
    expect(await outputs(changed)).toEqual((await outputs(layer())).map((value) => expect.closeTo(4 * value, 2)));
  });

  it('is multiplied as it lies where a product wants it transposed', async () => {
    const { graph } = withoutTransposedCopies(await stored('fused.onnx'));
    expect(graph.nodes.map(({ op }) => op)).toContain('FusedMatMul');
    expect(withoutTransposedCopies(layer()).graph.nodes.map(({ op }) => op)).not.toContain('FusedMatMul');
  });

  it('says that its file is gone when it is needed later', async () => {
    const model = await stored('gone.onnx');
    const { rm } = await import('node:fs/promises');
    await rm(join(folder, 'gone.onnx'));
    expect(() => theWeight(model).bytes).toThrow(expect.objectContaining({ code: 'model-missing' }));
  });
});

describe.skipIf(process.platform !== 'linux')('sessions of one process', () => {
  const anonymousMegabytes = (): number =>
    Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;

  it('share one copy of a weight', async () => {
    // Large enough that the runtime is not to pack it.
    const side = 3072;
    const path = join(folder, 'large.onnx');
    await writeFile(
      path,
      writeModel(layer({ type: ElementType.float, dims: [side, side], bytes: new Uint8Array(side * side * 4) })),
    );
    const megabytes = (await readFile(path)).length / 2 ** 20;
    const model = await readModel(path);
    const before = anonymousMegabytes();
    const sessions = [];
    for (let i = 0; i < 8; i++) {
      const session = await openSession(model, { threads: 1 });
      await session.run({ x: floats([1, 1, side], new Float32Array(side)) });
      sessions.push(session);
    }
    const grown = anonymousMegabytes() - before;
    for (const session of sessions) await session.release();
    // Each of them copying would be eight times the weight.
    expect(grown).toBeLessThan(3 * megabytes);
  });
});
