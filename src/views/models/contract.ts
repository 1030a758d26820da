import type { MethodSupport, ModelInspection, TokenizerFacts } from '../../model/open/inspectModel';
import type { ModelSpeed } from '../../inspection/measureModel';
import type { Side } from '../../channel/messageChannel';
import {
  isFlag,
  isNumber,
  isObject,
  isText,
  listOf,
  nullable,
  oneOf,
  optional,
  shape,
  tableOf,
  type Guard,
} from '../../channel/guards';

/** What the page of a model shows of it. */
export type ShownModel = Omit<ModelInspection, 'trainable'>;

export interface ModelPageState {
  /** What a template writes as `model`. */
  readonly reference: string;
  readonly model: ShownModel | null;
  /** Why the model cannot be opened. */
  readonly problem: string | null;
}

/** What the editor keeps of a page over a restart. */
export interface KeptModel {
  readonly reference: string;
  readonly speed?: ModelSpeed;
}

export interface ModelCalls {
  show(request: { readonly reference: string | null }): ModelPageState;
  /** Times a forward pass and a training step, in a process of its own. */
  measure(request: { readonly reference: string }): ModelSpeed;
}

export const isSpeed: Guard<ModelSpeed> = shape<ModelSpeed>({
  provider: isText,
  batch: isNumber,
  tokens: isNumber,
  forwardTokensPerSecond: isNumber,
  stepTokensPerSecond: nullable(isNumber),
  stepOverForward: nullable(isNumber),
  peakMemoryBytes: isNumber,
});

const isConfiguration: Guard<ModelInspection['configuration']> = (value): value is ModelInspection['configuration'] =>
  isObject(value) &&
  isText(value.kind) &&
  isText(value.architecture) &&
  [
    value.layers,
    value.hiddenSize,
    value.heads,
    value.keyValueHeads,
    value.headSize,
    value.vocabularySize,
    value.contextLength,
  ].every(isNumber);

export const isShownModel: Guard<ShownModel> = shape<ShownModel>({
  id: isText,
  folder: isText,
  file: isText,
  kind: oneOf('onnx', 'safetensors', 'gguf'),
  bytes: isNumber,
  sha256: isText,
  licence: nullable(isText),
  parameters: isNumber,
  dtypes: tableOf(isNumber),
  configuration: isConfiguration,
  opset: isNumber,
  operators: tableOf(isNumber),
  tokenizer: shape<TokenizerFacts>({ kind: isText, tokens: isNumber, special: tableOf(isText) }),
  inputs: listOf(isText),
  outputs: listOf(isText),
  keyValueCache: oneOf('exported', 'added', 'none'),
  operatorsWithoutRule: listOf(isText),
  methods: listOf(
    shape<MethodSupport>({ method: oneOf('hard', 'soft', 'v1', 'v2'), works: isFlag, note: optional(isText) }),
  ),
});

export const isKeptModel: Guard<KeptModel> = shape<KeptModel>({ reference: isText, speed: optional(isSpeed) });

/** The extension's side of the channel; the page serves nothing. */
export const modelSide: Side<ModelCalls, object> = {
  calls: {
    show: {
      request: shape<{ readonly reference: string | null }>({ reference: nullable(isText) }),
      result: shape<ModelPageState>({ reference: isText, model: nullable(isShownModel), problem: nullable(isText) }),
    },
    measure: { request: shape<{ readonly reference: string }>({ reference: isText }), result: isSpeed },
  },
  events: {},
};
