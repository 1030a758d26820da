import { defaultOutputTokens, type WrittenDecoding } from '../template/settings/decoding/decodingKeys';
import type { Settings } from '../template/settings/settings';

/** How answers are written, nothing left to a default. */
export interface Decoding {
  /** 0 writes the likeliest token. */
  readonly temperature: number;
  /** Infinity draws from all. */
  readonly topK: number;
  /** 1 draws from all. */
  readonly topP: number;
  /** New tokens at most; the model's context may end before. */
  readonly most: number;
  readonly stopSequences: readonly string[];
  readonly seed: number;
}

/** The decoding of a task's settings; runs of versions that read no `config` decoded greedily. */
export const decodingOf = ({ config = {}, seed }: Pick<Settings, 'config' | 'seed'>): Decoding =>
  decodingFrom(config, seed);

/** @param seed of the run, for a `config` that writes none */
export const decodingFrom = (written: WrittenDecoding, seed = 0): Decoding => ({
  temperature: written.temperature ?? 0,
  topK: written.topK ?? Infinity,
  topP: written.topP ?? 1,
  most: written.maxOutputTokens ?? defaultOutputTokens,
  stopSequences: written.stopSequences ?? [],
  seed: written.seed ?? seed,
});

/** Whether the graph's own choice, the likeliest token, is what decoding takes. */
export const takesLikeliest = ({ temperature }: Pick<Decoding, 'temperature'>): boolean => temperature === 0;
