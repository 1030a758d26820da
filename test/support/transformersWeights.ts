import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSafetensors, type NamedTensor } from '../../src/adapters/safetensors';
import { openModel } from '../../src/model/openModel';
import type { Tensor } from '../../src/onnx/graph';
import { tensorNumbers } from '../../src/onnx/tensor';

/**
 * Writes a model as a folder for transformers, with its weights in float32. They are read back from the exported graph,
 * whose numbers are those that the engine computes with.
 * @param from the folder of an export whose nodes carry the names of PyTorch's modules
 */
export async function writeTransformersFolder(from: string, to: string): Promise<void> {
  for (const name of readdirSync(from))
    if (name.endsWith('.json') && name !== 'config.json') copyFileSync(join(from, name), join(to, name));
  const config = JSON.parse(readFileSync(join(from, 'config.json'), 'utf8')) as object;
  writeFileSync(join(to, 'config.json'), JSON.stringify({ ...config, dtype: 'float32' }));
  writeFileSync(join(to, 'model.safetensors'), writeSafetensors(await stateDict(from)));
}

/** Weights under PyTorch's names; an output head that is tied to the embeddings is left out, as transformers does. */
async function stateDict(folder: string): Promise<Map<string, NamedTensor>> {
  const { initializers, nodes } = (await openModel(folder, '/')).trainingModel.graph;
  /** A half stands under its own name with an ending, before its conversion. */
  const weightOf = (input: string): Tensor | undefined => initializers.get(input) ?? initializers.get(`${input}_f16`);
  const named = [...initializers].flatMap(([name, tensor]): [string, NamedTensor][] =>
    /^model\..*\.(weight|bias)(_f16)?$/.test(name)
      ? [[name.replace(/^model\./, '').replace(/_f16$/, ''), floatsOf(tensor)]]
      : [],
  );
  // The exporter stores the matrix of a linear layer transposed and under a number; its node keeps the layer's name.
  const linear = nodes.flatMap(({ op, name, inputs: [, input = ''] }): [string, NamedTensor][] => {
    const weight = op === 'MatMul' && input.startsWith('onnx::') ? weightOf(input) : undefined;
    const [, layer] = /^\/model\/(.*)\/MatMul$/.exec(name) ?? [];
    return weight && layer && layer !== 'lm_head'
      ? [[`${layer.replaceAll('/', '.')}.weight`, transposed(floatsOf(weight))]]
      : [];
  });
  return new Map([...named, ...linear]);
}

function floatsOf(tensor: Tensor): NamedTensor {
  return { dims: [...tensor.dims], values: Float32Array.from(tensorNumbers(tensor)) };
}

function transposed({ dims, values }: NamedTensor): NamedTensor {
  const [rows, columns] = [dims[0]!, dims[1]!];
  return {
    dims: [columns, rows],
    values: Float32Array.from(
      { length: values.length },
      (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!,
    ),
  };
}
