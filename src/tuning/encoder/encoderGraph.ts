import { emptyGraph, extendGraph, standardModel, type Builder } from '../../onnx/builder';
import { ElementType, type Model } from '../../onnx/graph';

/**
 * A network that makes trained vectors from an embedding of their places, and is dropped after training:
 * `mlp` and `lstm` are P-Tuning v1's prompt encoders (Liu et al. 2021), `projection` is P-Tuning v2's (Liu et al.
 * 2022). Structure and parameter names are those of PEFT 0.21.
 */
export interface EncoderShape {
  readonly kind: 'mlp' | 'lstm' | 'projection';
  /** Vectors made. */
  readonly rows: number;
  /** Width of the embedding that goes in. */
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Width of the vectors that come out. */
  readonly outputSize: number;
}

export const encodedName = 'encoded';
/** The linear layer that an encoder ends with. */
export const lastLayers: Readonly<Record<EncoderShape['kind'], string>> = {
  mlp: 'mlp_head.4',
  lstm: 'mlp_head.2',
  projection: 'transform.2',
};
const lstmLayers = 2;
const directions = ['', '_reverse'] as const;

/** Dimensions of every trained array of an encoder, by PEFT's name; weights are `[out, in]` as in PyTorch. */
export function encoderParameters({
  kind,
  rows,
  inputSize,
  hiddenSize,
  outputSize,
}: EncoderShape): Readonly<Record<string, readonly number[]>> {
  const linear = (name: string, from: number, to: number): Record<string, readonly number[]> => ({
    [`${name}.weight`]: [to, from],
    [`${name}.bias`]: [to],
  });
  const embedding = { 'embedding.weight': [rows, inputSize] };
  switch (kind) {
    case 'mlp':
      return {
        ...embedding,
        ...linear('mlp_head.0', inputSize, hiddenSize),
        ...linear('mlp_head.2', hiddenSize, hiddenSize),
        ...linear('mlp_head.4', hiddenSize, outputSize),
      };
    case 'projection':
      return {
        ...embedding,
        ...linear('transform.0', inputSize, hiddenSize),
        ...linear('transform.2', hiddenSize, outputSize),
      };
    case 'lstm':
      return {
        ...embedding,
        ...lstmParameters(inputSize, hiddenSize),
        ...linear('mlp_head.0', 2 * hiddenSize, 2 * hiddenSize),
        ...linear('mlp_head.2', 2 * hiddenSize, outputSize),
      };
  }
}

function lstmParameters(inputSize: number, hiddenSize: number): Record<string, readonly number[]> {
  const gates = 4 * hiddenSize;
  return Object.fromEntries(
    Array.from({ length: lstmLayers }, (_, layer) =>
      directions
        .map((direction) => {
          const end = `_l${layer}${direction}`;
          const from = layer === 0 ? inputSize : 2 * hiddenSize;
          return [
            [`lstm_head.weight_ih${end}`, [gates, from]],
            [`lstm_head.weight_hh${end}`, [gates, hiddenSize]],
            [`lstm_head.bias_ih${end}`, [gates]],
            [`lstm_head.bias_hh${end}`, [gates]],
          ] as const;
        })
        .flat(),
    ).flat(),
  );
}

/** The encoder as a graph: its parameters go in, {@link encodedName} `[rows, output]` comes out. */
export function encoderModel(shape: EncoderShape): Model {
  const builder = extendGraph(emptyGraph, 'encoder/');
  for (const [name, dims] of Object.entries(encoderParameters(shape)))
    builder.input({ name, type: ElementType.float, dims });
  builder.alias(encode(builder, shape), encodedName);
  return standardModel(builder.graph([{ name: encodedName, type: ElementType.float }]));
}

function encode(builder: Builder, shape: EncoderShape): string {
  const { op } = builder;
  const linear = (x: string, name: string): string => op('Gemm', [x, `${name}.weight`, `${name}.bias`], { transB: 1 });
  const relu = (x: string): string => op('Relu', [x]);
  switch (shape.kind) {
    case 'mlp':
      return linear(relu(linear(relu(linear('embedding.weight', 'mlp_head.0')), 'mlp_head.2')), 'mlp_head.4');
    case 'projection':
      return linear(op('Tanh', [linear('embedding.weight', 'transform.0')]), 'transform.2');
    case 'lstm': {
      let x = 'embedding.weight';
      for (let layer = 0; layer < lstmLayers; layer++)
        x = bidirectional(builder, x, { layer, rows: shape.rows, hiddenSize: shape.hiddenSize });
      return linear(relu(linear(x, 'mlp_head.0')), 'mlp_head.2');
    }
  }
}

/**
 * One bidirectional LSTM layer, unrolled; the two directions run side by side as a batch of two.
 * @param x `[rows, in]` @returns `[rows, 2·hidden]`: forward, then backward
 */
function bidirectional(
  builder: Builder,
  x: string,
  { layer, rows, hiddenSize }: { readonly layer: number; readonly rows: number; readonly hiddenSize: number },
): string {
  const { op, ops, ints } = builder;
  const reversed = (value: string): string =>
    op('Gather', [value, ints(Array.from({ length: rows }, (_, i) => rows - 1 - i))], { axis: 0 });
  const stacked = (values: readonly string[]): string =>
    op(
      'Concat',
      values.map((value) => op('Unsqueeze', [value, ints([0])])),
      { axis: 0 },
    );
  const both = (name: string): readonly string[] =>
    directions.map((direction) => `lstm_head.${name}_l${layer}${direction}`);
  const transposed = (name: string): string =>
    stacked(both(name).map((weight) => op('Transpose', [weight], { perm: [1, 0] })));
  const bias = stacked(
    both('bias_ih').map((name, i) => op('Unsqueeze', [op('Add', [name, both('bias_hh')[i]!]), ints([0])])),
  );
  const inputs = op('Add', [op('MatMul', [stacked([x, reversed(x)]), transposed('weight_ih')]), bias]);
  const steps =
    rows === 1 ? [inputs] : ops('Split', [inputs, ints(new Array<number>(rows).fill(1))], rows, { axis: 1 });
  const recurrent = transposed('weight_hh');
  const sizes = ints(new Array<number>(4).fill(hiddenSize));
  let hidden: string | undefined;
  let cell: string | undefined;
  const outputs = steps.map((step) => {
    const gates = hidden ? op('Add', [step, op('MatMul', [hidden, recurrent])]) : step;
    const [input, forget, candidate, output] = ops('Split', [gates, sizes], 4, { axis: 2 }) as readonly [
      string,
      string,
      string,
      string,
    ];
    const written = op('Mul', [op('Sigmoid', [input]), op('Tanh', [candidate])]);
    cell = cell ? op('Add', [op('Mul', [op('Sigmoid', [forget]), cell]), written]) : written;
    hidden = op('Mul', [op('Sigmoid', [output]), op('Tanh', [cell])]);
    return hidden;
  });
  const [forward, backward] = ops('Split', [op('Concat', outputs, { axis: 1 }), ints([1, 1])], 2, { axis: 0 }).map(
    (value) => op('Squeeze', [value, ints([0])]),
  ) as [string, string];
  return op('Concat', [forward, reversed(backward)], { axis: 1 });
}
