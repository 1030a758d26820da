import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/failure';
import { writeModel } from '../../../src/onnx/writeModel';
import { modelFile } from '../../support/models/models';
import { encodeModel, modelFolder, modelOfEveryKind, readBytes } from '../../support/models/onnxFiles';

const folder = await modelFolder();
const whole = writeModel(modelOfEveryKind());
const truncated = { code: 'model-truncated', remedy: expect.any(String) };

/** The failure of reading these bytes; undefined when they can be read. Anything but a Failure is thrown on. */
async function failureOf(bytes: Uint8Array): Promise<Failure | undefined> {
  try {
    await readBytes(folder, bytes);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

describe('a damaged model file', () => {
  it('is called incomplete wherever it was cut off', async () => {
    for (let length = 0; length < whole.length; length++)
      expect(await failureOf(whole.subarray(0, length)), `cut after ${length} bytes`).toMatchObject(truncated);
    expect(await failureOf(whole)).toBeUndefined();
  });

  it('is called incomplete when it holds something else', async () => {
    for (const text of [
      '',
      '<!doctype html><title>Not found</title>',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0',
      '{"error":"gated"}',
    ]) {
      expect(await failureOf(Buffer.from(text)), text).toMatchObject(truncated);
    }
  });

  it('is called incomplete when it holds random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await failureOf(bytes)).toMatchObject(truncated);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('never ends in anything but a failure with a code, whichever bytes are wrong', async () => {
    const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, to } of changes) bytes[at] = to;
        const failure = await failureOf(bytes);
        if (failure) expect(failure.location.file).toEqual(expect.any(String));
      }),
      { seed: 1, numRuns: 600 },
    );
  });

  it('is reported when an attribute lacks the tensor or the graph that its kind promises', async () => {
    for (const type of [4, 5]) {
      const node = { op_type: 'Constant', output: ['y'], attribute: [{ name: 'value', type }] };
      expect(await failureOf(encodeModel({ opset_import: [{ version: 18 }], graph: { node: [node] } }))).toMatchObject(
        truncated,
      );
    }
  });

  it('may leave an empty text attribute out', async () => {
    const node = { op_type: 'Conv', output: ['y'], attribute: [{ name: 'auto_pad', type: 3 }] };
    expect(await failureOf(encodeModel({ opset_import: [{ version: 18 }], graph: { node: [node] } }))).toBeUndefined();
  });

  it('is reported when a weight has fewer numbers than its shape', async () => {
    const graph = {
      node: [{ op_type: 'Identity', input: ['w'], output: ['y'] }],
      initializer: [{ name: 'w', dims: [3], data_type: 1, raw_data: new Uint8Array(8) }],
    };
    const failure = await failureOf(encodeModel({ opset_import: [{ version: 18 }], graph }));
    expect(failure).toMatchObject(truncated);
    expect(failure?.message).toContain('"w"');
  });
});

describe('a real model file', () => {
  it('is called incomplete wherever it was cut off', async () => {
    const bytes = readFileSync(modelFile('reference/stories260k', 'model.onnx'));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 64 }), async (length) => {
        expect(await failureOf(bytes.subarray(0, length))).toMatchObject(truncated);
      }),
      { seed: 1, numRuns: 25 },
    );
  });
});
