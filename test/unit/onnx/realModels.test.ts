import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ElementType, type Model, type Value } from '../../../src/onnx/graph';
import { normalizeModel } from '../../../src/onnx/normalize';
import { readModel } from '../../../src/onnx/readModel';
import { floats, int64s, openSession, type Feeds, type Numbers } from '../../../src/onnx/runtime/session';
import { elementCount } from '../../../src/onnx/tensor';
import { mappedBytes, regionOf } from '../../../src/onnx/fileRegion';
import { writeModel } from '../../../src/onnx/writeModel';
import { modelFile } from '../../support/models/models';
import { modelFolder, readBytes } from '../../support/models/onnxFiles';

const folder = await modelFolder();
const sizes: Readonly<Record<string, number>> = {
  batch_size: 2,
  sequence_length: 3,
  past_sequence_length: 2,
  total_sequence_length: 5,
};

/** Token ids and positions within range, every position attended to, small varied keys and values. */
function numbersFor({ name, type, dims }: Value): Numbers {
  const shape = dims!.map((size) => (typeof size === 'number' ? size : sizes[size]!));
  const positions = Array.from({ length: elementCount(shape) }, (_, i) => i);
  if (type === ElementType.int64)
    return int64s(
      shape,
      positions.map((i) => (name === 'attention_mask' ? 1 : i + 1)),
    );
  return floats(shape, Float32Array.from(positions, Math.sin));
}

async function logits(model: Model): Promise<Float32Array> {
  const feeds: Feeds = Object.fromEntries(model.graph.inputs.map((input) => [input.name, numbersFor(input)]));
  const session = await openSession(model, { threads: 1 });
  const results = await session.run(feeds);
  await session.release();
  return results.logits!.data as Float32Array;
}

describe.each(['gpt2-tiny', 'qwen3-tiny', 'stories260k'])('%s', (name) => {
  const path = modelFile(`reference/${name}`, 'model.onnx');

  it('gives the same logits after it was normalized and written', async () => {
    const model = await readModel(path);
    const original = await logits(model);
    expect(original.some((value) => value !== original[0])).toBe(true);
    const again = await logits(await readBytes(folder, writeModel(normalizeModel(model))));
    const largest = Math.max(...again.map((value, i) => Math.abs(value - original[i]!)));
    expect(largest).toBeLessThan(1e-5);
  });

  it('leaves its large weights in its file', async () => {
    const { graph } = await readModel(path);
    const file = readFileSync(path);
    const large = [...graph.initializers.values()].filter(({ bytes }) => bytes.byteLength >= mappedBytes);
    expect(large.length).toBeGreaterThan(0);
    for (const tensor of large) {
      const place = regionOf(tensor)!;
      expect(place.file).toBe(path);
      expect(Buffer.from(tensor.bytes).equals(file.subarray(place.offset, place.offset + place.length))).toBe(true);
    }
  });
});
