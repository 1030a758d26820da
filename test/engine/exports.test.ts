import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAdapter } from '../../src/adapters/peft';
import { openModel } from '../../src/model/openModel';
import { openObjective } from '../../src/objective/objective';
import { exportedBatch, exportedGradient, readExportedReference } from '../support/exportedReference';
import { assembleExport } from '../support/fieldExports';
import { relativeError } from '../support/relativeError';

const exported: readonly (readonly [string, number])[] = [['builder-qknorm-qwen3', 2e-3]];

describe.each(exported)('%s, as its exporter wrote it, against PyTorch', (name, bound) => {
  const folder = assembleExport(name);
  const expected = readExportedReference(name);

  it('has the loss of the text', async () => {
    const model = await openModel(folder, '/');
    const objective = openObjective(model, 1);
    const { loss } = await objective
      .score(exportedBatch(model, expected, { trained: 'nothing', virtual: 0 }), undefined)
      .finally(() => objective.close());
    expect(relativeError([loss], [expected.loss])).toBeLessThan(bound);
  });

  const trained = (['soft', 'prefix'] as const).filter((kind) => existsSync(join(folder, `start_${kind}`)));
  it.each(trained)('has the loss and the gradient of one step from the adapter %s', async (kind) => {
    const model = await openModel(folder, '/');
    const prompt = await readAdapter(join(folder, `start_${kind}`));
    const virtual = prompt.prefix?.rows ?? prompt.rows;
    const objective = openObjective(model, 1);
    const { loss, gradient, prefixGradient } = await objective
      .step(exportedBatch(model, expected, { trained: kind, virtual }), prompt)
      .finally(() => objective.close());
    expect(relativeError([loss], [expected[kind].loss!])).toBeLessThan(bound);
    expect(relativeError(kind === 'soft' ? gradient! : prefixGradient!, exportedGradient(name, kind))).toBeLessThan(
      bound,
    );
  });
});
