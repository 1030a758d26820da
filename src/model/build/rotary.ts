import type { Builder } from '../../onnx/builder';
import { requireKnownKeys, type KnownKeys } from './knownKeys';
import { notBuilt, number, word, type Config } from './settings';

/**
 * Rotary position embedding (Su et al. 2021) as transformers lays it out: number i of a head is rotated together with
 * number i + n/2 of the n that are rotated.
 */
export interface RotaryEmbedding {
  /**
   * @param x [batch, sequence, heads, head size]
   * @returns the same shape, the first numbers of each head rotated by their position
   */
  rotate(x: string): string;
}

interface RotaryOptions {
  /** Numbers of a head that are rotated; the others stay. */
  readonly rotated: number;
  readonly headSize: number;
  /** Radians per position, for each pair of numbers: [rotated / 2]. */
  readonly frequencies: readonly number[];
}

/**
 * Sines and cosines [batch, sequence, 1, rotated] are computed once for all layers.
 * @param positions int64 [batch, sequence]
 */
export function createRotaryEmbedding(
  b: Builder,
  positions: string,
  { rotated, headSize, frequencies }: RotaryOptions,
): RotaryEmbedding {
  const at = b.op('Unsqueeze', [b.op('Cast', [positions], { to: 1 }), b.ints([2])]);
  const perPair = b.op('Mul', [
    at,
    b.constant({ type: 1, dims: [rotated / 2], bytes: new Uint8Array(Float32Array.from(frequencies).buffer) }),
  ]);
  const angles = b.op('Unsqueeze', [b.op('Concat', [perPair, perPair], { axis: -1 }), b.ints([2])]);
  const [cos, sin] = [b.op('Cos', [angles]), b.op('Sin', [angles])];
  const rotateAll = (x: string): string => {
    const [first, second] = b.ops('Split', [x], 2, { axis: -1, num_outputs: 2 }) as [string, string];
    const across = b.op('Concat', [b.op('Neg', [second]), first], { axis: -1 });
    return b.op('Add', [b.op('Mul', [x, cos]), b.op('Mul', [across, sin])]);
  };
  return {
    rotate(x) {
      if (rotated === headSize) return rotateAll(x);
      const [rotatedPart, rest] = b.ops('Split', [x, b.ints([rotated, headSize - rotated])], 2, { axis: -1 }) as [
        string,
        string,
      ];
      return b.op('Concat', [rotateAll(rotatedPart), rest], { axis: -1 });
    },
  };
}

/** More than any model rotates: a damaged configuration. */
const mostRotated = 65536;

/**
 * Radians per position, θ^(-2i/n) for pair i, as the configuration scales them: not at all, linearly, or as Llama 3
 * does.
 * @param rotated numbers of a head that are rotated, n
 * @returns [rotated / 2]
 * @throws Failure "model-architecture" for other scalings
 */
export function rotaryFrequencies(config: Config, rotated: number, architecture: string): readonly number[] {
  const stated = (config.rope_parameters ?? config.rope_scaling ?? {}) as Config;
  const kind = word(stated, 'rope_type', word(stated, 'type', 'default'));
  if (!scalings.has(kind)) throw notBuilt(architecture, `rotary positions of the kind "${kind}"`);
  requireKnownKeys(stated, keysOf(architecture), { of: `the rotary positions of ${architecture}` });
  const theta = number(stated, ['rope_theta'], number(config, ['rope_theta', 'rotary_emb_base'], 10000));
  if (rotated > mostRotated) throw notBuilt(architecture, `${rotated} rotated numbers in a head`);
  const plain = Array.from({ length: rotated / 2 }, (_, i) => theta ** ((-2 * i) / rotated));
  if (kind === 'default') return plain;
  if (kind === 'linear') return plain.map((frequency) => frequency / number(stated, ['factor']));
  if (kind === 'llama3') return plain.map((frequency) => llama3(frequency, stated));
  if (kind === 'factors' && Array.isArray(stated.factors) && stated.factors.length === plain.length)
    return plain.map((frequency, i) => frequency / (stated.factors as number[])[i]!);
  throw notBuilt(architecture, `rotary positions of the kind "${kind}"`);
}

const scalings = new Set(['default', 'linear', 'llama3', 'factors']);

/** Keys of `rope_parameters`, or `rope_scaling`. Part of a head is rotated by NeoX alone. */
const keysOf = (architecture: string): KnownKeys => ({
  used: ['rope_type', 'type', 'rope_theta', 'factor', 'factors', ...llama3Keys],
  only: { partial_rotary_factor: [1] },
  ...(architecture === 'gpt_neox' && { idle: ['partial_rotary_factor'] }),
});

const llama3Keys = ['factor', 'low_freq_factor', 'high_freq_factor', 'original_max_position_embeddings'] as const;

/** Long waves are slowed by the factor, short ones are not, and those between in part (Llama 3.1). */
function llama3(frequency: number, stated: Config): number {
  const [factor, low, high, context] = llama3Keys.map((name) => number(stated, [name])) as [
    number,
    number,
    number,
    number,
  ];
  const turns = (context * frequency) / (2 * Math.PI);
  if (turns < low) return frequency / factor;
  if (turns > high) return frequency;
  const smooth = (turns - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}
