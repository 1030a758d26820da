import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { layOut, batchOptions } from '../../../src/objective/batch';
import { encodeRows } from '../../../src/objective/example';
import { openObjective } from '../../../src/objective/objective';
import { prepareTask, type Task } from '../../../src/objective/task';
import { closeTask, requireSplit } from '../../../src/objective/rows/splits';
import { evaluate } from '../../../src/scoring/evaluate';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { readTemplate } from '../../../src/template/read/template';
import { assembleModel } from '../../support/models/models';

const field = join(import.meta.dirname, '../../field/numbers');
const stories = assembleModel('reference/stories260k');
const temporary = mkdtempSync(join(tmpdir(), 'prompt-tuner-field-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** The weights of the stories model under a tokenizer of the field. */
function storiesUnder(folder: string): string {
  const model = join(temporary, folder);
  cpSync(join(field, folder, 'model'), model, { recursive: true });
  copyFileSync(join(stories, 'model.onnx'), join(model, 'model.onnx'));
  return model;
}

async function withTask<T>(
  file: string,
  { model: reference, edit = (text) => text }: { readonly model: string; readonly edit?: (text: string) => string },
  use: (task: Task, model: LanguageModel) => Promise<T>,
): Promise<T> {
  const path = join(field, file);
  const { template, findings } = readTemplate(edit(readFileSync(path, 'utf8')), path);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const model = await openModel(reference, field);
  // Training data is not needed for a number of the test rows.
  const settings = resolveSettings(template!, 'hard', {});
  const { test } = settings.data;
  const task = await prepareTask(template!, { ...settings, data: { test } }, model);
  try {
    return await use(task, model);
  } finally {
    await closeTask(task);
  }
}

const measured = (file: string, options: Parameters<typeof withTask>[1]) =>
  withTask(file, options, (task, model) => evaluate(task, model, undefined, { split: 'test' }));

/** Mean probability that either label word follows, each of one spelling. */
async function mass(task: Task, model: LanguageModel): Promise<number> {
  const dataset = requireSplit(task, 'test');
  const rows = Array.from({ length: dataset.rows }, (_, row) => row);
  const examples = await encodeRows(task, model, dataset, rows);
  const objective = openObjective(model, 1);
  const batch = layOut(examples, { ...batchOptions(task, model, 'scoring'), objective: 'label' });
  const { logLikelihoods } = await objective.score(batch, undefined);
  await objective.close();
  const words = examples.flatMap((example) => example.words!.map(([word]) => word!.tokens.length));
  const longest = Math.max(...words);
  const probabilities = words.map((length, i) =>
    Math.exp(logLikelihoods!.slice(i * longest, i * longest + length).reduce((sum, value) => sum + value, 0)),
  );
  return probabilities.reduce((sum, probability) => sum + probability, 0) / examples.length;
}

describe('numbers of the field', () => {
  it('scores label words with the one space that the text has', async () => {
    const template = 'label-words-extra-space/stories.prompt';
    const { loss } = await measured(template, { model: stories });
    expect(loss).toBeCloseTo(0.6589, 4);
    expect(await withTask(template, { model: stories }, mass)).toBeCloseTo(0.188, 3);
  });

  it('scores free text with the one space that the text has', async () => {
    const free = (text: string): string =>
      text.replace('label(enum): [happy, sad]', 'label: string').replace(/tune\.labels.*\n/, '');
    const { tokenLoss } = await measured('label-words-extra-space/stories.prompt', { model: stories, edit: free });
    // PyTorch, over the word's tokens in the text and the end token.
    expect(tokenLoss).toBeCloseTo(11.9923, 3);
  });

  it('refuses a token by name for which the model has no row, and never takes it for a virtual token', async () => {
    const model = join(field, 'added-tokens-beyond-table/model');
    await expect(measured('added-tokens-beyond-table/chat.prompt', { model })).rejects.toMatchObject({
      code: 'tokenizer-unknown',
      message: expect.stringContaining('<|im_start|>') as string,
    });
    const { tokenizer } = await openModel(model, field);
    expect(tokenizer.vocabularySize).toBe(512);
    expect(tokenizer.firstVirtualToken).toBe(515);
    await withTask('added-tokens-beyond-table/plain.prompt', { model }, async (task, opened) => {
      const { loss } = await evaluate(task, opened, undefined, { split: 'test' });
      expect(Number.isFinite(loss)).toBe(true);
    });
  });

  it.each([
    ['bytes of a Unigram model', 'unigram-byte-fallback', 1.3965],
    ['words with letters beyond ASCII', 'whitespace-pretokenizer', 0.5512],
  ])('scores behind %s', async (_, folder, expected) => {
    const { loss } = await measured(`${folder}/t.prompt`, { model: join(field, folder, 'model') });
    expect(loss).toBeCloseTo(expected, 4);
  });

  it('scores no answer behind a token that closes a text', async () => {
    const { loss } = await measured('eos-closes-prompt/t.prompt', { model: storiesUnder('eos-closes-prompt') });
    expect(loss).toBeCloseTo(3.86, 3);
  });

  it('ends a text at every token that config.json or generation_config.json name', async () => {
    const model = storiesUnder('generation-config-eos');
    expect((await openModel(model, field)).configuration.endTokens).toEqual([2, 426, 432]);
    expect(await measured('generation-config-eos/g.prompt', { model })).toMatchObject({ accuracy: 1 });
    const config = JSON.parse(readFileSync(join(model, 'config.json'), 'utf8')) as object;
    writeFileSync(join(model, 'config.json'), JSON.stringify({ ...config, eos_token_id: [5, 426] }));
    expect((await openModel(model, field)).configuration.endTokens).toEqual([5, 426, 2, 432]);
    writeFileSync(join(model, 'generation_config.json'), '{ eos');
    await expect(openModel(model, field)).rejects.toMatchObject({
      code: 'model-configuration',
      location: { file: join(model, 'generation_config.json') },
    });
  });

  it('gives a template one number, whichever line ends its file has', async () => {
    const [windows, unix] = [
      await measured('crlf-template/crlf.prompt', { model: 'builtin' }),
      await measured('crlf-template/lf.prompt', { model: 'builtin' }),
    ];
    expect(windows.loss).toBe(unix.loss);
    expect(windows.accuracy).toBeCloseTo(0.33, 6);
  });
});
