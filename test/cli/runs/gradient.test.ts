import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom, normal } from '../../../src/data/random';
import type { EvaluationResult } from '../../../src/runs/record/record';
import { json, jsonLines, run, tinyWeather, workspace } from '../../support/runs/runCli';

const plainStep = [
  'optimizer=sgd',
  'schedule=constant',
  'warmup=0',
  'clip=0',
  'weightDecay=0',
  'steps=1',
  'batchSize=8',
];
const weights = 'adapter_model.safetensors';

/** Trains and returns the adapter's folder. */
async function adapterOf(folder: string, settings: readonly string[], ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(
    folder,
    'train',
    'weather.prompt',
    '--method',
    'soft',
    '--json',
    ...settings.flatMap((setting) => ['--set', `tune.${setting}`]),
    ...args,
  );
  if (code !== 0) throw new Error(err);
  return join(jsonLines(out).at(-1)!.folder as string, 'adapter');
}

/** Byte offset of the numbers: behind the header, whose length stands in the first eight bytes. */
const numbersAt = (file: Buffer) => 8 + Number(file.readBigUInt64LE(0));

async function vectors(adapter: string): Promise<readonly number[]> {
  const file = await readFile(join(adapter, weights));
  const start = numbersAt(file);
  return Array.from({ length: (file.length - start) / 4 }, (_, i) => file.readFloatLE(start + 4 * i));
}

/** A copy of an adapter with other numbers. */
async function withVectors(adapter: string, name: string, numbers: readonly number[]): Promise<string> {
  const copy = join(adapter, '..', name);
  await cp(adapter, copy, { recursive: true });
  const file = await readFile(join(copy, weights));
  const start = numbersAt(file);
  numbers.forEach((number, i) => file.writeFloatLE(number, start + 4 * i));
  await writeFile(join(copy, weights), file);
  return copy;
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('a step of plain gradient descent with learning rate 1', () => {
  it('moves a given adapter by minus the gradient of the loss that evaluate reports', async () => {
    const folder = await workspace(tinyWeather);
    const start = await adapterOf(folder, ['steps=1']);
    const from = await vectors(start);
    const gradient = (
      await vectors(await adapterOf(folder, [...plainStep, 'learningRate=1'], '--init-from', start))
    ).map((value, i) => from[i]! - value);
    const half = (await vectors(await adapterOf(folder, [...plainStep, 'learningRate=0.5'], '--init-from', start))).map(
      (value, i) => from[i]! - value,
    );
    half.forEach((value, i) => expect(value).toBeCloseTo(gradient[i]! / 2, 6));

    const random = createRandom(7);
    const directions = [gradient, gradient.map(() => normal(random))];
    for (const [index, direction] of directions.entries()) {
      const length = Math.sqrt(dot(direction, direction));
      const reach = 0.05;
      const lossAt = async (sign: number) => {
        const moved = await withVectors(
          start,
          `moved-${index}-${sign}`,
          from.map((value, i) => value + (sign * reach * direction[i]!) / length),
        );
        return (
          await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--adapter', moved, '--split', 'train')
        ).loss;
      };
      const slope = ((await lossAt(1)) - (await lossAt(-1))) / (2 * reach);
      const expected = dot(gradient, direction) / length;
      // Central differences of a float32 loss: its rounding over the reach, and the third derivative.
      expect(Math.abs(slope - expected)).toBeLessThan(0.02 * Math.abs(expected) + 2e-4);
    }
  });
});
