import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAdapter, writeAdapter } from '../../src/adapters/peft';
import { openModel, type LanguageModel } from '../../src/model/openModel';
import type { Method } from '../../src/template/settings/settings';
import { openSource } from '../../src/objective/rows/source';
import type { Task } from '../../src/objective/task';
import {
  conversation,
  exportTo,
  leaveRun,
  newWorkspace,
  freeText,
  placeholderAnswer,
  placeholderProbability,
  promptCases,
  randomPrompt,
  temporaryFolder,
} from '../support/engine/exportedRun';
import { assembleModel, embeddedModelWith } from '../support/models/models';
import { repository } from '../support/running/paths';
import { peftLogits, runPython } from '../support/models/python';
import { engineScores, scoreError } from '../support/engine/scores';
import { writeTransformersFolder } from '../support/models/transformersWeights';

const tolerance = 1e-4;

/** The models as folders for transformers, by what a template writes. */
const bases = new Map(
  ['builtin', ...['stories260k', 'gpt2-tiny', 'qwen3-tiny'].map((name) => assembleModel(`reference/${name}`))].map(
    (reference) => [reference, temporaryFolder()],
  ),
);
const embedded = join(repository, 'media', 'models', 'prompt-tuner-base');
beforeAll(async () => {
  for (const [reference, folder] of bases)
    await writeTransformersFolder(reference === 'builtin' ? embedded : reference, folder);
});

const methods: readonly (readonly [Method, Readonly<Record<string, unknown>>])[] = [
  ['soft', { 'tune.length': 5 }],
  ['v1', { 'tune.length': 5 }],
  ['v2', { 'tune.length': 4, 'tune.instruction': 'fixed' }],
];

/** Reads variables of its own, writes what is special around messages, and cuts them. */
const chatTemplate = [
  '{{ bos_token }}{% for message in messages %}',
  "{{ '[' + message.role + ']' + (mood if plain else '') + ' ' + message.content | trim + eos_token }}",
  "{% endfor %}{% if add_generation_prompt %}{{ '[assistant]' }}{% endif %}",
].join('');

/** The rows of the task as text alone: what PEFT puts in front is left out. */
async function bareExamples(task: Task, model: LanguageModel): Promise<readonly (readonly number[])[]> {
  const examples = await openSource(task, model, 'test').examples([1, 2]);
  return examples.map(({ prompt }) => prompt.filter((id) => id < model.tokenizer.firstVirtualToken));
}

describe('adapters written here', () => {
  it.each([...bases])('give our scores in PEFT on %s', async (reference, base) => {
    const written = await Promise.all(
      methods.map(async ([method, set]) => {
        const { task, model } = await newWorkspace({ model: reference }).task(method, set);
        const [prompt, adapter] = [randomPrompt(task, model), join(temporaryFolder(), 'adapter')];
        await writeAdapter(adapter, prompt, { task, model });
        return { model, prompt, job: { base, adapter, prompts: await bareExamples(task, model) } };
      }),
    );
    const logits = await peftLogits(written.map(({ job }) => job));
    for (const [i, { model, prompt, job }] of written.entries()) {
      const ours = await engineScores(model, prompt, job.prompts);
      ours.forEach((scores, row) => expect(scoreError(scores, logits[i]![row]!)).toBeLessThan(tolerance));
    }
  });

  it.each(promptCases)(
    "come with Python programs that run as they stand and give the engine's probability: $name",
    async ({ method, set, body }) => {
      const left = await leaveRun(newWorkspace({ body }), method, set);
      for (const format of ['peft', 'onnx'] as const) {
        const output = await runPython(await exportTo(format, left), 'use.py', []);
        const [, token, probability] = /^(\d+) .* (0\.\d{6})\n$/.exec(output)!;
        expect(Number(probability)).toBeCloseTo(await placeholderProbability(left, Number(token)), 5);
      }
    },
  );
});

