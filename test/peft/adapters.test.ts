import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAdapter, readAdapterUse, writeAdapter } from '../../src/adapters/peft';
import { readSafetensors } from '../../src/adapters/safetensors';
import { openModel, type LanguageModel } from '../../src/model/open/openModel';
import type { Method } from '../../src/template/settings/settings';
import { openSource } from '../../src/objective/source';
import type { Task } from '../../src/objective/task';
import { train } from '../../src/tuning/train';
import {
  exportTo,
  leaveRun,
  newWorkspace,
  placeholderProbability,
  promptCases,
  randomPrompt,
  snippetOf,
  temporaryFolder,
} from '../support/exportedRun';
import { writeEmbeddedWeights } from './embeddedWeights';
import { peftLogits, runPython } from '../support/python';
import { engineScores, scoreError } from './scores';

const shared = join(__dirname, '..', '..', '..', 'shared');
const present = existsSync(join(shared, 'reference'));
const tolerance = 1e-4;

const references = ['stories260k', 'gpt2-tiny', 'qwen3-tiny'].map((name) => join(shared, 'models', name));

const embeddedBase = temporaryFolder();
beforeAll(async () => {
  if (present) await writeEmbeddedWeights(join(shared, 'base-model'), embeddedBase);
});

const methods: readonly (readonly [Method, Readonly<Record<string, unknown>>])[] = [
  ['soft', { 'tune.length': 5 }],
  ['v1', { 'tune.length': 5 }],
  ['v2', { 'tune.length': 4, 'tune.instruction': 'fixed' }],
];

/** The rows of the task as text alone: what PEFT puts in front is left out. */
async function bareExamples(task: Task, model: LanguageModel): Promise<readonly (readonly number[])[]> {
  const examples = await openSource(task, model, 'test').examples([1, 2]);
  return examples.map(({ prompt }) => prompt.filter((id) => id < model.tokenizer.vocabularySize));
}

describe.skipIf(!present)('adapters written here (needs ../shared)', () => {
  it.each([...references, 'builtin'])('give our scores in PEFT on %s', async (reference) => {
    const base = reference === 'builtin' ? embeddedBase : reference;
    const written = await Promise.all(
      methods.map(async ([method, set]) => {
        const { task, model } = await newWorkspace({ model: reference }).task(method, set);
        const [prompt, adapter] = [randomPrompt(task, model), join(temporaryFolder(), 'adapter')];
        await writeAdapter(adapter, prompt, task, model);
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
    "come with Python snippets that run as they stand and give the engine's probability: $name",
    async ({ method, set, body }) => {
      const left = await leaveRun(newWorkspace({ body }), method, set);
      for (const format of ['peft', 'onnx'] as const) {
        const folder = await exportTo(format, left);
        writeFileSync(join(folder, 'use.py'), snippetOf(folder, 'python'));
        const output = await runPython(folder, 'use.py', format === 'peft' ? [embeddedBase] : []);
        const [, token, probability] = /^(\d+) .* (0\.\d{6})\n$/.exec(output)!;
        expect(Number(probability)).toBeCloseTo(await placeholderProbability(left, Number(token)), 5);
      }
    },
  );
});

describe.skipIf(!present)('adapters of other kinds and other times that PEFT wrote (needs ../shared)', () => {
  it('give the logits that PEFT gives', async () => {
    const base = join(shared, 'models', 'qwen3-tiny');
    const folder = temporaryFolder();
    await runPython(__dirname, 'otherAdapters.py', [base, folder]);
    const prompts = [[5, 9, 20], [7]];
    const adapters = readdirSync(folder).map((name) => join(folder, name));
    expect(adapters).toHaveLength(5);
    const logits = await peftLogits(adapters.map((adapter) => ({ base, adapter, prompts })));
    const model = await openModel(base, '/');
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

const recorded = ['prompt_tuning', 'p_tuning_mlp', 'p_tuning_lstm', 'prefix_tuning', 'prefix_tuning_projection'];

describe.skipIf(!present).each(['stories260k', 'gpt2-tiny', 'qwen3-tiny'])(
  'adapters that PEFT wrote for %s (needs ../shared)',
  (name) => {
    it.each(recorded)('%s gives the logits that PEFT recorded', async (method) => {
      const folder = join(shared, 'reference', name, method);
      const reference = JSON.parse(readFileSync(join(shared, 'reference', `${name}.json`), 'utf8')) as {
        readonly input_ids: readonly (readonly number[])[];
        readonly attention_mask: readonly (readonly number[])[];
      };
      const prompts = reference.input_ids.map((ids, row) =>
        ids.filter((_, i) => reference.attention_mask[row]![i] === 1),
      );
      const model = await openModel(join(shared, 'models', name), '/');
      const { dims, values } = readSafetensors(readFileSync(join(folder, 'trainable.safetensors')), name).get(
        'last_logits',
      )!;
      const ours = await engineScores(model, await readAdapter(folder), prompts);
      expect(ours).toHaveLength(dims[0]!);
      ours.forEach((scores, row) =>
        expect(scoreError(scores, values.slice(row * dims[1]!, (row + 1) * dims[1]!))).toBeLessThan(tolerance),
      );
    });

    it.each(recorded)('%s trains further, from where PEFT left it', async (method) => {
      const prompt = await readAdapter(join(shared, 'reference', name, method));
      const use = await readAdapterUse(join(shared, 'reference', name, method), prompt);
      const { task, model } = await newWorkspace({ model: join(shared, 'models', name) }).task(use.method, {
        ...use.set,
        'tune.steps': 2,
        'tune.learningRate': 0.01,
        'tune.batchSize': 4,
      });
      const training = train(task, model, { start: prompt });
      for (;;) {
        const next = await training.next();
        if (!next.done) continue;
        const { initial, prompt: trained } = next.value;
        expect([...(initial.prefix ?? initial).values]).toEqual([...(prompt.prefix ?? prompt).values]);
        expect([...(trained.prefix ?? trained).values]).not.toEqual([...(prompt.prefix ?? prompt).values]);
        break;
      }
    });
  },
);
