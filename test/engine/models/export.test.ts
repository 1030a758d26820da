import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { bakePrompt, type BakedModel } from '../../../src/adapters/bakedModel';
import { readSafetensors } from '../../../src/adapters/safetensors';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { writeModel } from '../../../src/onnx/writeModel';
import { exportRun } from '../../../src/use/export/exportRun';
import { layOut } from '../../../src/objective/batch';
import { openObjective } from '../../../src/objective/objective';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { openSource } from '../../../src/objective/rows/source';
import { type Task } from '../../../src/objective/task';
import { batchOptions } from '../../../src/objective/batch';
import { assembleModel, embeddedModelWith } from '../../support/models/models';
import { shortStories } from '../../support/models/shortStories';
import {
  conversation,
  described,
  exportTo,
  leaveRun,
  newSmallWorkspace,
  placeholderProbability,
  promptCases as cases,
  freeText,
  placeholderAnswer,
  randomPrompt,
  temporaryFolder,
} from '../../support/engine/exportedRun';

const tracked = 20;

/**
 * The engine's own log-probabilities of the first tokens of the vocabulary, after the prompt of each row.
 * `[row][token]`
 */
async function expectedScores(
  task: Task,
  model: LanguageModel,
  prompt: SoftPrompt,
): Promise<readonly (readonly number[])[]> {
  const objective = openObjective(model, 1);
  const examples = await openSource(task, model, 'test').examples([0, 2, 4]);
  const verbalizer = Array.from({ length: tracked }, (_, token) => [[token]]);
  const batch = layOut(examples, { ...batchOptions(task, model, 'scoring'), objective: 'label', verbalizer });
  const { logLikelihoods } = await objective.score(batch, prompt);
  await objective.close();
  return examples.map((_, e) => [...logLikelihoods!.slice(e * tracked, (e + 1) * tracked)]);
}

const int64 = (values: readonly number[]): ort.Tensor =>
  new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);

/**
 * Runs the exported model in the plain runtime over `pieces` one after another, handing the cache on.
 * @returns log-probabilities after the last token
 */
async function plainScores(
  session: ort.InferenceSession,
  { configuration }: LanguageModel,
  pieces: readonly (readonly number[])[],
): Promise<readonly number[]> {
  let past: Record<string, ort.Tensor> = Object.fromEntries(
    session.inputNames
      .filter((name) => name.startsWith('past_key_values.'))
      .map((name) => [
        name,
        new ort.Tensor('float32', new Float32Array(), [1, configuration.keyValueHeads, 0, configuration.headSize]),
      ]),
  );
  let seen = 0;
  let last = new Float32Array();
  for (const ids of pieces) {
    const feeds = {
      ...past,
      input_ids: int64(ids),
      attention_mask: int64(new Array<number>(seen + ids.length).fill(1)),
      position_ids: int64(ids.map((_, i) => seen + i)),
    };
    const results = await session.run(
      Object.fromEntries(session.inputNames.map((name) => [name, feeds[name as keyof typeof feeds]!])),
    );
    past = Object.fromEntries(
      Object.entries(results)
        .filter(([name]) => name.startsWith('present.'))
        .map(([name, tensor]) => [name.replace('present', 'past_key_values'), tensor as ort.Tensor]),
    );
    seen += ids.length;
    const logits = results.logits!;
    expect(logits.dims.slice(0, 2)).toEqual([1, ids.length]);
    last = (logits.data as Float32Array).slice(-logits.dims[2]!);
  }
  const highest = last.reduce((a, b) => Math.max(a, b));
  const normalizer = highest + Math.log(last.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  return [...last.slice(0, tracked)].map((logit) => logit - normalizer);
}

describe.each(cases)('a model with $name baked in', ({ method, set, body, front, placed }) => {
  async function bake(): Promise<{
    readonly baked: BakedModel;
    readonly task: Task;
    readonly model: LanguageModel;
    readonly prompt: SoftPrompt;
  }> {
    const { task, model } = await newSmallWorkspace({ body }).task(method, set);
    const prompt = randomPrompt(task, model);
    return { task, model, prompt, baked: await bakePrompt(model, prompt, task.layout.prepended) };
  }

  it("gives the engine's scores in the plain runtime, at once and step by step with the cache", async () => {
    const { task, model, prompt, baked } = await bake();
    expect([baked.front, baked.placed]).toEqual([front, placed]);
    const session = await ort.InferenceSession.create(writeModel(baked.model), { intraOpNumThreads: 1 });
    const expected = await expectedScores(task, model, prompt);
    const examples = await openSource(task, model, 'test').examples([0, 2, 4]);
    const { firstVirtualToken } = model.tokenizer;
    const hidden = task.prefixRows > 0 ? 0 : front;
    for (const [i, { prompt: ids }] of examples.entries()) {
      const passed = ids
        .filter((id) => id < firstVirtualToken || id >= firstVirtualToken + hidden)
        .map((id) => (id < firstVirtualToken ? id : id - hidden));
      const whole = await plainScores(session, model, [passed]);
      const stepwise = await plainScores(session, model, [passed.slice(0, 7), passed.slice(7, 8), passed.slice(8)]);
      expect(relativeError(whole, expected[i]!)).toBeLessThan(1e-4);
      expect(relativeError(stepwise, expected[i]!)).toBeLessThan(1e-4);
    }
    await session.release();
  });
});

const relativeError = (actual: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value))) / Math.max(...expected.map(Math.abs));

