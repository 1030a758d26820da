import type { ModelPageState, ShownModel } from '../../../src/views/models/contract';

const folder = [
  '/home/ada/.cache/huggingface/hub/models--HuggingFaceTB--SmolLM2-135M-Instruct',
  'snapshots/7e27bd9f95328f0f3b08261d1252705110c806f8',
].join('/');

const model: ShownModel = {
  id: 'HuggingFaceTB/SmolLM2-135M-Instruct',
  folder,
  file: `${folder}/onnx/model.onnx`,
  kind: 'onnx',
  bytes: 654e6,
  sha256: 'a'.repeat(64),
  licence: 'apache-2.0',
  quantisation: null,
  parameters: 134_515_008,
  dtypes: { float32: 0.999, int64: 0.001 },
  configuration: {
    kind: 'causal',
    architecture: 'llama',
    layers: 30,
    hiddenSize: 576,
    heads: 9,
    keyValueHeads: 3,
    headSize: 64,
    vocabularySize: 49152,
    contextLength: 8192,
  },
  tokenizer: {
    kind: 'BPE',
    tokens: 49152,
    special: { bos: '<|im_start|>', eos: '<|im_end|>', pad: '<|im_end|>', unk: '<|endoftext|>' },
  },
  opset: 18,
  operators: { MatMul: 272, Mul: 303, Add: 182, Transpose: 121, Reshape: 120, Concat: 92, Softmax: 30, Sigmoid: 30 },
  inputs: ['input_ids', 'attention_mask', 'position_ids'],
  outputs: ['logits'],
  keyValueCache: 'exported',
  operatorsWithoutRule: [],
  methods: [
    { method: 'hard', works: true },
    { method: 'soft', works: true },
    { method: 'v1', works: true },
    { method: 'v2', works: true },
  ],
  additions: [],
};

export const trainable: ModelPageState = { reference: model.id, model, problem: null };

/** A model that a gradient cannot pass through, named by a script. */
export const stubborn: ModelPageState = {
  reference: 'models/<script>alert(1)</script>',
  problem: null,
  model: {
    ...model,
    licence: null,
    keyValueCache: 'none',
    dtypes: { uint8: 0.82, float16: 0.18 },
    operators: { ...model.operators, 'com.example.Mystery': 12 },
    operatorsWithoutRule: ['com.example.Mystery'],
    methods: [
      { method: 'hard', works: true },
      ...(['soft', 'v1', 'v2'] as const).map((method) => ({
        method,
        works: false,
        note: 'There is no gradient rule for com.example.Mystery.',
      })),
    ],
  },
};

export const unreadable: ModelPageState = {
  reference: 'models/broken',
  model: null,
  problem: 'The file is not a complete ONNX model. It is probably cut off: download or copy it again.',
};

export const speed = {
  provider: 'cpu',
  batch: 4,
  tokens: 64,
  forwardTokensPerSecond: 1234.5,
  stepTokensPerSecond: 487.2,
  stepOverForward: 2.53,
  peakMemoryBytes: 1.42e9,
};
