import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { extendGraph, emptyGraph, standardModel } from '../../../src/onnx/builder';
import { ElementType, type Graph, type Model, type Node } from '../../../src/onnx/graph';
import { readModel } from '../../../src/onnx/readModel';
import { modelProto } from '../../../src/onnx/schema';
import { floatTensor, int64Tensor } from '../../../src/onnx/tensor';

/** A fresh folder for the models of one test file, removed after its last test. */
export async function modelFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-onnx-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function readBytes(folder: string, bytes: Uint8Array): Promise<Model> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, bytes);
  return readModel(path);
}

/** A model file as an exporter may write it, by the field names of ONNX's schema. */
export const encodeModel = (message: object): Uint8Array => modelProto.encode(message).finish();

export const node = (
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Node['attributes'] = {},
): Node => ({ op, domain: '', name: outputs[0]!, inputs, outputs, attributes });

const branch: Graph = {
  name: 'branch',
  inputs: [],
  outputs: [{ name: 'taken', type: ElementType.float, dims: [] }],
  nodes: [node('Identity', ['inner'], ['taken'])],
  initializers: new Map([['inner', floatTensor([], [0.5])]]),
};

/**
 * Not meant to run: one node with an attribute of every kind, weights of several types, sizes fixed, named and absent.
 */
export function modelOfEveryKind(): Model {
  const b = extendGraph(emptyGraph, '');
  b.input({ name: 'x', type: ElementType.float, dims: ['batch', 3, 0] });
  b.input({ name: 'shapeless', type: ElementType.int64 });
  b.constant(floatTensor([2, 2], [1, -2.5, 0, Infinity]));
  b.constant(int64Tensor([], [-7]));
  b.constant({ type: ElementType.float16, dims: [3], bytes: Uint8Array.of(0, 0x3c, 0, 0xc0, 1, 0) });
  b.constant({ type: ElementType.bool, dims: [2], bytes: Uint8Array.of(1, 0) });
  b.constant(floatTensor([0, 4], []));
  b.node({
    op: 'Everything',
    domain: 'com.example',
    name: 'everything',
    inputs: ['x', '', 'shapeless'],
    outputs: ['y', 'z'],
    attributes: {
      int: { kind: 'int', value: -3 },
      zero: { kind: 'int', value: 0 },
      float: { kind: 'float', value: 0.25 },
      ints: { kind: 'ints', value: [0, -1, 2 ** 40] },
      none: { kind: 'ints', value: [] },
      floats: { kind: 'floats', value: [0, -1.5] },
      string: { kind: 'string', value: 'größer' },
      strings: { kind: 'strings', value: ['', 'b'] },
      tensor: { kind: 'tensor', value: floatTensor([2], [3, 4]) },
      graph: { kind: 'graph', value: branch },
    },
  });
  const model = standardModel(
    b.graph([
      { name: 'y', type: ElementType.float, dims: ['batch'] },
      { name: 'z', type: ElementType.int64, dims: [] },
    ]),
  );
  return {
    ...model,
    opsets: new Map([
      ['', 18],
      ['com.example', 1],
    ]),
  };
}
