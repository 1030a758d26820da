import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAdapter } from '../../../src/adapters/peft';
import type { Answer, DecodeOptions } from '../../../src/decoding/answer';
import { openGenerator, type Generator } from '../../../src/decoding/generator';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { evaluate } from '../../../src/scoring/evaluate';
import recorded from '../../support/decoding/generated.json';
import chat from '../../models/reference/chat.json';
import { openSource } from '../../../src/objective/rows/source';
import { endTokensOf } from '../../../src/objective/task';
import { newWorkspace } from '../../support/engine/exportedRun';
import { generatedTokens } from '../../support/engine/generatedTokens';
import { assembleModel, modelFile } from '../../support/models/models';

const virtualTokens = 8;
const most = 24;
/** Nothing ends an answer, so that every token counts. */
const greedy: DecodeOptions = { most, end: [] };
const tokensOf = (answers: readonly Answer[]): readonly (readonly number[])[] => answers.map(({ tokens }) => tokens);
const adapter = (name: string, kind: string) =>
  readAdapter(join(modelFile(`reference/${name}`, `peft/${kind}/adapter_config.json`), '..'));

describe.each(['gpt2-tiny', 'qwen3-tiny', 'stories260k'] as const)('what %s writes', (name) => {
  const expected = recorded[name];
  let model: LanguageModel;
  let generator: Generator;
  beforeAll(async () => {
    model = await openModel(assembleModel(`reference/${name}`), '/');
    generator = await openGenerator(model);
  });
  afterAll(() => generator.close());

  it('is what transformers writes, prompts of unlike length at once', async () => {
    expect(tokensOf(await generator.generate(expected.prompts, undefined, greedy))).toEqual(expected.plain);
  });

  it('is the same where the opening is not shared, and where each prompt is alone', async () => {
    const apart = await generator.generate(expected.prompts, undefined, { ...greedy, shareOpening: false });
    expect(tokensOf(apart)).toEqual(expected.plain);
    for (const [row, prompt] of expected.prompts.entries())
      expect(tokensOf(await generator.generate([prompt], undefined, greedy))).toEqual([expected.plain[row]]);
  });

  it('is what PEFT writes with virtual tokens', async () => {
    const virtual = Array.from({ length: virtualTokens }, (_, i) => model.tokenizer.firstVirtualToken + i);
    const prompts = expected.prompts.map((ids) => [...virtual, ...ids]);
    expect(tokensOf(await generator.generate(prompts, await adapter(name, 'prompt_tuning'), greedy))).toEqual(
      expected.soft,
    );
  });

  it('is what PEFT writes behind a prefix', async () => {
    const prefix = await adapter(name, 'prefix_tuning');
    expect(tokensOf(await generator.generate(expected.prompts, prefix, greedy))).toEqual(expected.prefix);
  });

  it('is what transformers writes in a chat', async () => {
    const prompts = (['chatml-like', 'llama2-like'] as const).flatMap((place) => chat.inputs[place].prompt_ids);
    expect(tokensOf(await generator.generate(prompts, undefined, greedy))).toEqual(expected.chat);
  });

  it('stays the same when answers end at unlike times and others take their places', async () => {
    // More prompts than are written at once, and an end token for each that cuts its answers at another length.
    const copies = Array.from({ length: 150 }, (_, i) => i % expected.prompts.length);
    const end = [...new Set(expected.plain.map((tokens, row) => tokens[3 * row + 1]!))];
    const answers = await generator.generate(
      copies.map((row) => expected.prompts[row]!),
      undefined,
      { most, end },
    );
    const upToEnd = expected.plain.map((tokens) => {
      const at = tokens.findIndex((token) => end.includes(token));
      return at < 0 ? tokens : tokens.slice(0, at);
    });
    expect(new Set(upToEnd.map((tokens) => tokens.length)).size).toBeGreaterThan(2);
    expect(tokensOf(answers)).toEqual(copies.map((row) => upToEnd[row]));
  });
});

