import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecodeOptions } from '../../../src/decoding/answer';
import { openGenerator, type Generator } from '../../../src/decoding/generator';
import { compileSchema } from '../../../src/metrics/json/jsonSchema';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { assembleModel } from '../../support/models/models';

const schema = {
  type: 'object',
  properties: {
    desk: { enum: ['sales', 'billing', 'no "one"'] },
    urgent: { type: 'boolean' },
    note: { type: 'string', maxLength: 12 },
    items: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 99 }, maxItems: 3 },
  },
  required: ['desk', 'note'],
  additionalProperties: false,
};
const isValid = compileSchema(schema);
const models = ['reference/gpt2-tiny', 'reference/qwen3-tiny', 'reference/stories260k'] as const;
const configs: readonly DecodeOptions[] = [
  {},
  { temperature: 1, seed: 5 },
  { temperature: 0.8, topK: 7, seed: 5 },
  { temperature: 1.2, topP: 0.9, seed: 5 },
];

describe.each(models)('answers of %s that are held to a schema', (name) => {
  let model: LanguageModel;
  let generator: Generator;
  /** Unlike lengths, and more of them than are written at once. */
  let prompts: readonly (readonly number[])[];
  beforeAll(async () => {
    model = await openModel(assembleModel(name), '/');
    generator = await openGenerator(model);
    const words = 'the old house stood by a river and nobody had lived in it for years'.split(' ');
    prompts = Array.from({ length: 70 }, (_, i) =>
      model.tokenizer.encode(words.slice(i % 9, (i % 9) + 2 + (i % 5)).join(' '), true),
    );
  });
  afterAll(() => generator.close());

  it.each(configs)(
    'satisfy it whatever the model would rather write, each ending when it is whole: %j',
    async (config) => {
      const answers = await generator.generate(prompts, undefined, { ...config, most: 150, constraint: { schema } });
      const whole = answers.filter(({ ending }) => ending === 'end');
      expect(answers.every(({ ending }) => ending === 'end' || ending === 'budget')).toBe(true);
      expect(whole.length).toBeGreaterThan(prompts.length / 2);
      for (const { text } of whole) expect(isValid(JSON.parse(text)), text).toEqual({ valid: true });
      expect(new Set(whole.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(config.temperature ? 2 : 0);
    },
  );

  it.each(configs)('are the same again, and alone: %j', async (config) => {
    const options = { ...config, most: 60, constraint: { schema } };
    const some = prompts.slice(0, 5);
    const answers = await generator.generate(some, undefined, options);
    expect((await generator.generate(some, undefined, options)).map(({ tokens }) => tokens)).toEqual(
      answers.map(({ tokens }) => tokens),
    );
    for (const [row, prompt] of some.entries()) {
      const [alone] = await generator.generate([prompt], undefined, { ...options, row: () => row });
      expect(alone!.tokens).toEqual(answers[row]!.tokens);
    }
  });

  it('are cut off by the budget, and said to be', async () => {
    const [cut] = await generator.generate([prompts[0]!], undefined, { most: 4, constraint: { schema } });
    expect(cut).toMatchObject({ ending: 'budget' });
    expect(cut!.tokens).toHaveLength(4);
  });

  it('end where they are whole though the model knows no end, and no stop sequence cuts them', async () => {
    const answers = await generator.generate(prompts.slice(0, 6), undefined, {
      most: 150,
      end: [],
      stopSequences: ['"', 's'],
      constraint: { schema },
    });
    for (const { text, ending } of answers.filter((answer) => answer.ending !== 'budget')) {
      expect(ending).toBe('end');
      expect(isValid(JSON.parse(text))).toEqual({ valid: true });
    }
    expect(answers.some(({ ending }) => ending === 'end')).toBe(true);
  });

  it('are any JSON without a schema', async () => {
    const answers = await generator.generate(prompts.slice(0, 8), undefined, {
      temperature: 1,
      most: 60,
      constraint: {},
    });
    const whole = answers.filter(({ ending }) => ending === 'end');
    for (const { text } of whole) expect(() => JSON.parse(text) as unknown, text).not.toThrow();
  });

  it('stay what they are without a constraint', async () => {
    const free = await generator.generate(prompts.slice(0, 4), undefined, { most: 10 });
    await generator.generate(prompts.slice(0, 4), undefined, { most: 10, constraint: { schema } });
    expect(await generator.generate(prompts.slice(0, 4), undefined, { most: 10 })).toMatchObject(
      free.map(({ tokens, text, ending }) => ({ tokens, text, ending })),
    );
  });
});
