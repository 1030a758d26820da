import type { FileRegion } from '../../onnx/fileRegion';
import type { NumberFormat } from './numberFormats';

/** A weight as a checkpoint's file stores it. */
export interface StoredWeight {
  /** Row-major, as PyTorch says it: a linear layer is `[out, in]`. */
  readonly dims: readonly number[];
  readonly format: NumberFormat;
  readonly region: FileRegion;
  /** Which stored row (along the first axis) is each row; undefined where the order is as stored. */
  readonly rowOrder?: (row: number) => number;
}

/** The weights of a model without its graph. */
export interface Checkpoint {
  /** `config.json`, or the same record made from a GGUF file's metadata. */
  readonly config: Readonly<Record<string, unknown>>;
  /** By the names that transformers gives them. */
  readonly weights: ReadonlyMap<string, StoredWeight>;
  /** All files that take part, the one that was named first. */
  readonly files: readonly string[];
}