/** With a window or a bias by distance, places count; in the others an opening is kept once for all answers. */
const families = [
  ...['bloom', 'falcon', 'gemma2', 'gemma3', 'gpt-neo', 'mistral', 'mpt', 'phi3', 'qwen3-window', 'smollm3-window'],
  ...['gpt-j', 'gpt-neox', 'granite', 'llama', 'olmo2', 'qwen2', 'smollm3-layers', 'stablelm'],
];

describe.each(families)('what a model of the family of %s writes', (family) => {
  it('is the same beside prompts of other lengths that begin alike, and alone', async () => {
    const generator = await openGenerator(await openModel(assembleModel(`architectures/${family}`), '/'));
    const opening = [40, 41, 42, 43, 44, 45];
    const prompts = [[50], [51, 52, 53], [54, 55, 56, 57, 58, 59, 60, 61], [62, 63]].map((own) => [...opening, ...own]);
    const options = { most: 12, end: [] };
    const together = tokensOf(await generator.generate(prompts, undefined, options));
    expect(tokensOf(await generator.generate(prompts, undefined, { ...options, shareOpening: false }))).toEqual(
      together,
    );
    for (const [row, prompt] of prompts.entries())
      expect(tokensOf(await generator.generate([prompt], undefined, options))).toEqual([together[row]]);
    await generator.close();
  });
});

describe('an answer', () => {
  let model: LanguageModel;
  let generator: Generator;
  let prompts: readonly (readonly number[])[];
  beforeAll(async () => {
    model = await openModel('builtin', '/');
    generator = await openGenerator(model);
    prompts = [
      'It was a dark and',
      'The old man took his hat from the table and went to',
      'She said',
      'In the town',
    ].map((text) => model.tokenizer.encode(text, true));
  });
  afterAll(() => generator.close());

  const drawn: DecodeOptions = { temperature: 0.9, topK: 40, topP: 0.95, most: 12, seed: 5 };

  it('is drawn alike for a seed and a row, whatever it is written beside', async () => {
    const together = tokensOf(await generator.generate(prompts, undefined, drawn));
    expect(tokensOf(await generator.generate(prompts, undefined, drawn))).toEqual(together);
    const backwards = await generator.generate([...prompts].reverse(), undefined, {
      ...drawn,
      row: (index) => prompts.length - 1 - index,
    });
    expect([...tokensOf(backwards)].reverse()).toEqual(together);
    for (const [row, prompt] of prompts.entries())
      expect(tokensOf(await generator.generate([prompt], undefined, { ...drawn, row: () => row }))).toEqual([
        together[row],
      ]);
    expect(tokensOf(await generator.generate(prompts, undefined, { ...drawn, seed: 6 }))).not.toEqual(together);
  });

  it('is the greedy one where only the likeliest token may be drawn', async () => {
    const likeliest = tokensOf(await generator.generate(prompts, undefined, { most: 12 }));
    expect(tokensOf(await generator.generate(prompts, undefined, { ...drawn, topK: 1 }))).toEqual(likeliest);
    expect(tokensOf(await generator.generate(prompts, undefined, { ...drawn, topK: 100, topP: 1e-6 }))).toEqual(
      likeliest,
    );
  });

  it('ends before a stop sequence, which may begin and end within tokens', async () => {
    const [whole] = await generator.generate([prompts[1]!], undefined, { most: 20 });
    const stop = whole!.text.slice(7, 15);
    const [answer] = await generator.generate([prompts[1]!], undefined, { most: 20, stopSequences: ['@@', stop] });
    expect(answer).toMatchObject({ text: whole!.text.slice(0, whole!.text.indexOf(stop)), ending: 'stop' });
    expect(answer!.tokens.length).toBeLessThan(whole!.tokens.length);
  });

  it('says whether an end token or its budget has ended it', async () => {
    const [cut] = await generator.generate([prompts[0]!], undefined, { most: 5, end: [] });
    expect(cut).toMatchObject({ ending: 'budget' });
    expect(cut!.tokens).toHaveLength(5);
    const [ended] = await generator.generate([prompts[0]!], undefined, { most: 5, end: [cut!.tokens[3]!] });
    expect(ended).toMatchObject({ ending: 'end' });
    expect(ended!.tokens).toEqual(cut!.tokens.slice(0, cut!.tokens.indexOf(cut!.tokens[3]!)));
  });

  it("never goes beyond the model's context", async () => {
    const context = model.configuration.contextLength;
    const long = Array.from({ length: context - 3 }, (_, i) => prompts[1]![1 + (i % 5)]!);
    const [answer, none] = await generator.generate([long, [...long, ...long.slice(0, 3)]], undefined, { end: [] });
    expect(answer).toMatchObject({ ending: 'budget' });
    expect(answer!.tokens).toHaveLength(3);
    expect(none).toMatchObject({ ending: 'budget', tokens: [], text: '' });
  });

  it('comes token by token, and its pieces are the whole', async () => {
    const texts = prompts.map(() => '');
    const counts = prompts.map(() => 0);
    const whole: Answer[] = [];
    for await (const pieces of generator.stream(prompts, undefined, { most: 9, end: [], texts: true }))
      for (const { prompt, text, tokens, answer } of pieces) {
        texts[prompt] += text;
        expect(tokens).toBe(++counts[prompt]!);
        if (answer) whole[prompt] = answer;
      }
    expect(texts).toEqual(whole.map(({ text }) => text));
    expect(counts).toEqual(prompts.map(() => 9));
  });

  it('can be stopped between two tokens', async () => {
    const controller = new AbortController();
    let passes = 0;
    const writing = (async () => {
      const stream = generator.stream(prompts, undefined, { most: 50, end: [], signal: controller.signal });
      while (!(await stream.next()).done) if (++passes === 3) controller.abort();
    })();
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    expect(passes).toBe(3);
  });
});

