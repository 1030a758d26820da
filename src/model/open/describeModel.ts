import { readModel } from '../../onnx/readModel';
import { describeCheckpoint } from './describeCheckpoint';
import { hashModel, weightFiles } from './hashModel';
import { asFileModel, type ModelDescription } from './modelDescription';
import type { ModelFiles } from './modelFiles';
import { readModelRecords } from './modelRecords';

/**
 * Reads a model: its configuration, tokenizer, graph and where its weights are. Large weights stay on the disk.
 * @throws Failure "model-missing", "model-truncated", "model-configuration", "model-architecture", "tokenizer-missing",
 * …
 */
export function describeModel(place: ModelFiles): Promise<ModelDescription> {
  return place.kind === 'onnx' ? describeExported(place) : describeCheckpoint(place);
}

async function describeExported(place: ModelFiles): Promise<ModelDescription> {
  const [records, model] = await Promise.all([readModelRecords(place), readModel(place.file)]);
  const files = [place.file, ...weightFiles(model.graph, place.file)];
  return { ...place, records, files, fileModel: asFileModel(model), sha256: await hashModel(files) };
}
