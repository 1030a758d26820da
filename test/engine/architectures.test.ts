import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../src/model/openModel';
import { openGenerator } from '../../src/scoring/generate';
import { openObjective } from '../../src/objective/objective';
import {
  readDecoderReference,
  referenceBatch,
  referencePrompt,
  upToEnd,
  virtualIds,
} from '../support/decoderReference';
import { assembleModel } from '../support/models';
import { models } from '../support/paths';
import { relativeError } from '../support/relativeError';

const folder = join(models, 'architectures');
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const tolerance = 1e-3;

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
      expect(await generator.generate(expected.prompts, undefined, { most })).toEqual(upToEnd(expected.generated));
      const behindVirtual = expected.prompts.map((prompt) => [...virtualIds(model, expected.virtual), ...prompt]);
      expect(await generator.generate(behindVirtual, soft, { most })).toEqual(upToEnd(expected.softGenerated));
    } finally {
      await Promise.all([objective.close(), generator.close()]);
    }
  });
});