describe('prompts for servers', () => {
  const amongEmbeddings = promptCases.filter(({ method, set }) => method !== 'v2' || set?.['tune.layers'] === 'input');

  it.each(amongEmbeddings)(
    "come with a Python program that makes the embeddings, and the model gives the engine's probability: $name",
    async ({ method, set, body }) => {
      const left = await leaveRun(newWorkspace({ body }), method, set);
      const output = await runPython(await exportTo('embeddings', left), 'use.py', []);
      const [, token, probability] = /^(\d+) .* (0\.\d{6})\n$/.exec(output)!;
      expect(Number(probability)).toBeCloseTo(await placeholderProbability(left, Number(token)), 5);
    },
  );

  it("have READMEs that the hub's own library reads as model cards", async () => {
    const left = await leaveRun(newWorkspace(), 'soft', { 'tune.length': 2 });
    const folder = await exportTo('embeddings', left);
    writeFileSync(
      join(folder, 'card.py'),
      [
        'from huggingface_hub import ModelCard',
        "card = ModelCard.load('README.md')",
        'print(card.data.license, card.data.tags[0])',
      ].join('\n'),
    );
    expect(await runPython(folder, 'card.py', [])).toBe('cc0-1.0 prompt-tuner\n');
  });

  it('send embeddings that pass what vLLM asks of them, and print what it answers', async () => {
    const left = await leaveRun(newWorkspace(), 'soft', { 'tune.length': 5 });
    const folder = await exportTo('embeddings', left);
    copyFileSync(join(__dirname, 'embeddingsServer.py'), join(folder, 'server.py'));
    const [embedded, answer] = (await runPython(folder, 'server.py', ['use.py'])).trim().split('\n');
    const { hiddenSize } = left.model.configuration;
    expect(JSON.parse(embedded!)).toEqual({
      rows: expect.any(Number),
      hidden: hiddenSize,
      keys: ['logprobs', 'max_tokens', 'model', 'prompt', 'prompt_embeds', 'temperature'],
    });
    expect(JSON.parse(answer!)).toEqual({ index: 0, text: ' good' });
  });

  it.each(amongEmbeddings)(
    "are rows of a prompt table, which ids from the size of the vocabulary on select as TensorRT-LLM's: $name",
    async ({ method, set, body }) => {
      const left = await leaveRun(newWorkspace({ body }), method, set);
      const folder = await exportTo('tensorrt-llm', left);
      copyFileSync(join(__dirname, 'promptTable.py'), join(folder, 'table.py'));
      const output = await runPython(folder, 'table.py', [bases.get('builtin')!]);
      const [, token, probability] = /^(\d+) (0\.\d{6})\n$/.exec(output)!;
      expect(Number(probability)).toBeCloseTo(await placeholderProbability(left, Number(token)), 5);
    },
  );
});

describe('adapters of a free text task', () => {
  it.each([
    {
      end: 'as far as the context goes',
      method: 'soft',
      set: { 'tune.length': 5 },
      body: freeText.body,
      configuration: { max_position_embeddings: 48 },
      whole: /\.\nThe day after [^.]*$/,
    },
    {
      end: 'up to a token that ends it',
      method: 'v2',
      set: { 'tune.length': 4, 'tune.instruction': 'embeddings' },
      body: `{{#instruction}}${freeText.body.replace('\n', '{{/instruction}}\n')}`,
      configuration: { eos_token_id: [0, 14] },
      whole: /^[^.]* [^.]* [^.]*$/,
    },
  ] as const)(
    'come with Python programs that write the whole answer, $end',
    async ({ method, set, body, configuration, whole }) => {
      const [model, base] = [embeddedModelWith(configuration), temporaryFolder()];
      await writeTransformersFolder(model, base);
      const left = await leaveRun(newWorkspace({ ...freeText, body, model }), method, set);
      const answer = await placeholderAnswer(left);
      expect(answer).toMatch(whole);
      for (const [format, ...args] of [['peft', base], ['onnx']] as const)
        expect([format, await runPython(await exportTo(format, left), 'use.py', args)]).toEqual([
          format,
          `${answer}\n`,
        ]);
    },
  );

  it.each([
    ['from its beginning', conversation.replace('The day was', ''), { 'tune.chat': '{ mood: "fine", plain: true }' }],
    ['from a beginning that is given', conversation, {}],
  ])("write the answer in a conversation of the model's own form, %s", async (_, body, set) => {
    const reference = assembleModel('reference/qwen3-tiny');
    writeFileSync(join(reference, 'chat_template.jinja'), chatTemplate);
    const left = await leaveRun(newWorkspace({ ...freeText, body, model: reference }), 'soft', {
      'tune.length': 4,
      ...set,
    });
    const answer = await placeholderAnswer(left);
    for (const [format, options] of [
      ['peft', [bases.get(reference)!]],
      ['onnx', []],
    ] as const)
      expect([format, await runPython(await exportTo(format, left), 'use.py', [...options])]).toEqual([
        format,
        `${answer}\n`,
      ]);
    rmSync(join(reference, 'chat_template.jinja'));
  });

  it('ask for the folder of a base model that no hub has', async () => {
    const reference = assembleModel('reference/qwen3-tiny');
    const left = await leaveRun(newWorkspace({ ...freeText, model: reference }), 'soft', { 'tune.length': 4 });
    const folder = await exportTo('peft', left);
    await expect(runPython(folder, 'use.py', [])).rejects.toThrow('python use.py FOLDER');
    expect(await runPython(folder, 'use.py', [bases.get(reference)!])).toBe(`${await placeholderAnswer(left)}\n`);
  });
});

describe('adapters of other kinds and other times that PEFT wrote', () => {
  it('give the logits that PEFT gives', async () => {
    const reference = assembleModel('reference/qwen3-tiny');
    const base = bases.get(reference)!;
    const folder = temporaryFolder();
    await runPython(__dirname, 'otherAdapters.py', [base, folder]);
    const prompts = [[5, 9, 20], [7]];
    const adapters = readdirSync(folder).map((name) => join(folder, name));
    expect(adapters).toHaveLength(5);
    const logits = await peftLogits(adapters.map((adapter) => ({ base, adapter, prompts })));
    const model = await openModel(reference, '/');
    for (const [i, adapter] of adapters.entries()) {
      const ours = await engineScores(model, await readAdapter(adapter), prompts);
      expect([adapter, ...ours.map((scores, row) => scoreError(scores, logits[i]![row]!) < tolerance)]).toEqual([
        adapter,
        true,
        true,
      ]);
    }
  });
});
