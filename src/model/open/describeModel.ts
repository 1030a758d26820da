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
export function describeModel(found: ModelFiles): Promise<ModelDescription> {
  return found.kind === 'onnx' ? describeExported(found) : describeCheckpoint(found);
}

async function describeExported(found: ModelFiles): Promise<ModelDescription> {
  const [records, model] = await Promise.all([readModelRecords(found), readModel(found.file)]);
  const files = [found.file, ...weightFiles(model.graph, found.file)];
  return { ...found, records, files, fileModel: asFileModel(model), sha256: await hashModel(files) };
}
