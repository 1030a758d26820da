import type { Side } from '../../channel/messageChannel';
import {
  isFlag,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  tableOf,
  tuple,
  type Infer,
} from '../../channel/guards';
import { isModelSpeed } from '../../inspection/estimate/modelSpeed';
import { isMethod } from '../../runs/record/words/recordWords';

export type { ModelSpeed } from '../../inspection/estimate/modelSpeed';

/** Sizes of the model, of which the page shows these. */
const isConfiguration = object({
  kind: isText,
  /** `model_type` of transformers: llama, gpt2, qwen3 … */
  architecture: isText,
  layers: isNumber,
  hiddenSize: isNumber,
  heads: isNumber,
  keyValueHeads: isNumber,
  headSize: isNumber,
  vocabularySize: isNumber,
  /** Longest sequence in tokens. */
  contextLength: isNumber,
});

/** Whether a method works with a model, and in a sentence why not or only in part. */
const isMethodSupport = object({ method: isMethod, works: isFlag, note: optional(isText), tried: optional(isText) });

/** What the page of a model shows of it, each field as the inspection of a model says it. */
export const isShownModel = object({
  id: isText,
  folder: isText,
  file: isText,
  kind: oneOf('onnx', 'safetensors', 'gguf'),
  bytes: isNumber,
  sha256: isText,
  licence: nullable(isText),
  quantisation: nullable(isText),
  parameters: isNumber,
  dtypes: tableOf(isNumber),
  configuration: isConfiguration,
  opset: isNumber,
  operators: tableOf(isNumber),
  tokenizer: object({ kind: isText, tokens: isNumber, special: tableOf(isText) }),
  inputs: listOf(isText),
  outputs: listOf(isText),
  keyValueCache: oneOf('exported', 'added', 'none'),
  operatorsWithoutRule: listOf(isText),
  methods: listOf(isMethodSupport),
  /** What the program that keeps the model would add and is not added here, a name and a sentence each. */
  additions: listOf(tuple(isText, isText)),
});
export type ShownModel = Infer<typeof isShownModel>;

const isModelPageState = object({
  /** What a template writes as `model`. */
  reference: isText,
  model: nullable(isShownModel),
  /** Why the model cannot be opened. */
  problem: nullable(isText),
});
export type ModelPageState = Infer<typeof isModelPageState>;

/** What the editor keeps of a page over a restart. */
export const isKeptModel = object({ reference: isText, speed: optional(isModelSpeed) });
export type KeptModel = Infer<typeof isKeptModel>;

/** The extension's side of the channel; the page serves nothing. */
export const modelSide = {
  calls: {
    show: { request: object({ reference: nullable(isText) }), result: isModelPageState },
    /** Times a forward pass and a training step, in a process of its own. */
    measure: { request: object({ reference: isText }), result: isModelSpeed },
  },
  events: {},
} as const satisfies Side;
