import * as l10n from '@vscode/l10n';
import type { Builder } from '../../onnx/builder';
import { int64Tensor } from '../../onnx/tensor';
import { requireKnownKeys, type KnownKeys } from './knownKeys';
import { notBuilt, number, word, type Config } from './settings';

/**
 * Rotary position embedding (Su et al. 2021) as transformers lays it out: number i of a head is rotated together with
 * number i + n/2 of the n that are rotated.
 */
export interface RotaryEmbedding {
  /**
   * @param x [batch, sequence, heads, head size]
   * @param heads how many
   * @returns the same shape, the first numbers of each head rotated by their position
   */
  rotate(x: string, heads: number): string;
}

/** How queries and keys are rotated. */
export interface Rotation {
  /** Radians per position, for each pair of numbers: [rotated / 2]. The numbers of a head behind these pairs stay. */
  readonly frequencies: readonly number[];
  /** Whether neighbours are rotated together instead of number i and number i + n/2 (ERNIE 4.5). */
  readonly neighbours?: boolean;
  /** What sines and cosines are multiplied by (LongRoPE, Ding et al. 2024); 1 unless stated. */
  readonly stretch?: number;
}

/**
 * Sines and cosines are computed once for all layers of one rotation: a table with a row for each place of the batch.
 * @param positions int64 [batch, sequence]
 */
export function createRotaryEmbedding(
  b: Builder,
  positions: string,
  { frequencies, neighbours = false, stretch = 1, headSize }: Rotation & { readonly headSize: number },
): RotaryEmbedding {
  const pairs = frequencies.length;
  const at = b.op('Cast', [b.op('Reshape', [positions, b.ints([-1, 1])])], { to: 1 });
  const angles = b.op('Mul', [
    at,
    b.constant({ type: 1, dims: [pairs], bytes: new Uint8Array(Float32Array.from(frequencies).buffer) }),
  ]);
  const stretched = (value: string): string => (stretch === 1 ? value : b.op('Mul', [value, b.scalar(stretch)]));
  const [cos, sin] = [stretched(b.op('Cos', [angles])), stretched(b.op('Sin', [angles]))];
  const places = placesOf(b, positions);
  return {
    rotate(x, heads) {
      const flat = b.op('Reshape', [x, b.ints([0, 0, heads * headSize])]);
      const rotated = b.op('com.microsoft.RotaryEmbedding', [flat, places, cos, sin], {
        interleaved: neighbours ? 1 : 0,
        num_heads: heads,
        ...(2 * pairs < headSize && { rotary_embedding_dim: 2 * pairs }),
      });
      return b.op('Reshape', [rotated, b.ints([0, 0, heads, headSize])]);
    },
  };
}

/** 0, 1, 2, … in the shape of the positions: which row of the tables is that of a place. */
function placesOf(b: Builder, positions: string): string {
  const [zero, one] = [0, 1].map((number) => b.constant(int64Tensor([], [number])));
  return b.op('Reshape', [b.op('Range', [zero!, b.op('Size', [positions]), one!]), b.op('Shape', [positions])]);
}

/** More than any model rotates: a damaged configuration. */
const mostRotated = 65536;

/** Where a rotation is stated, and for how much of a head. */
export interface StatedRotation {
  /** `rope_parameters`, or in older files `rope_scaling`; the configuration's own unless given. */
  readonly stated?: Config;
  /** Which part of each head is rotated; all unless given. */
  readonly part?: number;
}

/**
 * The rotation that a configuration states: radians per position, θ^(-2i/n) for pair i of the n rotated numbers, as
 * the configuration scales them: not at all, linearly, as Llama 3 does, or by LongRoPE's short factors.
 * @throws Failure "model-architecture" for other scalings
 */
