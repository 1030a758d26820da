import { join } from 'node:path';
import { buildModel, requireFamily } from '../build/buildModel';
import type { Checkpoint } from '../weights/weights';
import { openSafetensors } from '../weights/openSafetensors';
import { weightsToFloat32 } from '../weights/float32Weights';
import { openGguf } from '../gguf/openGguf';
import { hashModel } from './hashModel';
import { asFileModel, type ModelDescription } from './modelDescription';
import type { ModelFiles } from './modelFiles';
import { ggufRecords, readModelRecords, type ModelRecords } from './modelRecords';

/**
 * Describes a checkpoint without a graph: its graph is built from the configuration, its weights stay where they are,
 * in float32.
 * @throws Failure "model-architecture", "model-configuration", "checkpoint-tensor", "checkpoint-type",
 * "model-truncated", "disk-space", …
 */
export async function describeCheckpoint(found: ModelFiles): Promise<ModelDescription> {
  const { checkpoint, records } = found.kind === 'gguf' ? await fromGguf(found) : await fromSafetensors(found);
  requireFamily(checkpoint.config);
  // The configuration shapes the graph as the weights do; a GGUF file holds both.
  const sha256 = await hashModel(
    found.kind === 'gguf' ? checkpoint.files : [...checkpoint.files, join(found.folder, 'config.json')],
  );
  return {
    ...found,
    records,
    sha256,
    files: checkpoint.files,
    fileModel: asFileModel(
      buildModel(checkpoint.config, await weightsToFloat32(checkpoint.weights, { sha256, files: checkpoint.files })),
    ),
  };
}

interface Read {
  readonly checkpoint: Checkpoint;
  readonly records: ModelRecords;
}

async function fromGguf(found: ModelFiles): Promise<Read> {
  const checkpoint = openGguf(found.file);
  return { checkpoint, records: await ggufRecords(checkpoint, found) };
}

async function fromSafetensors(found: ModelFiles): Promise<Read> {
  const [checkpoint, records] = await Promise.all([openSafetensors(found.folder, found.file), readModelRecords(found)]);
  return { checkpoint, records };
}