const stories = await shortStories();

/** Runs the Node program of a folder as it stands. @returns what it prints */
async function runProgram(folder: string): Promise<string> {
  symlinkSync(join(__dirname, '../../..', 'node_modules'), join(folder, 'node_modules'));
  return (await promisify(execFile)(process.execPath, ['use.mjs'], { cwd: folder })).stdout;
}

/** The token that the program of a folder names and its probability. */
async function runSnippet(folder: string): Promise<readonly [token: number, probability: number]> {
  const stdout = await runProgram(folder);
  const [, token, probability] = /^(\d+) ".*" (0\.\d{6})\n$/.exec(stdout)!;
  return [Number(token), Number(probability)];
}

describe('an exported folder', () => {
  it.each([
    {
      end: 'as far as the context goes',
      method: 'soft',
      set: { 'tune.length': 5 },
      configuration: { max_position_embeddings: 48 },
      whole: /\.\nThe day after [^.]*$/,
    },
    {
      end: 'up to a token that ends it',
      method: 'v2',
      set: { 'tune.length': 4, 'tune.instruction': 'fixed' },
      configuration: { eos_token_id: [0, 14] },
      whole: /^[^.]*very long$/,
    },
  ] as const)(
    'of free text holds a Node program that writes the whole answer, $end',
    async ({ method, set, configuration, whole }) => {
      const model = embeddedModelWith(configuration);
      const left = await leaveRun(newSmallWorkspace({ ...freeText, model }), method, set);
      const folder = await exportTo('onnx', left);
      const answer = await placeholderAnswer(left);
      expect(answer).toMatch(whole);
      expect(await runProgram(folder)).toBe(`${answer}\n`);
      expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(readFileSync(join(folder, 'use.mjs'), 'utf8'));
    },
  );

  it.each(cases)(
    "holds a Node program that runs as it stands and gives the engine's probability: $name",
    async ({ method, set, body }) => {
      const left = await leaveRun(newSmallWorkspace({ body }), method, set);
      const folder = await exportTo('onnx', left);
      const [token, probability] = await runSnippet(folder);
      expect(probability).toBeCloseTo(await placeholderProbability(left, token), 5);
    },
  );

  /** A model with a chat template that says what day it is. */
  function datedModel(): string {
    const folder = temporaryFolder();
    cpSync(stories, folder, { recursive: true });
    writeFileSync(
      join(folder, 'chat_template.jinja'),
      "{{ 'It is ' ~ strftime_now('%A, %d %B %Y') ~ '.\\n' }}" +
        "{% for m in messages %}{{ m.role ~ ': ' ~ m.content ~ '\\n' }}{% endfor %}assistant:",
    );
    return folder;
  }

  it('gives a chat template that reads the date the day of the training, and says which', async () => {
    const body = conversation.replace('{{role "model"}}\nThe day was', '');
    const left = await leaveRun(
      newSmallWorkspace({ body, model: datedModel() }),
      'soft',
      { 'tune.length': 3 },
      '2024-02-05',
    );
    const folder = await exportTo('onnx', left);
    const [token, probability] = await runSnippet(folder);
    expect(probability).toBeCloseTo(await placeholderProbability(left, token), 5);
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    expect(read('use.mjs')).toContain('"%A, %d %B %Y":"Monday, 05 February 2024"');
    expect(read('use.py')).toContain('jinja.globals["strftime_now"] = datetime(2024, 2, 5).strftime');
    expect(read('README.md')).toContain('that of the training, 2024-02-05.');
    const peft = readFileSync(join(await exportTo('peft', left), 'use.py'), 'utf8');
    expect(peft).toContain('strftime_now=datetime(2024, 2, 5).strftime,');
  });

  it('is not made where the chat template of the model is another than in the training', async () => {
    const model = datedModel();
    const left = await leaveRun(
      newSmallWorkspace({ body: conversation, model }),
      'soft',
      { 'tune.length': 3 },
      '2024-02-05',
    );
    writeFileSync(join(model, 'chat_template.jinja'), '{{ messages[0].content }}');
    await expect(exportTo('onnx', left)).rejects.toMatchObject({
      code: 'export-model-changed',
      message: "Since the run, the model's chat template has changed.",
      location: { file: join(model, 'chat_template.jinja') },
    });
  });

  it('carries how the model read the prompt', async () => {
    const formOf = async (body: string, set: object) => {
      const left = await leaveRun(newSmallWorkspace({ body }), 'soft', { 'tune.length': 3, ...set });
      const folder = await exportTo('peft', left);
      const { form } = JSON.parse(readFileSync(join(folder, 'prompt_tuner.json'), 'utf8')) as { form: object };
      return { form, readme: readFileSync(join(folder, 'README.md'), 'utf8') };
    };
    const chat = await formOf(conversation, { 'tune.format': 'chat' });
    expect(chat.form).toMatchObject({ format: 'chat', plain: true });
    expect(chat.readme).toContain('in the plain form of models that have no chat template.');
    const text = await formOf('Text: {{text}}\nThe day was{{label}}', {});
    expect(text.form).toEqual({ format: 'text' });
    expect(text.readme).toContain('The prompt is one text');
  });

  it('opens as a model that answers to the bare text as the original does to the prompt', async () => {
    const workspace = newSmallWorkspace();
    const left = await leaveRun(workspace, 'soft', { 'tune.length': 5 });
    const exported = await openModel(await exportTo('onnx', left), '/');
    expect(exported.configuration.contextLength).toBe(left.model.configuration.contextLength - 5);
    const { task: bare } = await workspace.task('hard');
    const nothing: SoftPrompt = { rows: 0, hiddenSize: 0, values: new Float32Array() };
    const expected = await expectedScores(left.task, left.model, randomPrompt(left.task, left.model));
    const actual = await expectedScores(bare, exported, nothing);
    actual.forEach((scores, i) => expect(relativeError(scores, expected[i]!)).toBeLessThan(1e-4));
  });

  const maskedCases = [
    ['virtual tokens in front', 'soft', { 'tune.length': 3 }, {}],
    [
      'virtual tokens behind the answer',
      'soft',
      {},
      { body: 'review : {{text}} it was {{label}} {{soft 3}} . truly told' },
    ],
    ['a prefix in every layer', 'v2', { 'tune.length': 2, 'tune.instruction': 'fixed' }, {}],
  ] as const;

  it.each(maskedCases)(
    "of a masked model gives the engine's probability at the mask: %s",
    async (_, method, set, options) => {
      const model = assembleModel('masked/bert');
      const left = await leaveRun(
        newSmallWorkspace({
          model,
          body: 'review : {{text}} it was {{label}} . truly told',
          labels: '{ good: [good, "very fine"], bad: bad }',
          ...options,
        }),
        method,
        set,
      );
      const folder = await exportTo('onnx', left);
      const [token, probability] = await runSnippet(folder);
      expect(probability).toBeCloseTo(await placeholderProbability(left, token), 5);
      await expect(exportTo('peft', left)).rejects.toMatchObject({
        code: 'masked-model',
        remedy: expect.stringContaining('--format onnx'),
      });
    },
  );

  it('of text is the rewritten template as a hard prompt without data, which measures as the run did', async () => {
    const workspace = newSmallWorkspace({ body: described });
    const left = await leaveRun(workspace, 'hard', {});
    const folder = await exportTo('text', left);
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.prompt'));
    const template = await loadTemplate(join(folder, file!));
    expect(template.written).toMatchObject({ method: 'hard' });
    expect(template.written.data).toBeUndefined();
    expect(resolveSettings(template, 'hard', {}).labels).toEqual(left.task.settings.labels);
    expect(JSON.parse(readFileSync(join(folder, 'messages.json'), 'utf8'))).toEqual([
      { role: 'user', content: 'Say how the day went.\nText: [text]\nThe day was' },
    ]);
  });

  it('of text writes down what was set beside the template', async () => {
    const left = await leaveRun(newSmallWorkspace({ body: described }), 'hard', { 'tune.labels.good': '" fine"' });
    const folder = await exportTo('text', left);
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.prompt'));
    const template = await loadTemplate(join(folder, file!));
    expect(resolveSettings(template, 'hard', {}).labels).toEqual(left.task.settings.labels);
  });

  it('for transformers.js lies where its loader looks, and answers the bare text as the engine does', async () => {
    const workspace = newSmallWorkspace();
    const left = await leaveRun(workspace, 'soft', { 'tune.length': 5 });
    const folder = await exportTo('transformers.js', left);
    expect(readdirSync(join(folder, 'onnx'))).toEqual(['model.onnx']);
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))).toMatchObject({
      'transformers.js_config': { dtype: 'fp32' },
    });
    const exported = await openModel(folder, '/');
    const { task: bare } = await workspace.task('hard');
    const nothing: SoftPrompt = { rows: 0, hiddenSize: 0, values: new Float32Array() };
    const expected = await expectedScores(left.task, left.model, randomPrompt(left.task, left.model));
    const actual = await expectedScores(bare, exported, nothing);
    actual.forEach((scores, i) => expect(relativeError(scores, expected[i]!)).toBeLessThan(1e-4));
  });

  it('holds the vectors of a prompt as NumPy and as safetensors, in their order', async () => {
    const left = await leaveRun(newSmallWorkspace(), 'soft', { 'tune.length': 3 });
    const { hiddenSize } = left.model.configuration;
    const { values } = randomPrompt(left.task, left.model);
    const folder = await exportTo('embeddings', left);
    const table = readFileSync(join(await exportTo('tensorrt-llm', left), 'prompt_table.npy'));
    const vectors = readFileSync(join(folder, 'virtual_tokens.npy'));
    for (const [file, shape] of [
      [vectors, `(3, ${hiddenSize})`],
      [table, `(1, 3, ${hiddenSize})`],
    ] as const) {
      const [head, data] = [file.subarray(0, -4 * values.length), file.subarray(-4 * values.length)];
      expect(head.length % 64).toBe(0);
      expect(head.readUInt16LE(8) + 10).toBe(head.length);
      expect(head.toString('latin1')).toContain(`'shape': ${shape}, }`);
      expect(Array.from(values, (_, i) => data.readFloatLE(4 * i))).toEqual([...values]);
    }
    const tensors = readSafetensors(readFileSync(join(folder, 'virtual_tokens.safetensors')), 'file');
    expect([...tensors.get('prompt_embeddings')!.values]).toEqual([...values]);
  });

  it.each([
    ['embeddings', 'v2', { 'tune.length': 2, 'tune.instruction': 'fixed' }, 'keys and values in every layer'],
    ['tensorrt-llm', 'v2', { 'tune.length': 2, 'tune.instruction': 'fixed' }, 'TensorRT-LLM cannot take them'],
    ['text', 'soft', { 'tune.length': 2 }, 'which no text carries'],
    ['transformers.js', 'v2', { 'tune.length': 2, 'tune.instruction': 'embeddings' }, 'within its text'],
  ] as const)('is refused as %s for what it cannot carry (%s)', async (format, method, set, reason) => {
    const left = await leaveRun(newSmallWorkspace({ body: described }), method, set);
    await expect(exportTo(format, left)).rejects.toMatchObject({
      code: 'nothing-to-export',
      message: expect.stringContaining(reason),
    });
  });

  it('is refused for a hard prompt, and where something lies already', async () => {
    const { run, runs } = await leaveRun(newSmallWorkspace(), 'hard');
    await expect(exportRun({ run, runs, format: 'peft', to: join(runs, 'new') })).rejects.toMatchObject({
      code: 'nothing-to-export',
    });
    await expect(exportRun({ run, runs, format: 'peft', to: runs })).rejects.toMatchObject({ code: 'export-exists' });
  });
});
