import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel, type LanguageModel } from '../../src/model/openModel';
import { openGenerator } from '../../src/scoring/generate';
import { layOut, type BatchOptions } from '../../src/objective/batch';
import type { Example } from '../../src/objective/example';
import { openObjective } from '../../src/objective/objective';
import { prefixWidth } from '../../src/objective/prompt';
import { assembleModel } from '../support/models';
import { models } from '../support/paths';

/** What PyTorch computed with the same weights; architectures.py in test/models makes them. */
interface Expected {
  readonly prompts: readonly (readonly number[])[];
  readonly answers: readonly (readonly number[])[];
  readonly virtual: number;
  readonly prefix: number;
  readonly loss: number;
  readonly softLoss: number;
  readonly softGradient: readonly number[];
  readonly prefixLoss: number;
  readonly prefixGradient: readonly number[];
  readonly generated: readonly (readonly number[])[];
  readonly softGenerated: readonly (readonly number[])[];
}

const folder = join(models, 'architectures');
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const tolerance = 1e-3;

/** 0.5 sin(0.7 i + phase), as the recipe fills prompts and prefixes. */
const wave = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => 0.5 * Math.sin(0.7 * i + phase));

/** Largest difference, relative to the largest number expected. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(expected, (value, i) => Math.abs(actual[i]! - value))) / largest;
}

const examplesOf = ({ prompts, answers }: Expected, front: readonly number[]): readonly Example[] =>
  prompts.map((prompt, row) => ({
    row,
    prompt: [...front, ...prompt],
    expected: '',
    label: -1,
    answer: answers[row]!,
  }));

const options = (model: LanguageModel, sharePrefix: boolean, deepRows = 0): BatchOptions => ({
  objective: 'token',
  verbalizer: [],
  vocabularySize: model.tokenizer.vocabularySize,
  sharePrefix,
  deepRows,
});

/** Each architecture as its exported graph, and as the checkpoints that stand beside it. */
const sources = names.flatMap((name) =>
  ['model.onnx', 'model.safetensors', 'model.gguf']
    .filter((file) => existsSync(join(folder, name, file)))
    .map((file) => [name, file] as const),
);

describe.each(sources)('%s, %s, against PyTorch', (name, file) => {
  const expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as Expected;
  const virtualIds = ({ tokenizer }: LanguageModel): readonly number[] =>
    Array.from({ length: expected.virtual }, (_, i) => tokenizer.vocabularySize + i);

  it('has the losses, the gradients of prompt and prefix, and the generated tokens', async () => {
    const model = await openModel(join(assembleModel(`architectures/${name}`), file), '/');
    const { hiddenSize } = model.configuration;
    const soft = { rows: expected.virtual, hiddenSize, values: wave(expected.virtual * hiddenSize, 0) };
    const width = prefixWidth(model);
    const deep = {
      rows: 0,
      hiddenSize,
      values: new Float32Array(),
      prefix: { rows: expected.prefix, width, values: wave(expected.prefix * width, 1) },
    };
    const objective = openObjective(model, 1);
    const generator = await openGenerator(model);
    try {
      const plain = await objective.score(layOut(examplesOf(expected, []), options(model, false)), undefined);
      expect(relativeError([plain.loss], [expected.loss])).toBeLessThan(tolerance);
      const { loss, gradient } = await objective.step(
        layOut(examplesOf(expected, virtualIds(model)), options(model, true)),
        soft,
      );
      expect(relativeError([loss], [expected.softLoss])).toBeLessThan(tolerance);
      expect(relativeError(gradient!, expected.softGradient)).toBeLessThan(tolerance);
      const { loss: prefixLoss, prefixGradient } = await objective.step(
        layOut(examplesOf(expected, []), options(model, false, expected.prefix)),
        deep,
      );
      expect(relativeError([prefixLoss], [expected.prefixLoss])).toBeLessThan(tolerance);
      expect(relativeError(prefixGradient!, expected.prefixGradient)).toBeLessThan(tolerance);
      const generated = (ids: readonly number[]): readonly number[] =>
        ids.includes(2) ? ids.slice(0, ids.indexOf(2)) : ids;
      const most = expected.generated[0]!.length;
      expect(await generator.generate(expected.prompts, undefined, { most })).toEqual(
        expected.generated.map(generated),
      );
      expect(
        await generator.generate(
          expected.prompts.map((prompt) => [...virtualIds(model), ...prompt]),
          soft,
          { most },
        ),
      ).toEqual(expected.softGenerated.map(generated));
    } finally {
      await Promise.all([objective.close(), generator.close()]);
    }
  });
});
