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
export async function describeCheckpoint(place: ModelFiles): Promise<ModelDescription> {
  const { checkpoint, records } = place.kind === 'gguf' ? await fromGguf(place) : await fromSafetensors(place);
  requireFamily(checkpoint.config);
  // The configuration shapes the graph as the weights do; a GGUF file holds both.
  const sha256 = await hashModel(
    place.kind === 'gguf' ? checkpoint.files : [...checkpoint.files, join(place.folder, 'config.json')],
  );
  return {
    ...place,
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

async function fromGguf(place: ModelFiles): Promise<Read> {
  const checkpoint = openGguf(place.file);
  return { checkpoint, records: await ggufRecords(checkpoint, place) };
}

async function fromSafetensors(place: ModelFiles): Promise<Read> {
  const [checkpoint, records] = await Promise.all([openSafetensors(place.folder, place.file), readModelRecords(place)]);
  return { checkpoint, records };
}
