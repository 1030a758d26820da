import type { Readability } from '../../template/settings/settings';

/** What a text may be within a readability. Everything that `strict` means and others loosen stands here. */
export interface Bounds {
  /** How much worse than the original a text may read, nats per token. */
  readonly text: number;
  /** How much worse than what it changes an edit by itself may read, nats per token. */
  readonly edit: number;
  /** Share of the original's words that a text keeps at least. */
  readonly keptWords: number;
  /** Whether a word gives way only to one that means much the same. */
  readonly synonymsOnly: boolean;
  /** Whether label words and names of the prompt's parts stay where they are, and no others come in. */
  readonly keepsLabelWords: boolean;
  /** Whether single tokens are exchanged, which may leave a word in pieces. */
  readonly tokens: boolean;
  /** Standard errors by which a gain must exceed zero: the best of several that gain nothing often exceeds one. */
  readonly standardErrors: number;
  /** An edit that saves less is not worth changing what a person wrote, nats. */
  readonly leastGain: number;
}

/** Nats per token above the original that each word stands for. */
const nats: Readonly<Record<'strict' | 'fair' | 'free', number>> = { strict: 0.3, fair: 1.5, free: Infinity };

const strict: Bounds = {
  text: nats.strict,
  edit: 0.2,
  keptWords: 0.5,
  synonymsOnly: true,
  keepsLabelWords: true,
  tokens: false,
  standardErrors: 2,
  leastGain: 0.01,
};

/** How much worse than the original a text may read, nats per token. */
export const readabilityBound = (readability: Readability): number =>
  typeof readability === 'number' ? readability : nats[readability];

/** What a text may be at most that much worse to read. @param bound nats per token above the original */
export function boundsWithin(bound: number): Bounds {
  if (bound <= nats.strict) return { ...strict, text: bound };
  const isFree = bound === Infinity;
  return {
    text: bound,
    edit: Infinity,
    keptWords: 0,
    synonymsOnly: false,
    keepsLabelWords: !isFree,
    tokens: true,
    standardErrors: 1,
    leastGain: 0,
  };
}
