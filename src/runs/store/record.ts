import type { Measures } from '../../scoring/evaluate';
import type { Method, Settings } from '../../template/settings/settings';
import type { AcceptedEdit } from '../../tuning/search/archive';

/** `lost` is never written: a reader derives it from `running` where nobody living holds the run. */
export type RunStatus = 'queued' | 'running' | 'done' | 'stopped' | 'failed' | 'lost';
export type Split = 'train' | 'dev' | 'test';

/** What `evaluate` measures on one split. */
export interface EvaluationResult extends Measures {
  readonly method: Method;
  readonly split: Split;
  /** Mean time of the evaluation for a row, model loaded; runs of earlier versions lack it. */
  readonly secondsPerRow?: number;
  readonly trainedParameters: number;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  /** Run id; null for a hard prompt evaluated outside a run. */
  readonly run: string | null;
}

/** `run.json`: everything needed to repeat, resume and explain a run. */
export interface RunRecord {
  readonly format: 1;
  readonly id: string;
  /** What a person calls it, notes of it and whether it is starred; read from `labels.json`. */
  readonly name?: string;
  readonly note?: string;
  readonly starred?: boolean;
  /** The study that the run is part of: trainings that differ only in the settings named. */
  readonly study?: { readonly id: string; readonly varied: readonly string[] };
  readonly method: Method;
  /** `partials` are the texts of the parts it includes; runs of earlier versions lack them. */
  readonly template: {
    readonly path: string;
    readonly text: string;
    readonly sha256: string;
    readonly partials?: Readonly<Record<string, string>>;
  };
  readonly settings: Settings;
  readonly data: Readonly<
    Partial<Record<Split, { readonly path: string; readonly rows: number; readonly sha256: string }>>
  >;
  readonly model: { readonly id: string; readonly path: string; readonly sha256: string; readonly parameters: number };
  /** `provider` ran the graphs; `providerNote` says why it is another than was asked for. Runs of earlier versions lack both. */
  readonly versions: {
    readonly promptTuner: string;
    readonly node: string;
    readonly onnxruntime: string;
    readonly provider?: string;
    readonly providerNote?: string;
  };
  readonly status: RunStatus;
  /** Process that works on the run, and when it last said so (ISO 8601). */
  readonly process?: { readonly pid: number; readonly heartbeat: string };
  /** How many holders the run has had; what one of them writes after another has taken over is refused. Runs of earlier versions lack it. */
  readonly generation?: number;
  readonly created: string;
  readonly started?: string;
  readonly finished?: string;
  readonly progress: RunProgress;
  readonly error?: { readonly code: string; readonly message: string };
  readonly result?: EvaluationResult;
  /** What the search for a better instruction came to, before the training that went on from it. */
  readonly rewritten?: Rewriting;
  /** Without anything learned, the text as it was written and as it was rewritten, on the split of `result`. */
  readonly originalResult?: EvaluationResult;
  readonly textResult?: EvaluationResult;
  /** Accuracy of the rewritten text less that of the original on the same rows, with its paired bootstrap interval (95 %). */
  readonly textGain?: { readonly mean: number; readonly interval: readonly [number, number] };
  /** The label that nearly all rows of `result` were called, although the data are more varied. */
  readonly collapsed?: string;
  /** The dev evaluation that chose the kept prompt. */
  readonly best?: { readonly step: number; readonly loss: number; readonly accuracy: number };
  /** Learning rate in force, once `auto` has been settled. */
  readonly learningRate?: number;
}

/** A task description before and after the search; both as they stand in the file. They are equal where nothing better was found. */
export interface Rewriting {
  readonly original: string;
  readonly instruction: string;
  /** The whole template with the instruction exchanged. */
  readonly text: string;
  readonly edits: readonly AcceptedEdit[];
}

export interface RunProgress {
  readonly phase: 'waiting' | 'loading' | 'searching' | 'sweep' | 'training' | 'testing' | 'finished';
  readonly step: number;
  readonly steps: number;
  readonly loss?: number;
  readonly devAccuracy?: number;
  readonly secondsLeft?: number;
}

/** A line of `metrics.jsonl`: a training step, or an evaluation on dev. */
export type MetricLine =
  | {
      readonly step: number;
      readonly loss: number;
      readonly learningRate: number;
      readonly gradientNorm: number;
      readonly examplesPerSecond: number;
      readonly memoryBytes?: number;
    }
  | {
      readonly step: number;
      readonly dev: { readonly loss: number; readonly accuracy: number; readonly macroF1: number };
    };

/** A line of `predictions.jsonl`: one row of the test split. */
export interface PredictionLine {
  /** Row number in the data file, from 0. */
  readonly row: number;
  readonly input: string;
  readonly expected: string;
  readonly predicted: string;
  /** Probability of each label (classification), in the order of the template's enum. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Tokens of the row's prompt, virtual ones included; runs of earlier versions lack it. */
  readonly promptTokens?: number;
  /** The row's share of the time that its batch took; runs of earlier versions lack it. */
  readonly seconds?: number;
}
