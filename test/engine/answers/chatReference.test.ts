import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../src/adapters/safetensors';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { batchOptions, layOut } from '../../../src/objective/batch';
import { encodeRows, type Example } from '../../../src/objective/example';
import { openObjective, type ObjectiveValue, type OpenObjective } from '../../../src/objective/objective';
import { prefixWidth, type SoftPrompt } from '../../../src/objective/prompt';
import { prepareTask, type Task } from '../../../src/objective/task';
import { closeTask, requireSplit } from '../../../src/objective/rows/splits';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { requireTemplate } from '../../../src/template/read/template';
import type { Method, Objective } from '../../../src/template/settings/settings';
import { openEncoder, type Parameters } from '../../../src/tuning/encoder/encoder';
import chat from '../../models/reference/chat.json';
import { assembleModel, modelFile } from '../../support/models/models';
import { relativeError } from '../../support/engine/relativeError';

type ModelName = keyof typeof chat.models;
type PeftMethod = 'prompt_tuning' | 'p_tuning_lstm' | 'prefix_tuning';

interface Losses {
  readonly loss: number;
  readonly label_mean_loss: number;
}

/**
 * Where an answer stands: right behind the generation prompt, or as transformers renders it, which in the form of
 * Llama 2 is behind a space. The words of the second are those that the product takes by itself.
 */
const places = ['chatml-like', 'llama2-like', 'llama2-like, continued'] as const;
type Place = (typeof places)[number];

const virtualTokens = 8;
const sources: Readonly<Record<string, string>> = chat.templates;

const copies = mkdtempSync(join(tmpdir(), 'prompt-tuner-chat-models-'));
afterAll(() => rmSync(copies, { recursive: true }));

/** The model with a chat template of its own, in a folder that no other test opens. */
function folderOf(name: ModelName, place: Place): string {
  const folder = mkdtempSync(join(copies, `${name}-`));
  cpSync(assembleModel(`reference/${name}`), folder, { recursive: true });
  writeFileSync(join(folder, 'chat_template.jinja'), sources[chat.inputs[place].template]!);
  return folder;
}

const rows = mkdtempSync(join(tmpdir(), 'prompt-tuner-chat-'));
afterAll(() => rmSync(rows, { recursive: true }));

/** The oracle's rows as a person would have them: messages before the answer, and the answer as a label. */
async function taskOf(
  model: LanguageModel,
  place: Place,
  { method, objective }: { readonly method: Method; readonly objective: Objective },
): Promise<Task> {
  writeFileSync(join(rows, 'rows.jsonl'), chat.rows.map((row) => JSON.stringify(row)).join('\n'));
  const labels = Object.fromEntries(chat.label_words.map((word) => [word, word]));
  const head = [
    `output: { schema: { answer(enum): ${JSON.stringify(chat.label_words)} } }`,
    'tune.data: { train: rows.jsonl }',
    `tune.objective: ${objective}`,
    `tune.length: ${virtualTokens}`,
    ...(place === 'llama2-like' ? [`tune.labels: ${JSON.stringify(labels)}`] : []),
  ];
  const text = ['---', ...head, '---', '{{history}}{{answer}}'].join('\n');
  const template = requireTemplate(text, join(rows, 'chat.prompt'));
  return prepareTask(template, resolveSettings(template, method, {}), model);
}

interface Measured {
  readonly examples: readonly Example[];
  readonly task: Task;
  /** Loss and gradients of all rows in one batch. */
  run(prompt: SoftPrompt | undefined): Promise<ObjectiveValue>;
}

/** A model's losses by its weights, whatever chat template stands beside them: the graphs know none. */
const objectives = new Map<string, OpenObjective>();
afterAll(() => Promise.all([...objectives.values()].map((objective) => objective.close())));

function objectiveOf(model: LanguageModel): OpenObjective {
  const objective = objectives.get(model.sha256) ?? openObjective(model, 1);
  objectives.set(model.sha256, objective);
  return objective;
}

async function measured(
  model: LanguageModel,
  place: Place,
  asked: { readonly method: Method; readonly objective: Objective },
): Promise<Measured> {
  const task = await taskOf(model, place, asked);
  const examples = await encodeRows(task, model, requireSplit(task, 'train'), [0, 1, 2]);
  await closeTask(task);
  return {
    task,
    examples,
    async run(prompt) {
      const objective = objectiveOf(model);
      const batch = layOut(examples, batchOptions(task, model, 'training'));
      return prompt ? objective.step(batch, prompt) : objective.score(batch, undefined);
    },
  };
}

function arraysIn(file: string, prefix: string): Parameters {
  return Object.fromEntries(
    [...readSafetensors(readFileSync(file), file)]
      .filter(([array]) => array.startsWith(prefix))
      .map(([array, tensor]) => [array.slice(prefix.length), tensor]),
  );
}

