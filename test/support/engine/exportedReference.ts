import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LanguageModel } from '../../../src/model/openModel';
import { numbersOf } from '../../../src/model/weights/float32Weights';
import { readSafetensorsHeader } from '../../../src/model/weights/safetensors';
import { layOut, type Batch } from '../../../src/objective/batch';
import { elementCount } from '../../../src/onnx/tensor';
import { readRegion } from '../../../src/onnx/fileRegion';
import { fieldExports } from '../models/fieldExports';
import { answeredPrompts, virtualIds, type Trained } from './decoderReference';

/** What PyTorch computed with the weights that a real exporter wrote into the files beside it. */
export interface ExportedReference {
  readonly rows: readonly { readonly ids: readonly number[]; readonly answerFrom: number }[];
  readonly endToken: number;
  /** Mean over all answer tokens of all rows, nats. */
  readonly loss: number;
  readonly soft: { readonly loss: number };
  readonly prefix: { readonly loss?: number; readonly notComputed?: string };
}

export const readExportedReference = (name: string): ExportedReference =>
  JSON.parse(readFileSync(join(fieldExports, name, 'expected.json'), 'utf8')) as ExportedReference;

/** A gradient of an export by the name of what was trained. */
export function exportedGradient(name: string, trained: 'soft' | 'prefix'): Float32Array {
  const { format, region, dims } = readSafetensorsHeader(join(fieldExports, name, 'gradients.safetensors')).get(
    trained,
  )!;
  return Float32Array.from(numbersOf(format, readRegion(region), elementCount(dims)));
}

/** The rows of an export behind what is trained: virtual tokens in front of everything, or rows of keys and values. */
export function exportedBatch(
  model: LanguageModel,
  { rows }: ExportedReference,
  { trained, virtual }: { readonly trained: Trained; readonly virtual: number },
): Batch {
  const prompts = rows.map(({ ids, answerFrom }) => ids.slice(0, answerFrom));
  const answers = rows.map(({ ids, answerFrom }) => ids.slice(answerFrom));
  return layOut(answeredPrompts({ prompts, answers }, trained === 'soft' ? virtualIds(model, virtual) : []), {
    objective: 'token',
    verbalizer: [],
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    sharePrefix: trained !== 'prefix' && model.signature.cache.length > 0,
    deepRows: trained === 'prefix' ? virtual : 0,
  });
}
