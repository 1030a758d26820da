import { seesAlike } from './seesAlike';
import type { Graph, Model } from '../../onnx/graph';
import { normalizeModel } from '../../onnx/normalize';
import { decomposeModel } from '../decompose/decomposeModel';
import { fuseRotary } from '../fuse/rotary';
import type { ModelDescription } from '../open/modelDescription';
import type { ModelRecords } from '../open/modelRecords';
import { shareFloat32 } from '../weights/shareFloat32';
import { withAllPositions, withSizesApart } from './allPositions';
import { lookUpColumns } from './embeddingTable';
import { withLayerCache } from './layerCache';

declare const trained: unique symbol;

/**
 * A model's graph as it is run and trained through: constants are initializers, numbers are float32, branches are
 * taken, operators are standard ones of operator set 18 or newer with fused ones written out (but for rotary positions,
 * which are one), and it has a key/value cache wherever one could be given to it. Only {@link toTrainingModel} makes
 * one, so what a file says (FileGraph) cannot be differentiated by mistake.
 */
export type TrainingGraph = Graph & { readonly [trained]: true };

/** What of a model's description the graph is made of. */
type ReadyModel = Pick<ModelDescription, 'fileModel' | 'sha256' | 'files'> & {
  readonly records: Pick<ModelRecords, 'config' | 'configuration'>;
};

/**
 * The model of a description, made ready to be composed into graphs.
 * @throws Failure "model-opset" for operator sets that are too old; those of converting its weights to float32
 */
export async function toTrainingModel({
  fileModel,
  records,
  sha256,
  files,
}: ReadyModel): Promise<Model<TrainingGraph>> {
  const shared = await shareFloat32(fileModel, { sha256, files });
  const plain = decomposeModel(normalizeModel(shared));
  const graph = withAllPositions(lookUpColumns(withSizesApart(plain.graph)));
  return fuseRotary(withCache({ ...plain, graph }, records)) as Model<TrainingGraph>;
}

/**
 * A cache for a graph that was exported without. A decoder's past moves its positions on and must be seen from
 * everywhere, or the numbers would not be those of the model with a cache; the prefix of a masked model takes no
 * position.
 */
function withCache(model: Model, { config, configuration }: ReadyModel['records']): Model {
  const has = (name: string): boolean => model.graph.inputs.some((input) => input.name === name);
  // MobileBERT and ConvBERT have heads of sizes of their own.
  const usual = config.true_hidden_size === undefined && config.head_ratio === undefined;
  const fits =
    usual &&
    !has('past_key_values.0.key') &&
    (configuration.kind === 'masked' || (has('position_ids') && seesAlike({ config, configuration })));
  return fits ? { ...model, graph: withLayerCache(model.graph, configuration) } : model;
}
