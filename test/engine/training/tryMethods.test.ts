import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tryMethods } from '../../../src/inspection/tryMethods';
import { embeddingRows } from '../../../src/model/graph/embeddingRows';
import type { MethodSupport } from '../../../src/model/inspectModel';
import { openModel } from '../../../src/model/openModel';
import { assembleExport } from '../../support/models/fieldExports';
import { assembleModel, modelFile } from '../../support/models/models';
import { models } from '../../support/running/paths';
import { relativeError } from '../../support/engine/relativeError';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-methods-'));
afterAll(() => rmSync(folder, { recursive: true }));

const found = async (model: string): Promise<Readonly<Record<string, MethodSupport>>> =>
  Object.fromEntries((await tryMethods(await openModel(model, '/'))).map((each) => [each.method, each]));

describe('what a short pass of each method says of a model', () => {
  it.each([
    ['a four-bit table that is the head as well', () => assembleExport('builder-int4-tied-llama3')],
    ['a head that is the table turned', () => assembleExport('builder-tied-llama3')],
    ['logits of the last token alone', () => assembleExport('builder-last-logits-llama3')],
    ['rotary tables behind a branch', () => assembleExport('builder-partial-rotary-phi4mini')],
    ['a plain decoder', () => assembleModel('architectures/llama')],
  ])('with %s: all work, by what was tried', async (_, model) => {
    expect(await found(model())).toEqual({
      hard: { method: 'hard', works: true, tried: 'two texts scored' },
      soft: { method: 'soft', works: true, tried: 'a step of two virtual tokens' },
      v1: { method: 'v1', works: true, tried: 'a step of two virtual tokens' },
      v2: { method: 'v2', works: true, tried: 'a step of a prefix in every layer' },
    });
  });

  it.each([
    ['keys and values of unlike width', 'optimum-mla-deepseek3', /^Only with tune.layers: input. .* unlike width\.$/],
    ['layers that are convolutions', 'builder-conv-lfm2', /^Only with tune.layers: input. .* states/],
  ])('with %s: a prefix enters the input alone', async (_, name, note) => {
    const { soft, v2 } = await found(assembleExport(name));
    expect(soft).toMatchObject({ works: true });
    expect(v2).toMatchObject({ works: true, note: expect.stringMatching(note) as string });
  });

  it('with masks: says what it cannot rewrite', async () => {
    const { hard, v2 } = await found(assembleModel('masked/bert'));
    expect(hard).toMatchObject({ works: true });
    expect(v2).toMatchObject({ works: true, note: expect.stringMatching(/^Without a rewritten/) as string });
  });

  it.each(['albert', 'electra'])('with a table of 8 bits that is narrower than the layers, as in %s', async (name) => {
    const place = join(folder, name);
    cpSync(assembleModel(`masked/${name}`), place, { recursive: true });
    copyFileSync(join(models, 'variants', `${name}.quantized.onnx`), join(place, 'model.onnx'));
    const model = await openModel(place, '/');
    expect(model.configuration.hiddenSize).toBe(8);
    for (const method of await tryMethods(model)) expect(method).toMatchObject({ works: true });
    const words = embeddingRows(model.trainingModel, model.signature, [3, 17]);
    const float = await openModel(assembleModel(`masked/${name}`), '/');
    expect(words).toHaveLength(2 * 8);
    expect(relativeError(words, embeddingRows(float.trainingModel, float.signature, [3, 17]))).toBeLessThan(0.02);
  });

  it('with a form of an operator that has no gradient: hard alone works, and the form is named', async () => {
    copyFileSync(join(models, 'variants', 'llama.q4-order.onnx'), join(folder, 'model.onnx'));
    for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
      copyFileSync(modelFile('architectures/llama', file), join(folder, file));
    const { hard, soft, v1, v2 } = await found(folder);
    expect(hard!.works).toBe(true);
    for (const each of [soft, v1, v2])
      expect(each).toMatchObject({
        works: false,
        note: expect.stringMatching(/MatMulNBits .* reordered columns \(g_idx\).*tune.blackBox/) as string,
      });
  });
});
