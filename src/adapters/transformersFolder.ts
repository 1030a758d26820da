import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../channel/guards';
import { parseJson } from '../files/jsonFile';
import type { Graph, Tensor } from '../onnx/graph';
import { tensorNumbers } from '../onnx/tensor';
import { writeSafetensors, type NamedTensor } from './safetensors';

/**
 * Writes a model as a folder for transformers, with its weights in float32. They are read back from the exported graph,
 * whose numbers are those that the engine computes with.
 * @param from the folder of an export whose nodes carry the names of PyTorch's modules, as the embedded model does
 * @param graph the graph of that export
 */
export async function writeTransformersFolder(from: string, graph: Graph, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from))
    if (name === 'LICENSE' || (name.endsWith('.json') && name !== 'config.json'))
      await copyFile(join(from, name), join(to, name));
  const config = parseJson(await readFile(join(from, 'config.json'), 'utf8'));
  const record = isObject(config) ? config : {};
  await writeFile(join(to, 'config.json'), `${JSON.stringify({ ...record, dtype: 'float32' }, null, 2)}\n`);
  await writeFile(join(to, 'model.safetensors'), writeSafetensors(stateDict(graph)));
}

/** Weights under PyTorch's names; an output head that is tied to the embeddings is left out, as transformers does. */
function stateDict({ initializers, nodes }: Graph): ReadonlyMap<string, NamedTensor> {
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
