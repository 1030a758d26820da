import { boundsWithin, namedBounds, type EditKind } from '../bounds';
import type { SearchContext } from '../searchContext';
import type { PairedGain } from './instructionScorer';
import { keepsWords } from './keepsWords';

/** A step of a path, from a text to one that took its place. */
export interface PathStep {
  /** The bound of the path, nats per token above the original. */
  readonly bound: number;
  /** The narrowest bound that holds for the text before. */
  readonly before: number;
  /** What proposed the edit. */
  readonly origin: string;
  readonly gain: PairedGain;
}

/** What of a search it takes to judge a text. */
type Judging = Pick<SearchContext, 'written' | 'read' | 'namesIn' | 'start'> & {
  readonly task: { readonly settings: { readonly blackBox: boolean } };
};

/** Edits that every bound allows if the text keeps to its rules. */
const ofEveryBound: ReadonlySet<string> = new Set<EditKind>(['paraphrase', 'sentence', 'list', 'way', 'form']);

/**
 * The narrowest bound that holds for a text, although a path within a wider one has found it: where the text before
 * kept to it, and the edit, what it gained and what came of it do so as well. Else a text that reads better and does
 * better than the one chosen within a bound would stand beside it and not be chosen.
 * @param readability nats per token above the original
 */
export function narrowestBound(
  { source, readability }: { readonly source: string; readonly readability: number },
  setting: Judging,
  { bound, before, origin, gain }: PathStep,
): number {
  if (!ofEveryBound.has(origin)) return bound;
  const holds = (narrower: number): boolean => {
    const rules = boundsWithin(narrower, !setting.task.settings.blackBox);
    const isGain = gain.gain > Math.max(rules.leastGain, rules.standardErrors * gain.standardError);
    return isGain && readability <= narrower && keepsWords(setting, rules)(source);
  };
  return namedBounds.find((narrower) => narrower >= before && narrower < bound && holds(narrower)) ?? bound;
}