export function rotationOf(
  config: Config,
  headSize: number,
  { stated = statedRotation(config), part = 1 }: StatedRotation = {},
): Rotation {
  const architecture = word(config, 'model_type', 'unknown');
  const kind = kindOf(stated, architecture);
  if (!scalings.has(kind)) throw notBuilt(architecture, l10n.t`rotary positions of the kind "${kind}"`);
  requireKnownKeys(stated, keysOf(part, kind), { of: l10n.t`the rotary positions of ${architecture}` });
  const theta = number(stated, ['rope_theta'], number(config, ['rope_theta', 'rotary_emb_base'], 10000));
  // Products such as 0.29 · 100 fall just below the whole number that is meant.
  const rotated = Math.floor(headSize * part + 1e-9);
  if (rotated > mostRotated || rotated < 2 || rotated > headSize || rotated % 2 !== 0)
    throw notBuilt(architecture, l10n.t`${rotated} rotated numbers in a head of ${headSize}`);
  const plain = Array.from({ length: rotated / 2 }, (_, i) => theta ** ((-2 * i) / rotated));
  if (kind === 'default') return { frequencies: plain };
  if (kind === 'linear') return { frequencies: plain.map((frequency) => frequency / number(stated, ['factor'])) };
  if (kind === 'llama3') return { frequencies: plain.map((frequency) => llama3(frequency, stated, config)) };
  if (kind === 'factors') return { frequencies: divided(plain, stated.factors, architecture) };
  return { frequencies: divided(plain, stated.short_factor, architecture), stretch: longRopeStretch(config, stated) };
}

const scalings = new Set(['default', 'linear', 'llama3', 'factors', 'longrope']);

/** Keys of `rope_parameters`, or `rope_scaling`, by what they scale; some state those of other kinds, too. */
const keysOf = (part: number, kind: string): KnownKeys => ({
  used: [
    ...['rope_type', 'type', 'rope_theta', 'factor', 'factors', 'original_max_position_embeddings'],
    ...['low_freq_factor', 'high_freq_factor'],
    ...(kind === 'longrope' ? ['short_factor', 'long_factor', 'attention_factor'] : []),
  ],
  only: { partial_rotary_factor: [part] },
});

function kindOf(stated: Config, architecture: string): string {
  const kind = word(stated, 'rope_type', word(stated, 'type', 'default'));
  // Phi 3's first files call LongRoPE so.
  return architecture === 'phi3' && (kind === 'su' || kind === 'yarn') ? 'longrope' : kind;
}

/** What a configuration says of its rotary positions, where all layers have the same. */
export const statedRotation = (config: Config): Config =>
  (config.rope_parameters ?? config.rope_scaling ?? {}) as Config;

function divided(plain: readonly number[], factors: unknown, architecture: string): readonly number[] {
  const fits =
    Array.isArray(factors) && factors.length === plain.length && factors.every((each) => typeof each === 'number');
  if (!fits) throw notBuilt(architecture, l10n.t`rotary factors that are not ${plain.length} numbers`);
  return plain.map((frequency, i) => frequency / (factors as readonly number[])[i]!);
}

/** √(1 + ln factor / ln original) unless the configuration states it (Ding et al. 2024). */
function longRopeStretch(config: Config, stated: Config): number {
  const longest = number(config, ['max_position_embeddings']);
  const original = originalLength(config, stated) ?? longest;
  const factor = number(stated, ['factor'], longest / original);
  const usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
  return number(stated, ['attention_factor'], usual);
}

const originalLength = (config: Config, stated: Config): number | undefined =>
  [config.original_max_position_embeddings, stated.original_max_position_embeddings].find(
    (value): value is number => typeof value === 'number',
  );

/**
 * The longest sequence that the rotation is right for: with LongRoPE the original length, since a longer one has other
 * factors from its first token on. Undefined where the configuration's own length holds.
 */
export function longestRotated(config: Config): number | undefined {
  const stated = statedRotation(config);
  return kindOf(stated, word(config, 'model_type', 'unknown')) === 'longrope'
    ? originalLength(config, stated)
    : undefined;
}

/** Long waves are slowed by the factor, short ones are not, and those between in part (Llama 3.1). */
function llama3(frequency: number, stated: Config, config: Config): number {
  const [factor, low, high] = ['factor', 'low_freq_factor', 'high_freq_factor'].map((name) =>
    number(stated, [name]),
  ) as [number, number, number];
  const context = originalLength(config, stated) ?? number(config, ['max_position_embeddings']);
  const turns = (context * frequency) / (2 * Math.PI);
  if (turns < low) return frequency / factor;
  if (turns > high) return frequency;
  const smooth = (turns - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}