const startOf = (name: ModelName, method: PeftMethod): Parameters =>
  arraysIn(modelFile(`reference/${name}`, `peft/${method}/trainable.safetensors`), 'param.default.');

const gradientsOf = (name: ModelName, place: Place, method: PeftMethod, kind = 'grad'): Parameters =>
  arraysIn(
    modelFile(`reference/${name}`, `chat/${place.replace(', ', '-')}/${method}.safetensors`),
    `${kind}.default.`,
  );

const lossesOf = (name: ModelName, place: Place, method: string): Losses =>
  (chat.models[name] as Readonly<Record<string, Readonly<Record<string, Losses>>>>)[place]![method]!;

const kinds = [
  ['token', 'loss', 'grad'],
  ['label', 'label_mean_loss', 'label_mean_grad'],
] as const;

describe.each(Object.keys(chat.models) as ModelName[])('messages against PEFT on %s', (name) => {
  describe.each(places)('an answer behind %s', (place) => {
    let model: LanguageModel;
    beforeAll(async () => {
      model = await openModel(folderOf(name, place), '/');
    });
    const front = (): readonly number[] =>
      Array.from({ length: virtualTokens }, (_, i) => model.tokenizer.firstVirtualToken + i);

    it('has the tokens that transformers gives it, behind the virtual ones', async () => {
      const { examples } = await measured(model, place, { method: 'soft', objective: 'token' });
      const { input_ids, attention_mask } = chat.inputs[place];
      examples.forEach(({ prompt, answer, merged = 0 }, row) => {
        const expected = input_ids[row]!.filter((_, i) => attention_mask[row]![i] === 1);
        expect([...prompt.slice(0, prompt.length - merged), ...answer]).toEqual([...front(), ...expected]);
      });
    });

    it.each(kinds)('has the %s loss of the text alone', async (objective, loss) => {
      const { run } = await measured(model, place, { method: 'hard', objective });
      const value = await run(undefined);
      expect(relativeError([value.loss], [lossesOf(name, place, 'hard')[loss]])).toBeLessThan(1e-4);
    });

    it.each(kinds)('has the %s loss and gradient of prompt tuning', async (objective, loss, kind) => {
      const { run } = await measured(model, place, { method: 'soft', objective });
      const { hiddenSize } = model.configuration;
      const { values } = startOf(name, 'prompt_tuning')['embedding.weight']!;
      const value = await run({ rows: virtualTokens, hiddenSize, values });
      expect(relativeError([value.loss], [lossesOf(name, place, 'prompt_tuning')[loss]])).toBeLessThan(1e-4);
      const { values: expected } = gradientsOf(name, place, 'prompt_tuning', kind)['embedding.weight']!;
      expect(relativeError(value.gradient!, expected)).toBeLessThan(1e-4);
    });
  });

  describe.each(['chatml-like', 'llama2-like'] as const)('an answer behind %s', (place) => {
    it('has the loss and the gradient of every array of P-tuning', async () => {
      const model = await openModel(folderOf(name, place), '/');
      const { hiddenSize } = model.configuration;
      const [parameters, gradients] = [startOf(name, 'p_tuning_lstm'), gradientsOf(name, place, 'p_tuning_lstm')];
      const encoder = await openEncoder({
        kind: 'lstm',
        rows: virtualTokens,
        inputSize: hiddenSize,
        hiddenSize: 32,
        outputSize: hiddenSize,
      });
      const { run } = await measured(model, place, { method: 'v1', objective: 'token' });
      const value = await run({ rows: virtualTokens, hiddenSize, values: await encoder.forward(parameters) });
      const flowing = await encoder.backward(parameters, value.gradient!);
      await encoder.close();
      expect(relativeError([value.loss], [lossesOf(name, place, 'p_tuning_lstm').loss])).toBeLessThan(1e-4);
      expect(Object.keys(flowing).sort()).toEqual(Object.keys(gradients).sort());
      for (const [array, { values }] of Object.entries(gradients))
        expect([array, relativeError(flowing[array]!, values) < 1e-4]).toEqual([array, true]);
    });

    it.each(kinds)('has the %s loss and gradient of prefix tuning', async (objective, loss, kind) => {
      const model = await openModel(folderOf(name, place), '/');
      const { run } = await measured(model, place, { method: 'v2', objective });
      const value = await run({
        rows: 0,
        hiddenSize: model.configuration.hiddenSize,
        values: new Float32Array(),
        prefix: {
          rows: virtualTokens,
          width: prefixWidth(model),
          values: startOf(name, 'prefix_tuning')['embedding.weight']!.values,
        },
      });
      expect(relativeError([value.loss], [lossesOf(name, place, 'prefix_tuning')[loss]])).toBeLessThan(1e-4);
      const { values: expected } = gradientsOf(name, place, 'prefix_tuning', kind)['embedding.weight']!;
      expect(relativeError(value.prefixGradient!, expected)).toBeLessThan(1e-4);
    });
  });
});
