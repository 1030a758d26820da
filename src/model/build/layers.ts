import * as l10n from '@vscode/l10n';
import type { Builder } from '../../onnx/builder';
import { notBuilt } from './settings';
import type { ModelWeights } from './modelWeights';

/** What the layers of one model are built with. */
export interface LayerBuilder {
  readonly b: Builder;
  readonly weights: ModelWeights;
}

interface LinearOptions {
  readonly from: number;
  readonly to: number;
  readonly bias: boolean;
  /** Whether the weight is stored as `[from, to]` (GPT-2's Conv1D) instead of `[to, from]`. */
  readonly conv?: boolean;
}

/**
 * x Wᵀ + bias. The weight is used as it is stored; the session multiplies by it transposed.
 * @param x [batch, sequence, from]
 * @returns [batch, sequence, to]
 */
export function linear(
  { b, weights }: LayerBuilder,
  x: string,
  name: string,
  { from, to, bias, conv }: LinearOptions,
): string {
  const matrix = conv
    ? weights.take(`${name}.weight`, [from, to])
    : b.op('Transpose', [weights.take(`${name}.weight`, [to, from])], { perm: [1, 0] });
  const product = b.op('MatMul', [x, matrix]);
  return bias ? b.op('Add', [product, weights.take(`${name}.bias`, [to])]) : product;
}

/**
 * x / √(mean x² + ε) · weight over the last axis (Zhang and Sennrich 2019).
 * @param x [..., size]
 * @returns the same shape
 */
export function rootMeanSquareNorm(
  { b, weights }: LayerBuilder,
  x: string,
  name: string,
  { size, epsilon, fromOne = false }: RootMeanSquareNorm,
): string {
  const mean = b.op('ReduceMean', [b.op('Pow', [x, b.scalar(2)]), b.ints([-1])], { keepdims: 1 });
  const unit = b.op('Div', [x, b.op('Sqrt', [b.op('Add', [mean, b.scalar(epsilon)])])]);
  const weight = weights.take(`${name}.weight`, [size]);
  return b.op('Mul', [unit, fromOne ? b.op('Add', [weight, b.scalar(1)]) : weight]);
}

interface RootMeanSquareNorm {
  readonly size: number;
  readonly epsilon: number;
  /** Whether the stored weight is what is added to one (Gemma). */
  readonly fromOne?: boolean;
}

/**
 * (x - mean x) / √(variance x + ε) · weight + bias over the last axis (Ba et al. 2016); some have no bias.
 * @param x [..., size]
 * @returns the same shape
 */
export function layerNorm(
  { b, weights }: LayerBuilder,
  x: string,
  name: string,
  { size, epsilon, bias = true }: { readonly size: number; readonly epsilon: number; readonly bias?: boolean },
): string {
  const scale = weights.take(`${name}.weight`, [size]);
  const shift = bias ? [weights.take(`${name}.bias`, [size])] : [];
  return b.op('LayerNormalization', [x, scale, ...shift], { axis: -1, epsilon: { kind: 'float', value: epsilon } });
}

/** A gated network's sizes and form. */
export interface GatedNetwork {
  readonly architecture: string;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly activation: string;
  readonly bias: boolean;
  /** Whether one matrix holds both the gate and what it lets through. */
  readonly fused: boolean;
}

/**
 * W_down (f(W_gate x) · W_up x) (Shazeer 2020, GLU Variants Improve Transformer).
 * @param x [..., hidden]
 * @returns the same shape
 */
export function gatedNetwork(
  parts: LayerBuilder,
  x: string,
  name: string,
  { hiddenSize, intermediateSize, bias, fused, ...kind }: GatedNetwork,
): string {
  const { b } = parts;
  const inner = (part: string, to: number): string =>
    linear(parts, x, `${name}.${part}_proj`, { from: hiddenSize, to, bias });
  const [gate, up] = fused
    ? (b.ops('Split', [inner('gate_up', 2 * intermediateSize)], 2, { axis: -1, num_outputs: 2 }) as [string, string])
    : [inner('gate', intermediateSize), inner('up', intermediateSize)];
  const gated = b.op('Mul', [activation(b, gate, { kind: kind.activation, architecture: kind.architecture }), up]);
  return linear(parts, gated, `${name}.down_proj`, { from: intermediateSize, to: hiddenSize, bias });
}

/**
 * What follows each attention: W₂ f(W₁ x + b₁) + b₂ (Vaswani et al. 2017, 3.3), by the names of its two linear
 * layers.
 * @param x [batch, sequence, hidden]
 * @returns [batch, sequence, hidden]
 * @throws Failure "checkpoint-tensor", "model-architecture"
 */
export function feedForward(
  parts: LayerBuilder,
  x: string,
  names: readonly [string, string],
  kind: FeedForward,
): string {
  const { hiddenSize, intermediateSize, conv } = kind;
  const [into, out] = names;
  const inner = linear(parts, x, into, { from: hiddenSize, to: intermediateSize, bias: true, conv });
  const active = activation(parts.b, inner, { kind: kind.activation, architecture: kind.architecture });
  return linear(parts, active, out, { from: intermediateSize, to: hiddenSize, bias: true, conv });
}

interface FeedForward {
  readonly architecture: string;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly activation: string;
  readonly conv?: boolean;
}

/** An activation by the name that transformers gives it, position by position. @throws Failure "model-architecture" */
export function activation(
  b: Builder,
  x: string,
  { kind, architecture }: { readonly kind: string; readonly architecture: string },
): string {
  const apply = Object.hasOwn(activations, kind) ? activations[kind] : undefined;
  if (!apply) throw notBuilt(architecture, l10n.t`the activation "${kind}"`);
  return apply(b, x);
}

/** x σ(x) (Elfwing et al. 2017). */
const silu = (b: Builder, x: string): string => b.op('Mul', [x, b.op('Sigmoid', [x])]);

/** x Φ(x) (Hendrycks and Gimpel 2016). */
function gelu(b: Builder, x: string): string {
  const erf = b.op('Erf', [b.op('Div', [x, b.scalar(Math.SQRT2)])]);
  return b.op('Mul', [b.op('Mul', [x, b.op('Add', [erf, b.scalar(1)])]), b.scalar(0.5)]);
}

/** ½ x (1 + tanh √(2/π) (x + 0.044715 x³)) (Hendrycks and Gimpel 2016). */
function tanhGelu(b: Builder, x: string): string {
  const cubic = b.op('Add', [x, b.op('Mul', [b.op('Pow', [x, b.scalar(3)]), b.scalar(0.044715)])]);
  const tanh = b.op('Tanh', [b.op('Mul', [cubic, b.scalar(Math.sqrt(2 / Math.PI))])]);
  return b.op('Mul', [b.op('Mul', [x, b.scalar(0.5)]), b.op('Add', [tanh, b.scalar(1)])]);
}

const activations: Readonly<Record<string, (b: Builder, x: string) => string>> = {
  silu,
  swish: silu,
  gelu,
  gelu_new: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  relu: (b, x) => b.op('Relu', [x]),
};
