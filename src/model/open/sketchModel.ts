import { ElementType, type Model, type Tensor } from '../../onnx/graph';
import { buildModel, requireFamily } from '../build/buildModel';
import type { Checkpoint, StoredWeight } from '../weights/weights';
import { asFileModel, type FileGraph } from './modelDescription';

/**
 * The graph of a checkpoint whose weights are not read: its operators and sizes are those of the model, and whoever
 * asks for a number of a weight gets an error.
 * @throws Failure as opening the model would, as far as it does not depend on numbers
 */
export function sketchModel({ config, weights }: Pick<Checkpoint, 'config' | 'weights'>): Model<FileGraph> {
  requireFamily(config);
  return asFileModel(buildModel(config, new Map([...weights].map(([name, weight]) => [name, shapeOf(name, weight)]))));
}

const shapeOf = (name: string, { dims }: StoredWeight): Tensor => ({
  type: ElementType.float,
  dims,
  get bytes(): never {
    throw new Error(`The numbers of ${name} are not read for a sketch.`);
  },
});