describe('a free text', () => {
  const models = ['builtin', assembleModel('reference/stories260k'), assembleModel('reference/qwen3-tiny')];
  const cases = models.flatMap((model) =>
    ['was', 'was ', 'was\n', 'was (', 'was: "'].map((end) => [model, end] as const),
  );

  it.each(cases)('is trained behind the tokens that it is written behind: %s, %j', async (model, end) => {
    const workspace = newWorkspace({ model, output: 'label: string', body: `{{text}} The day ${end}{{label}}` });
    const { task, model: opened } = await workspace.task('hard');
    const { tokenizer } = opened;
    for (const { prompt, answer, merged, expected } of await openSource(task, opened, 'train').examples([0, 1])) {
      expect(merged).toBeUndefined();
      const text = answer.slice(0, answer.length - endTokensOf(task, opened).slice(0, 1).length);
      expect(tokenizer.decode([...prompt, ...text])).toBe(
        `${tokenizer.decode(prompt)}${/\s$/.test(end) ? '' : ' '}${expected}`,
      );
    }
  });
});

describe('an evaluation of free text', () => {
  it('decodes as config says, with a budget that knows no expected answer, and marks what was cut', async () => {
    const workspace = newWorkspace({ output: 'label: string' });
    const { task, model } = await workspace.task('hard', { 'config.maxOutputTokens': '3' });
    const { predictions } = await evaluate(task, model, undefined, { split: 'test' });
    const cut = predictions.filter(({ truncated }) => truncated);
    expect(cut.length).toBeGreaterThan(0);
    const examples = await openSource(task, model, 'test').examples(cut.map(({ row }) => row));
    const answers = await generatedTokens(
      model,
      examples.map(({ prompt }) => prompt),
      { most: 3 },
    );
    expect(cut.map(({ predicted }) => predicted)).toEqual(answers.map((ids) => model.tokenizer.decode(ids).trim()));
    const drawn = await workspace.task('hard', { 'config.maxOutputTokens': '3', 'config.temperature': '2' });
    const other = await evaluate(drawn.task, model, undefined, { split: 'test' });
    expect(other.predictions.map(({ predicted }) => predicted)).not.toEqual(
      predictions.map(({ predicted }) => predicted),
    );
  });

  it('refuses a budget that the context cannot hold', async () => {
    await expect(
      newWorkspace({ output: 'label: string' }).task('hard', { 'config.maxOutputTokens': '100000' }),
    ).rejects.toMatchObject({
      code: 'invalid-value',
      message: expect.stringContaining('config.maxOutputTokens') as string,
    });
  });
});
