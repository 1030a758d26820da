import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyGraph, extendGraph, standardModel } from '../../../src/onnx/builder';
import { ElementType, type Model, type Tensor } from '../../../src/onnx/graph';
import { readModel } from '../../../src/onnx/readModel';
import { floats, openSession } from '../../../src/onnx/runtime/session';
import { tensorNumbers } from '../../../src/onnx/tensor';
import { writeModel } from '../../../src/onnx/writeModel';
import { encodeModel, modelFolder, modelOfEveryKind, readBytes } from '../../support/models/onnxFiles';

const folder = await modelFolder();
const identity = { op_type: 'Identity', input: ['w'], output: ['y'] };
const opset = [{ domain: '', version: 18 }];

/** Reads back one weight that a file stores as `fields`. */
async function weightStoredAs(fields: object): Promise<Tensor> {
  const model = await readBytes(
    folder,
    encodeModel({
      ir_version: 8,
      opset_import: opset,
      graph: { name: 'g', node: [identity], initializer: [{ name: 'w', ...fields }] },
    }),
  );
  return model.graph.initializers.get('w')!;
}

/** Views of a file and arrays of their own compare by content. */
function plain(model: Model): unknown {
  return JSON.parse(
    JSON.stringify(model, function (this: Record<string, unknown>, key, value: unknown) {
      if (this[key] instanceof Uint8Array) return [...this[key]];
      return value instanceof Map ? [...value] : value;
    }),
  );
}

describe('a model that is written and read', () => {
  it('keeps attributes of every kind, weights, names and sizes', async () => {
    const model = modelOfEveryKind();
    expect(plain(await readBytes(folder, writeModel(model)))).toEqual(plain(model));
  });

  it('is the same bytes when it is written again', async () => {
    const bytes = writeModel(modelOfEveryKind());
    expect(Buffer.from(writeModel(await readBytes(folder, bytes))).equals(bytes)).toBe(true);
  });

  it.each<readonly [string, () => Model]>([
    ['attributes', (): Model => sliceModel('attribute')],
    ['constants', (): Model => sliceModel('constant')],
  ])('keeps "to the end" in %s', async (_, build) => {
    const model = await readBytes(folder, writeModel(build()));
    const session = await openSession(model, { threads: 1 });
    const { y } = await session.run({ x: floats([4], Float32Array.of(1, 2, 3, 4)) });
    await session.release();
    expect(y!.data).toEqual(Float32Array.of(2, 3, 4));
  });
});

/** x[1:] with the largest int64 as its end. */
function sliceModel(where: 'attribute' | 'constant'): Model {
  const b = extendGraph(emptyGraph, '');
  b.input({ name: 'x', type: ElementType.float, dims: ['n'] });
  const end =
    where === 'constant' ? b.ints([2 ** 63]) : b.op('Constant', [], { value_ints: { kind: 'ints', value: [2 ** 63] } });
  b.alias(b.op('Slice', ['x', b.ints([1]), end]), 'y');
  return standardModel(b.graph([{ name: 'y', type: ElementType.float }]));
}

describe('weights in typed fields', () => {
  it.each<readonly [string, number, object, readonly number[]]>([
    ['float', ElementType.float, { float_data: [1.5, -2] }, [1.5, -2]],
    ['double', ElementType.double, { double_data: [1.5, -2] }, [1.5, -2]],
    ['int64', ElementType.int64, { int64_data: [5, -6] }, [5, -6]],
    ['uint64', ElementType.uint64, { uint64_data: [5, 6] }, [5, 6]],
    ['uint32', ElementType.uint32, { uint64_data: [5, 4294967295] }, [5, 4294967295]],
    ['int32', ElementType.int32, { int32_data: [5, -6] }, [5, -6]],
    ['int16', ElementType.int16, { int32_data: [5, -6] }, [5, -6]],
    ['uint16', ElementType.uint16, { int32_data: [5, 65535] }, [5, 65535]],
    ['int8', ElementType.int8, { int32_data: [5, -6] }, [5, -6]],
    ['uint8', ElementType.uint8, { int32_data: [5, 255] }, [5, 255]],
    ['bool', ElementType.bool, { int32_data: [1, 0] }, [1, 0]],
    ['float16', ElementType.float16, { int32_data: [0x3e00, 0xc000] }, [1.5, -2]],
    ['bfloat16', ElementType.bfloat16, { int32_data: [0x3fc0, 0xc000] }, [1.5, -2]],
  ])('of type %s are read', async (_, type, field, expected) => {
    expect(tensorNumbers(await weightStoredAs({ dims: [2], data_type: type, ...field }))).toEqual(expected);
  });

  it('keep whole numbers that a double cannot hold', async () => {
    const { bytes } = await weightStoredAs({
      dims: [2],
      data_type: ElementType.int64,
      int64_data: [
        { low: -1, high: 0x7fffffff },
        { low: 1, high: 0x200000 },
      ],
    });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect([view.getBigInt64(0, true), view.getBigInt64(8, true)]).toEqual([2n ** 63n - 1n, 2n ** 53n + 1n]);
  });
});

