import { isFlag, isNumber, isText, listOf, object, optional, tuple, type Infer } from '../../channel/guards';
import { isAcceptedEdit, isFrontText } from './front/frontText';
import { isFluencyScore } from './judging/fluency';
import { isCarriedEdit } from './text/carriedEdit';

/** Losses by row. */
const isLosses = listOf(tuple(isNumber, isNumber));

/** A text that a path tries to better. */
const isPathText = object({
  source: isText,
  fluencyScore: isFluencyScore,
  edits: listOf(isAcceptedEdit),
  /** What is known of it on training rows. */
  losses: isLosses,
  /** And on the rows that choose, where it was measured there. */
  choosing: optional(isLosses),
});
export type PathText = Infer<typeof isPathText>;

/** The search within one readability, which goes from text to text. */
const isPath = object({
  /** Prompts that it has spent. */
  spent: isNumber,
  /** Iterations since the last accepted edit, and beginnings in a row that have found nothing. */
  idle: isNumber,
  emptyRestarts: isNumber,
  hasGained: isFlag,
  ended: isFlag,
  /** The text that it tries to better; absent before its first iteration. */
  current: optional(isPathText),
  /**
   * Texts that came close to it, the best first, from which the path goes on where `current` leads nowhere. Searches
   * begun by earlier versions lack them, and the edits.
   */
  beam: optional(listOf(isPathText)),
  /** Edits that helped on a few rows, the best first. */
  edits: optional(listOf(isCarriedEdit)),
  /** Texts that it has measured. */
  seen: listOf(isText),
});
export type Path = Infer<typeof isPath>;

/** Everything that a search goes on from: the same state leads to the same end. */
export const isSearchState = object({
  iteration: isNumber,
  /** Prompts spent. */
  done: isNumber,
  /** Texts that were accepted, the original first. */
  texts: listOf(isFrontText),
  /** Of the original, on the rows that choose. */
  losses: isLosses,
  /** By rising bounds. */
  paths: listOf(isPath),
});
export type SearchState = Infer<typeof isSearchState>;
