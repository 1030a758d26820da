import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openModel } from '../../../src/model/openModel';
import { openGenerator } from '../../../src/decoding/generator';
import { openObjective } from '../../../src/objective/objective';
import {
  readDecoderReference,
  referenceBatch,
  referencePrompt,
  upToEnd,
  virtualIds,
} from '../../support/engine/decoderReference';
import { assembleModel } from '../../support/models/models';
import { models } from '../../support/running/paths';
import { relativeError } from '../../support/engine/relativeError';

const folder = join(models, 'architectures');
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const tolerance = 1e-3;
const temporary = mkdtempSync(join(tmpdir(), 'prompt-tuner-architectures-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Each architecture whose configuration stands beside it as older files on the hub spell it. */
const respelled = names.filter((name) => existsSync(join(folder, name, 'hub.json')));

it.each(respelled)('%s has the same loss under the configuration that older files hold', async (name) => {
  const expected = readDecoderReference(name);
  const spelled = mkdtempSync(join(temporary, 'model-'));
  cpSync(assembleModel(`architectures/${name}`), spelled, { recursive: true });
  copyFileSync(join(folder, name, 'hub.json'), join(spelled, 'config.json'));
  const model = await openModel(join(spelled, 'model.safetensors'), '/');
  const objective = openObjective(model, 1);
  const { loss } = await objective
    .score(referenceBatch(model, 'nothing', expected), undefined)
    .finally(() => objective.close());
  expect(relativeError([loss], [expected.loss])).toBeLessThan(1e-4);
});

it('takes no longer text than the short factors of LongRoPE are for', async () => {
  for (const file of ['model.safetensors', 'model.gguf']) {
    const { configuration } = await openModel(join(assembleModel('architectures/phi4'), file), '/');
    expect(configuration.contextLength, file).toBe(24);
  }
});

/** Each architecture as its exported graph, and as the checkpoints that stand beside it. */
const sources = names.flatMap((name) =>
  ['model.onnx', 'model.safetensors', 'model.gguf']
    .filter((file) => existsSync(join(folder, name, file)))
    .map((file) => [name, file] as const),
);

describe.each(sources)('%s, %s, against PyTorch', (name, file) => {
  const expected = readDecoderReference(name);

  it('has the losses, the gradients of prompt and prefix, and the generated tokens', async () => {
    const model = await openModel(join(assembleModel(`architectures/${name}`), file), '/');
    const [soft, deep] = [referencePrompt(model, 'soft', expected), referencePrompt(model, 'prefix', expected)];
    const objective = openObjective(model, 1);
    const generator = await openGenerator(model);
    try {
      const plain = await objective.score(referenceBatch(model, 'nothing', expected), undefined);
      expect(relativeError([plain.loss], [expected.loss])).toBeLessThan(tolerance);
      const { loss, gradient } = await objective.step(referenceBatch(model, 'soft', expected), soft);
      expect(relativeError([loss], [expected.softLoss])).toBeLessThan(tolerance);
      expect(relativeError(gradient!, expected.softGradient)).toBeLessThan(tolerance);
      const withPrefix = await objective.step(referenceBatch(model, 'prefix', expected), deep);
      expect(relativeError([withPrefix.loss], [expected.prefixLoss])).toBeLessThan(tolerance);
      expect(relativeError(withPrefix.prefixGradient!, expected.prefixGradient)).toBeLessThan(tolerance);
      const most = expected.generated[0]!.length;
      const written = async (prompts: typeof expected.prompts, prompt?: typeof soft) =>
        (await generator.generate(prompts, prompt, { most })).map(({ tokens }) => tokens);
      expect(await written(expected.prompts)).toEqual(upToEnd(expected.generated));
      const behindVirtual = expected.prompts.map((prompt) => [...virtualIds(model, expected.virtual), ...prompt]);
      expect(await written(behindVirtual, soft)).toEqual(upToEnd(expected.softGenerated));
    } finally {
      await Promise.all([objective.close(), generator.close()]);
    }
  });
});
