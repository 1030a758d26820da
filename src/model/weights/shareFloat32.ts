import { Failure } from '../../failure';
import { ElementType, type Model, type Tensor } from '../../onnx/graph';
import { placeOf } from '../../onnx/fileRegion';
import type { StoredWeight } from './weights';
import { brain16, float16, type NumberFormat } from './numberFormats';
import { widenWeights } from './float32Weights';

/** Less than this is converted by each session for itself. */
const worthSharing = 256e6;

const formats: ReadonlyMap<number, NumberFormat> = new Map([
  [ElementType.float16, float16],
  [ElementType.bfloat16, brain16],
]);

/**
 * The same model with its large halves as float32 that is converted once, into a file that every session of every process maps:
 * left alone, each session would hold a converted copy. Where the disk has no room for it, they do.
 * @param of the model: its hash names the file, its files are what the numbers are kept for
 * @param least bytes of halves from which on it is done
 */
export async function shareHalves(
  model: Model,
  of: { readonly sha256: string; readonly files: readonly string[] },
  least = worthSharing,
): Promise<Model> {
  const halves = new Map(
    [...model.graph.initializers].flatMap(([name, tensor]) => {
      const stored = storedHalf(tensor);
      return stored ? [[name, stored] as const] : [];
    }),
  );
  if ([...halves.values()].reduce((sum, { place }) => sum + place.length, 0) < least || halves.size === 0) return model;
  const widened = await widenWeights(halves, of).catch((error: unknown) => {
    if (error instanceof Failure && (error.code === 'disk-space' || error.code === 'not-writable')) return undefined;
    throw error;
  });
  return widened
    ? { ...model, graph: { ...model.graph, initializers: new Map([...model.graph.initializers, ...widened]) } }
    : model;
}

function storedHalf(tensor: Tensor): StoredWeight | undefined {
  const [format, place] = [formats.get(tensor.type), placeOf(tensor)];
  return format && place && { dims: tensor.dims, format, place };
}
