import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAdapter } from '../../../src/adapters/peft';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { numbersOf } from '../../../src/model/weights/float32Weights';
import { readSafetensorsHeader } from '../../../src/model/weights/safetensors';
import { layOut, type Batch } from '../../../src/objective/batch';
import { openObjective } from '../../../src/objective/objective';
import { readRegion } from '../../../src/onnx/fileRegion';
import { elementCount } from '../../../src/onnx/tensor';
import { answeredPrompts, virtualIds } from '../../support/engine/decoderReference';
import { relativeError } from '../../support/engine/relativeError';

/** What PyTorch computed with the weights that gguf-py reads from the files that llama.cpp's quantiser wrote. */
interface Expected {
  readonly loss: number;
  readonly softLoss: number;
}

const folder = join(import.meta.dirname, '../../field/exports/gguf');
const record = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
  readonly rows: readonly { readonly ids: readonly number[]; readonly answerFrom: number }[];
} & Readonly<Record<string, Expected>>;
const tolerance = 1e-3;

function batchOf(model: LanguageModel, virtual: number): Batch {
  const prompts = record.rows.map(({ ids, answerFrom }) => ids.slice(0, answerFrom));
  const answers = record.rows.map(({ ids, answerFrom }) => ids.slice(answerFrom));
  return layOut(answeredPrompts({ prompts, answers }, virtualIds(model, virtual)), {
    objective: 'token',
    verbalizer: [],
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    sharePrefix: virtual > 0,
    deepRows: 0,
  });
}

function recordedGradient(file: string): readonly number[] {
  const { format, region, dims } = readSafetensorsHeader(join(folder, 'gradients.safetensors')).get(file)!;
  return [...numbersOf(format, readRegion(region), elementCount(dims))];
}

describe("a file of llama.cpp's quantiser", () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.gguf')))(
    '%s has the losses and the gradient of PyTorch',
    async (file) => {
      const model = await openModel(join(folder, file), '/');
      const prompt = await readAdapter(join(folder, 'start_soft'));
      const objective = openObjective(model, 1);
      try {
        const plain = await objective.score(batchOf(model, 0), undefined);
        expect(relativeError([plain.loss], [record[file]!.loss])).toBeLessThan(tolerance);
        const { loss, gradient } = await objective.step(batchOf(model, prompt.rows), prompt);
        expect(relativeError([loss], [record[file]!.softLoss])).toBeLessThan(tolerance);
        expect(relativeError(gradient!, recordedGradient(file))).toBeLessThan(tolerance);
      } finally {
        await objective.close();
      }
    },
  );
});
