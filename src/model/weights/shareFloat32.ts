import { Failure } from '../../failure';
import { ElementType, type Model, type Tensor } from '../../onnx/graph';
import { regionOf } from '../../onnx/fileRegion';
import type { StoredWeight } from './weights';
import { bfloat16, float16, type NumberFormat } from './numberFormats';
import { weightsToFloat32 } from './float32Weights';

/** Less than this is converted by each session for itself. */
const worthSharing = 256e6;

const formats: ReadonlyMap<number, NumberFormat> = new Map([
  [ElementType.float16, float16],
  [ElementType.bfloat16, bfloat16],
]);

/**
 * The same model with its large 16-bit weights as float32 that is converted once, into a file that every session of
 * every process maps: left alone, each session would hold a converted copy. Where the disk has no room for it, they do.
 * @param of the model: its hash names the file, its files are what the numbers are kept for
 * @param least bytes of 16-bit weights from which on it is done
 */
export async function shareFloat32(
  model: Model,
  of: { readonly sha256: string; readonly files: readonly string[] },
  least = worthSharing,
): Promise<Model> {
  const float16Weights = new Map(
    [...model.graph.initializers].flatMap(([name, tensor]) => {
      const stored = storedFloat16(tensor);
      return stored ? [[name, stored] as const] : [];
    }),
  );
  if (
    [...float16Weights.values()].reduce((sum, { region }) => sum + region.length, 0) < least ||
    float16Weights.size === 0
  )
    return model;
  const converted = await weightsToFloat32(float16Weights, of).catch((error: unknown) => {
    if (error instanceof Failure && (error.code === 'disk-space' || error.code === 'not-writable')) return undefined;
    throw error;
  });
  return converted
    ? { ...model, graph: { ...model.graph, initializers: new Map([...model.graph.initializers, ...converted]) } }
    : model;
}

function storedFloat16(tensor: Tensor): StoredWeight | undefined {
  const [format, region] = [formats.get(tensor.type), regionOf(tensor)];
  return format && region && { dims: tensor.dims, format, region };
}
