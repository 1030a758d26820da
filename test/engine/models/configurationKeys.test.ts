import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openModel } from '../../../src/model/openModel';
import { openObjective } from '../../../src/objective/objective';
import { readDecoderReference, referenceBatch } from '../../support/engine/decoderReference';
import { modelFile } from '../../support/models/models';
import { models } from '../../support/running/paths';
import { relativeError } from '../../support/engine/relativeError';
import { renameWeights } from '../../support/models/renameWeights';

/** What transformers computes; flags.py in test/models makes it. */
interface Flagged {
  readonly architecture: string;
  readonly keys: Readonly<Record<string, unknown>>;
  readonly renamed: Readonly<Record<string, string>>;
  readonly loss: number;
}

const flags = JSON.parse(readFileSync(join(models, 'flags.json'), 'utf8')) as Readonly<Record<string, Flagged>>;
const temporary = mkdtempSync(join(tmpdir(), 'prompt-tuner-flags-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const configOf = (architecture: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(modelFile(`architectures/${architecture}`, 'config.json'), 'utf8')) as Readonly<
    Record<string, unknown>
  >;

/** A checkpoint of test/models with other keys in its configuration, and weights under other names. */
function checkpointWith({ architecture, keys, renamed }: Omit<Flagged, 'loss'>, folder: string): string {
  const place = join(temporary, folder);
  mkdirSync(place, { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(modelFile(`architectures/${architecture}`, file), join(place, file));
  writeFileSync(join(place, 'config.json'), JSON.stringify({ ...configOf(architecture), ...keys }));
  const weights = readFileSync(modelFile(`architectures/${architecture}`, 'model.safetensors'));
  writeFileSync(
    join(place, 'model.safetensors'),
    renameWeights(weights, (weight) => renamed[weight] ?? weight),
  );
  return place;
}

async function lossOf(folder: string, architecture: string): Promise<number> {
  const model = await openModel(folder, '/');
  const objective = openObjective(model, 1);
  const batch = referenceBatch(model, 'nothing', readDecoderReference(architecture));
  return (await objective.score(batch, undefined).finally(() => objective.close())).loss;
}

describe('keys of a configuration', () => {
  it.each(Object.entries(flags))("%s has transformers' loss", async (name, flagged) => {
    const found = await lossOf(checkpointWith(flagged, name), flagged.architecture);
    expect(relativeError([found], [flagged.loss])).toBeLessThan(1e-4);
  });

  it.each([
    ...['llama', 'mistral', 'qwen2', 'qwen3', 'gpt2', 'gpt-neox', 'gemma', 'gemma2', 'gemma3', 'gemma3-layers'],
    ...['phi3', 'phi4', 'granite', 'smollm3', 'olmo2', 'ernie', 'qwen3-moe'],
  ])('of %s that are not known are refused by name, and null says nothing', async (architecture) => {
    const refused = async (keys: Flagged['keys']): Promise<unknown> =>
      openModel(checkpointWith({ architecture, keys, renamed: {} }, `${architecture}-unknown`), '/').catch(
        (error: unknown) => error,
      );
    const { model_type: family } = configOf(architecture);
    for (const [key, value] of [
      ['logit_scale', 0.5],
      ['quantization_config', { quant_method: 'awq' }],
      ['switched_off', false],
    ] as const)
      expect(await refused({ [key]: value })).toMatchObject({
        code: 'model-architecture',
        message: expect.stringMatching(`^The configuration of ${String(family)} states "${key}": `) as string,
      });
    expect(await refused({ add_cross_attention: true })).toMatchObject({
      message: expect.stringContaining('states "add_cross_attention": true, which is not built here') as string,
    });
    expect(await refused({ logit_scale: null, pruned_heads: {} })).toMatchObject({ kind: 'safetensors' });
  });

  it('of rotary positions that are not known are refused by name, and so are kinds of layers', async () => {
    const opened = (architecture: string, keys: Flagged['keys']): Promise<unknown> =>
      openModel(checkpointWith({ architecture, keys, renamed: {} }, `${architecture}-rope`), '/');
    const rope = { rope_theta: 10000, rope_type: 'linear', factor: 2 };
    await expect(opened('llama', { rope_parameters: { ...rope, attention_factor: 2 } })).rejects.toMatchObject({
      message: expect.stringContaining('the rotary positions of llama states "attention_factor": 2') as string,
    });
    await expect(opened('llama', { rope_parameters: { rope_type: 'yarn', beta_fast: 2 } })).rejects.toMatchObject({
      message: expect.stringContaining('rotary positions of the kind "yarn"') as string,
    });
    await expect(opened('qwen2', { layer_types: ['full_attention', 'chunked_attention'] })).rejects.toMatchObject({
      message: expect.stringContaining('layers of the type "chunked_attention"') as string,
    });
  });
});
