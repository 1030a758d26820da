import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGenerator, type Generator } from '../../../src/decoding/generator';
import { openModel } from '../../../src/model/openModel';
import { assembleModel } from '../../support/models/models';

describe('answers that are written at once', () => {
  let generator: Generator;
  beforeAll(async () => {
    generator = await openGenerator(await openModel(assembleModel('reference/stories260k'), '/'));
  });
  afterAll(() => generator.close());

  const prompt = (row: number, length: number): readonly number[] =>
    Array.from({ length }, (_, i) => 3 + ((row * 7 + i * 11) % 400));

  /** How many answers each pass over the model has gone on with. */
  async function rowsOfPasses(prompts: readonly (readonly number[])[]): Promise<readonly number[]> {
    const sizes: number[] = [];
    for await (const pieces of generator.stream(prompts, undefined, { most: 3, end: [] })) sizes.push(pieces.length);
    return sizes;
  }

  it('are as many each time, so that no few that are left over take passes of their own', async () => {
    const prompts = Array.from({ length: 130 }, (_, row) => prompt(row, 5));
    expect(await rowsOfPasses(prompts)).toEqual([65, 65, 65, 65, 65, 65]);
  });

  it('begin in several passes where their prompts are long, and go on together', async () => {
    // 1,024 tokens of prompts at most are read in one pass, eight prompts of these, and three passes take them all.
    const prompts = Array.from({ length: 20 }, (_, row) => prompt(row, 120));
    const sizes = await rowsOfPasses(prompts);
    expect(sizes).toEqual([7, 7, 6, 20, 20]);
  });
});
