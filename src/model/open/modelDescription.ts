import type { Graph, Model } from '../../onnx/graph';
import type { ModelFiles } from './modelFiles';
import type { ModelRecords } from './modelRecords';

declare const asWritten: unique symbol;

/**
 * A model's graph as its file says it, or as it was built for its weights: operators, types and names are the
 * exporter's. It is read, counted and hashed, and never run; what is run and trained through is made of it
 * (model/graph/trainingGraph).
 */
export type FileGraph = Graph & { readonly [asWritten]: true };

/** Marks a graph that was just read or built. */
export const asFileModel = (model: Model): Model<FileGraph> => model as Model<FileGraph>;

/** All that the files of a model say; nothing of it has been run. */
export interface ModelDescription extends ModelFiles {
  /** Its `config.json` and tokenizer files, or what a GGUF file holds in their place. */
  readonly records: ModelRecords;
  readonly fileModel: Model<FileGraph>;
  readonly sha256: string;
  /** All files that hold its graph and weights, `file` first. */
  readonly files: readonly string[];
}
