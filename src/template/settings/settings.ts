import type { DataSource } from '../../data/table/tableFormat';
import type { MetricSetting } from '../../metrics/metricSetting';
import type { WrittenDecoding } from './decoding/decodingKeys';
import type { Propose } from './proposeSetting';
import type { Examples } from './examplesSetting';

/**
 * The four methods, in the order in which they are listed and compared: each trains more than the one before.
 * PEFT's names for the last three are accepted as aliases when a file is read.
 */
export const methods = ['hard', 'soft', 'v1', 'v2'] as const;
export type Method = (typeof methods)[number];
export const methodAliases: Readonly<Record<string, Method>> = {
  'prompt-tuning': 'soft',
  'p-tuning': 'v1',
  'p-tuning-v2': 'v2',
};
/** The parts of the data, in the order in which they are listed. */
export const splits = ['train', 'dev', 'test'] as const;
export type Optimizer = 'adamw' | 'adafactor' | 'sgd';
export type Schedule = 'constant' | 'linear' | 'cosine';
export type Objective = 'label' | 'token';
/** Where the longest value of a row is cut that does not fit. */
export type Truncation = 'none' | 'middle' | 'start' | 'end';

/** How much worse than the original a rewritten text may read: in a word, or in nats per token above it. */
export type Readability = 'strict' | 'fair' | 'free' | number;

/** The form in which a model reads a prompt: `auto` is messages where the model has a chat template, else one text. */
export type Format = 'auto' | 'chat' | 'text';
/** What examples are in a chat: as the template writes them, turns of their own, or text within one message. */
export type ExamplesAs = 'written' | 'turns' | 'text';

/** Initial values of virtual tokens. `text` without words uses the template's own instruction. */
export type Initialisation =
  | { readonly kind: 'text'; readonly words?: string }
  | { readonly kind: 'vocabulary' }
  | { readonly kind: 'labels' }
  | { readonly kind: 'uniform' }
  /** Normal with standard deviation 0.02, as transformers initialises embeddings. */
  | { readonly kind: 'normal' }
  | { readonly kind: 'zero' };

/** Every `tune.*` setting of one run, resolved: nothing is left to a default. */
export interface Settings {
  readonly method: Method;
  /** Files as written in the template, relative to its folder. */
  readonly data: { readonly train?: DataSource; readonly dev?: DataSource; readonly test?: DataSource };
  /** Verbalizer: label → the words (as text, leading space included) that stand for it. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Virtual tokens in front of a template that has none of its own. */
  readonly length: number;
  readonly init: Initialisation;
  readonly encoder: 'lstm' | 'mlp';
  /** Hidden size of encoder or projection; 0 means that of the paper. */
  readonly encoderSize: number;
  readonly projection: boolean;
  readonly dropout: number;
  readonly optimizer: Optimizer;
  /**
   * Forward passes alone, by an evolution strategy, without optimizer, schedule, warm-up, decay, clipping or dropout.
   */
  readonly blackBox: boolean;
  readonly learningRate: number | 'auto';
  readonly schedule: Schedule;
  /** Steps of linear warm-up; below 1 a fraction of `steps`. */
  readonly warmup: number;
  readonly weightDecay: number;
  readonly steps: number;
  readonly batchSize: number;
  /** Batches whose gradients are averaged into one step. */
  readonly accumulate: number;
  /** Largest gradient norm; 0 switches clipping off. */
  readonly clip: number;
  readonly seed: number;
  /** Divides the rows where dev and test take shares of train's. Absent in runs of earlier versions. */
  readonly splitSeed?: number;
  /** Number of seeds of a study: seed, seed + 1, … */
  readonly seeds: number;
  /** Steps between evaluations on dev. */
  readonly evalEvery: number;
  /** Dev rows whose answers are written at an evaluation. Absent in runs of versions that chose by the loss alone. */
  readonly evalRows?: number;
  /** Evaluations without gain after which training stops; 0 switches early stopping off. */
  readonly patience: number;
  readonly objective: Objective;
  /** Share of an answer's target that is spread over all labels, or over the vocabulary; absent in earlier runs: 0. */
  readonly labelSmoothing?: number;
  /** Column of the train rows that says how much each counts; absent where all count alike. */
  readonly weight?: string;
  readonly prefixSharing: boolean;
  /** Recomputes activations for the gradient, layer by layer, instead of keeping them; no number changes. */
  readonly checkpointing: boolean;
  /** Where `v2` puts its vectors: keys and values in every layer, or virtual tokens at the input. */
  readonly layers: 'all' | 'input';
  readonly instruction: 'fixed' | 'embeddings' | 'text' | 'both';
  /** Prompts that the search for a better instruction may run through the model. */
  readonly searchBudget: number;
  /** How much worse a rewritten instruction may read, see `readabilityBound`. Absent in runs of earlier versions. */
  readonly readability?: Readability;
  /** Longest prompt in tokens, virtual ones included; 0 means the model's context. */
  readonly maxLength: number;
  readonly truncate: Truncation;
  /** Absent in runs of versions that knew no messages: text. */
  readonly format?: Format;
  /** Variables of the model's chat template. */
  readonly chat?: Readonly<Record<string, unknown>>;
  /** Whether the white space around messages is the template's layout. */
  readonly trimMessages?: boolean;
  readonly examplesAs?: ExamplesAs;
  /** Prompts that ask a model for a better instruction. Absent in runs of earlier versions: none. */
  readonly propose?: Propose;
  /** Rows of train that every prompt shows with their answers. Absent in runs of earlier versions: none. */
  readonly examples?: Examples;
  /** What text answers are judged by, the deciding one first. Absent in runs of versions that had one: exact match. */
  readonly metrics?: readonly MetricSetting[];
  /**
   * How answers of free text are decoded; absent for labels, where nothing is written, and in runs of earlier versions:
   * greedily.
   */
  readonly config?: WrittenDecoding;
  /** Whether answers are held to `output.schema` while they are written; absent where none are JSON. */
  readonly constrain?: boolean;
}
