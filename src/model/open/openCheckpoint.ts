import { join } from 'node:path';
import type { Model } from '../../onnx/graph';
import { buildModel, requireFamily } from '../build/buildModel';
import type { Checkpoint } from '../weights/weights';
import { openSafetensors } from '../weights/openSafetensors';
import { widenWeights } from '../weights/float32Weights';
import { openGguf } from '../gguf/openGguf';
import { hashModel } from './hashModel';
import type { ModelFiles } from './modelFiles';
import { ggufRecords, readModelRecords, type ModelRecords } from './modelRecords';

/** A model read from its files, its graph not yet prepared for training. */
export interface ReadModel {
  readonly records: ModelRecords;
  readonly graph: Model;
  readonly sha256: string;
  /** The files that hold it, the one that was named first. */
  readonly files: readonly string[];
}

/**
 * Opens a checkpoint without a graph: its graph is built from the configuration, its weights stay where they lie, in float32.
 * @throws Failure "model-architecture", "model-configuration", "checkpoint-tensor", "checkpoint-type", "model-truncated", "disk-space", …
 */
export async function openCheckpoint(place: ModelFiles): Promise<ReadModel> {
  const { checkpoint, records } = place.kind === 'gguf' ? await fromGguf(place) : await fromSafetensors(place);
  requireFamily(checkpoint.config);
  // The configuration shapes the graph as the weights do; a GGUF file holds both.
  const sha256 = await hashModel(
    place.kind === 'gguf' ? checkpoint.files : [...checkpoint.files, join(place.folder, 'config.json')],
  );
  return {
    records,
    sha256,
    files: checkpoint.files,
    graph: buildModel(checkpoint.config, await widenWeights(checkpoint.weights, { sha256, files: checkpoint.files })),
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