describe('a large weight in the model file', () => {
  const values = Float32Array.from({ length: 20_000 }, (_, i) => i);
  const stored = {
    dims: [values.length],
    data_type: ElementType.float,
    raw_data: new Uint8Array(values.buffer),
  };

  it.each([
    ['says nothing of where it is', stored],
    ['says that it is there', { ...stored, data_location: 0 }],
    ['says it beside names of a file it was in', { ...stored, data_location: 0, external_data: [] }],
  ])('that %s is read from there', async (_, fields) => {
    expect(tensorNumbers(await weightStoredAs(fields))).toEqual([...values]);
  });
});

describe('weights in a file beside the model', () => {
  const external = (location: string, more: readonly object[] = []): object => ({
    dims: [2],
    data_type: ElementType.float,
    data_location: 1,
    external_data: [{ key: 'location', value: location }, ...more],
  });

  it('are read from their offset', async () => {
    await writeFile(join(folder, 'weights.bin'), new Uint8Array(Float32Array.of(9, 1, 2, 9).buffer));
    expect(
      tensorNumbers(
        await weightStoredAs(
          external('weights.bin', [
            { key: 'offset', value: '4' },
            { key: 'length', value: '8' },
          ]),
        ),
      ),
    ).toEqual([1, 2]);
  });

  it('are read for branches and constants too', async () => {
    await writeFile(join(folder, 'pair.bin'), new Uint8Array(Float32Array.of(3, 4).buffer));
    const branch = { name: 'b', node: [identity], initializer: [{ name: 'w', ...external('pair.bin') }] };
    const attribute = [
      { name: 'then_branch', type: 5, g: branch },
      { name: 'value', type: 4, t: external('pair.bin') },
    ];
    const { graph } = await readBytes(
      folder,
      encodeModel({ opset_import: opset, graph: { node: [{ ...identity, attribute }] } }),
    );
    const { then_branch, value } = graph.nodes[0]!.attributes;
    expect(then_branch?.kind === 'graph' && tensorNumbers(then_branch.value.initializers.get('w')!)).toEqual([3, 4]);
    expect(value?.kind === 'tensor' && tensorNumbers(value.value)).toEqual([3, 4]);
  });

  it('are missed by name', async () => {
    await expect(weightStoredAs(external('absent.bin'))).rejects.toMatchObject({
      code: 'model-external-data',
      location: { file: join(folder, 'absent.bin') },
    });
  });

  it('are reported when the file is too short', async () => {
    await writeFile(join(folder, 'short.bin'), Uint8Array.of(0, 0, 0, 0));
    await expect(weightStoredAs(external('short.bin'))).rejects.toMatchObject({ code: 'model-truncated' });
  });

  it.each(['../secret.bin', 'a/../../secret.bin', '/etc/hostname'])(
    'are never read from outside the folder (%s)',
    async (location) => {
      await expect(weightStoredAs(external(location))).rejects.toMatchObject({
        code: 'model-external-data',
        message: expect.stringContaining('outside'),
      });
    },
  );
});

describe('the details of a model file', () => {
  it('gives unnamed sizes of different values different names', async () => {
    const type = { tensor_type: { elem_type: ElementType.float, shape: { dim: [{}, { dim_value: 3 }] } } };
    const { graph } = await readBytes(
      folder,
      encodeModel({
        opset_import: opset,
        graph: {
          node: [identity],
          input: [
            { name: 'a', type },
            { name: 'b', type },
          ],
        },
      }),
    );
    const [a, b] = graph.inputs.map((input) => input.dims!);
    expect(a![0]).not.toEqual(b![0]);
    expect([a![1], b![1]]).toEqual([3, 3]);
  });

  it('does not count weights among the inputs', async () => {
    const type = { tensor_type: { elem_type: ElementType.float } };
    const initializer = [{ name: 'w', dims: [1], data_type: ElementType.float, float_data: [1] }];
    const { graph } = await readBytes(
      folder,
      encodeModel({
        opset_import: opset,
        graph: {
          node: [identity],
          initializer,
          input: [
            { name: 'w', type },
            { name: 'x', type },
          ],
        },
      }),
    );
    expect(graph.inputs.map((input) => input.name)).toEqual(['x']);
  });

  it('takes "ai.onnx" for the standard operator set', async () => {
    const model = await readBytes(
      folder,
      encodeModel({
        opset_import: [{ domain: 'ai.onnx', version: 17 }],
        graph: { node: [{ ...identity, domain: 'ai.onnx' }] },
      }),
    );
    expect(model.opsets.get('')).toBe(17);
    expect(model.graph.nodes[0]!.domain).toBe('');
  });

  it('reports a file that is not there', async () => {
    const path = join(folder, 'nowhere', 'model.onnx');
    await expect(readModel(path)).rejects.toMatchObject({ code: 'model-missing', location: { file: path } });
  });

  it('names an attribute and a weight of an unknown kind', async () => {
    await expect(
      readBytes(
        folder,
        encodeModel({
          opset_import: opset,
          graph: { node: [{ ...identity, attribute: [{ name: 'odd', type: 99 }] }] },
        }),
      ),
    ).rejects.toMatchObject({ code: 'onnx-attribute', message: expect.stringContaining('odd') });
    await expect(weightStoredAs({ dims: [1], data_type: 8, string_data: [Uint8Array.of(65)] })).rejects.toMatchObject({
      code: 'onnx-type',
      message: expect.stringContaining('"w"'),
    });
  });
});
