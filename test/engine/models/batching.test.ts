import { describe, expect, it } from 'vitest';
import { openModel } from '../../../src/model/openModel';
import { layOutParts } from '../../../src/objective/batchParts';
import type { Example } from '../../../src/objective/example';
import { openObjective } from '../../../src/objective/objective';
import { assembleExport } from '../../support/models/fieldExports';
import { assembleModel } from '../../support/models/models';

const rowOf = (length: number, row: number): Example => ({
  row,
  prompt: Array.from({ length }, (_, i) => 3 + ((7 * i + row) % 50)),
  expected: '',
  label: -1,
  answer: [5, 9],
});

describe('which texts may be run side by side', () => {
  it.each([
    ['architectures/llama', { kind: 'together', aloneFrom: Infinity }],
    ['architectures/gemma3', { kind: 'together', aloneFrom: Infinity }],
    ['architectures/mpt', { kind: 'together', aloneFrom: Infinity }],
    ['masked/bert', { kind: 'together', aloneFrom: Infinity }],
    ['masked/albert', { kind: 'together', aloneFrom: Infinity }],
  ])('of %s: all', async (model, batching) => {
    expect((await openModel(assembleModel(model), '/')).signature.batching).toEqual(batching);
  });

  it.each([
    ['a model that shifts its words', 'mobilebert', { kind: 'alike', aloneFrom: Infinity }],
    ['one scale for a batch', 'quantized-gpt2#quantized', { kind: 'apart', aloneFrom: Infinity }],
    [
      'positions that are scaled from a length on',
      'builder-partial-rotary-phi4mini',
      { kind: 'together', aloneFrom: 256 },
    ],
    ['branches by two lengths that are alike', 'deberta-v2', { kind: 'together', aloneFrom: Infinity }],
    ['convolutions that look back', 'builder-conv-lfm2', { kind: 'together', aloneFrom: Infinity }],
    ['experts', 'optimum-mla-deepseek3', { kind: 'together', aloneFrom: Infinity }],
  ])('follows from the graph: %s', async (_, name, batching) => {
    const [folder, variant] = name.split('#');
    const model = await openModel(`${assembleExport(folder!)}${variant ? `#${variant}` : ''}`, '/');
    expect(model.signature.batching).toEqual(batching);
  });

  it.each(['builder-partial-rotary-phi4mini', 'builder-conv-lfm2', 'optimum-mla-deepseek3', 'num-logits'])(
    'leaves each row of %s the numbers that it has alone, beside a row of 300 tokens too',
    async (name) => {
      const model = await openModel(assembleExport(name), '/');
      const objective = openObjective(model, 1);
      const options = {
        objective: 'token',
        firstVirtualToken: model.tokenizer.firstVirtualToken,
        sharePrefix: true,
        deepRows: 0,
        batching: model.signature.batching,
      } as const;
      const lossesOf = async (examples: readonly Example[]): Promise<readonly number[]> => {
        const losses: number[] = [];
        for (const batch of layOutParts(examples, options)) {
          const { logLikelihoods } = await objective.score(batch, undefined);
          batch.examples.forEach(({ row }, i) => {
            const [start, count] = batch.expectedTokens[i]!;
            losses[row] = -logLikelihoods!.slice(start, start + count).reduce((sum, value) => sum + value, 0);
          });
        }
        return losses;
      };
      const rows = [9, 300, 14].map(rowOf);
      const together = await lossesOf(rows);
      for (const [row, example] of rows.entries()) {
        const [alone] = await lossesOf([{ ...example, row: 0 }]);
        expect(Math.abs(together[row]! - alone!)).toBeLessThan(1e-4 * alone!);
      }
      await objective.close();
    },
  );
});
