import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecodeOptions } from '../../../src/decoding/answer';
import { openGenerator, type Generator } from '../../../src/decoding/generator';
import { streamAnswer } from '../../../src/decoding/streamAnswer';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { assembleModel } from '../../support/models/models';

const schema = {
  type: 'object',
  properties: { desk: { enum: ['sales', 'billing 中文 😀'] }, urgent: { type: 'boolean' } },
  required: ['desk', 'urgent'],
  additionalProperties: false,
};
const configs: readonly DecodeOptions[] = [
  {},
  { temperature: 1, seed: 3 },
  { temperature: 1.4, topP: 0.95, seed: 4, stopSequences: ['e', '\n'] },
  { temperature: 1.4, seed: 5, stopSequences: [' t', 'and'] },
  { constraint: { schema } },
  { temperature: 1, seed: 6, constraint: { schema } },
];
// gpt2 and qwen3 have the bytes of letters as tokens, stories260k has them behind its words.
const models = ['reference/gpt2-tiny', 'reference/qwen3-tiny', 'reference/stories260k'] as const;

describe.each(models)('an answer of %s, handed out while it is written', (name) => {
  let model: LanguageModel;
  let generator: Generator;
  let prompts: readonly (readonly number[])[];
  beforeAll(async () => {
    model = await openModel(assembleModel(name), '/');
    generator = await openGenerator(model);
    prompts = ['Once upon a time', 'Zoë 😀 wrote', '中文'].map((text) => model.tokenizer.encode(text, true));
  });
  afterAll(() => generator.close());

  it.each(configs.flatMap((config) => [3, 40].map((most) => ({ ...config, most }))))(
    'is what it is otherwise: %j',
    async (options) => {
      for (const ids of prompts) {
        const [whole] = await generator.generate([ids], undefined, options);
        let shown = '';
        let last: unknown;
        for await (const { text, answer } of streamAnswer(generator, { ids }, options)) {
          shown += text;
          last = answer;
        }
        const { tokens, text, ending } = whole!;
        expect(shown).toBe((ending === 'budget' ? text.replace(/\uFFFD+$/, '') : text).trim());
        expect(last).toMatchObject({ text: shown, tokens: tokens.length, ending });
      }
    },
  );
});
