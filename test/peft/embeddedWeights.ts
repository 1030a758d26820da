import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors } from '../../src/adapters/safetensors';
import { openModel } from '../../src/model/open/openModel';
import { ElementType } from '../../src/onnx/graph';
import { tensorNumbers } from '../../src/onnx/tensor';

/**
 * Writes the embedded model as a folder for transformers. The published safetensors hold the norms rounded to float16 while the ONNX file
 * holds them in float32, which alone moves the logits by 1.6e-4; so the norms are taken from the ONNX file.
 */
export async function writeEmbeddedWeights(from: string, to: string): Promise<void> {
  for (const name of readdirSync(from))
    if (name.endsWith('.json') && name !== 'config.json') copyFileSync(join(from, name), join(to, name));
  const { initializers } = (await openModel('builtin', '/')).model.graph;
  const published = readSafetensors(readFileSync(join(from, 'model.safetensors')), from);
  const exact = [...published].map(([name, tensor]) => {
    const initializer = initializers.get(`model.${name}`);
    return [
      name,
      initializer?.type === ElementType.float
        ? { ...tensor, values: Float32Array.from(tensorNumbers(initializer)) }
        : tensor,
    ] as const;
  });
  const config = JSON.parse(readFileSync(join(from, 'config.json'), 'utf8')) as object;
  writeFileSync(join(to, 'config.json'), JSON.stringify({ ...config, dtype: 'float32' }));
  writeFileSync(join(to, 'model.safetensors'), writeSafetensors(new Map(exact)));
}
