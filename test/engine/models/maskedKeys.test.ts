import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildModel } from '../../../src/model/build/buildModel';
import { openModel } from '../../../src/model/openModel';
import { renameWeights } from '../../support/models/renameWeights';
import { modelFile } from '../../support/models/models';

type Config = Readonly<Record<string, unknown>>;

const temporary = mkdtempSync(join(tmpdir(), 'prompt-tuner-masked-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const configOf = (name: string): Config =>
  JSON.parse(readFileSync(modelFile(`masked/${name}`, 'config.json'), 'utf8')) as Config;

/** A masked model of test/models with other keys in its configuration, and weights under other names. */
function checkpointWith(name: string, keys: Config, rename: (weight: string) => string = (weight) => weight): string {
  const place = mkdtempSync(join(temporary, 'model-'));
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(modelFile(`masked/${name}`, file), join(place, file));
  writeFileSync(join(place, 'config.json'), JSON.stringify({ ...configOf(name), ...keys }));
  const weights = readFileSync(modelFile(`masked/${name}`, 'model.safetensors'));
  writeFileSync(join(place, 'model.safetensors'), renameWeights(weights, rename));
  return place;
}

describe('the configuration of a masked model', () => {
  it.each(['bert', 'roberta', 'distilbert', 'electra', 'albert', 'modernbert', 'deberta-v2'])(
    'of %s that states what is not known is refused by name, and null says nothing',
    async (name) => {
      await expect(openModel(checkpointWith(name, { logit_scale: 0.5 }), '/')).rejects.toMatchObject({
        code: 'model-architecture',
        message: expect.stringContaining(`states "logit_scale": 0.5`) as string,
      });
      await expect(openModel(checkpointWith(name, { logit_scale: null }), '/')).resolves.toMatchObject({
        kind: 'safetensors',
      });
    },
  );

  it.each([
    ['bert', { position_embedding_type: 'relative_key' }, '"position_embedding_type": "relative_key"'],
    ['bert', { is_decoder: true }, '"is_decoder": true'],
    ['bert', { hidden_act: 'quick_brown' }, 'the activation "quick_brown"'],
    ['albert', { inner_group_num: 2 }, '"inner_group_num": 2'],
    ['deberta-v2', { conv_kernel_size: 3 }, '"conv_kernel_size": 3'],
    ['deberta-v2', { pos_att_type: 'c2p|p2p' }, '"p2p"'],
    ['modernbert', { layer_types: ['full_attention', 'chunked_attention'] }, '"chunked_attention"'],
  ])('of %s with %o says so', async (name, keys, said) => {
    await expect(openModel(checkpointWith(name, keys), '/')).rejects.toMatchObject({
      code: 'model-architecture',
      message: expect.stringContaining(said) as string,
    });
  });

  it('of a model that was saved for another task says that it has no head that fills masks', () => {
    expect(() => buildModel(configOf('bert'), new Map())).toThrow(/no head that fills masks/);
  });
});

it("reads the names that TensorFlow's norms have in the first checkpoints of BERT", async () => {
  const older = (name: string): string =>
    name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
  const [renamed, usual] = await Promise.all(
    [older, undefined].map((rename) => openModel(checkpointWith('bert', {}, rename), '/')),
  );
  expect(renamed!.parameters).toBe(usual!.parameters);
});
