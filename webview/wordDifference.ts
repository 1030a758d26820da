import { diffWordsWithSpace } from 'diff';
import { element } from './element';

/** Texts longer than this are shown without differences: finding them would take too long. */
const longest = 20_000;

/**
 * A text with what has come in and what has gone, word by word.
 * Additions are underlined and removals struck through, so that colour is not needed.
 */
export function wordDifference(before: string, after: string): HTMLElement {
  const whole = element('p', { class: 'difference' });
  if (before.length + after.length > longest) {
    whole.append(after);
    return whole;
  }
  for (const { value, added, removed } of diffWordsWithSpace(before, after)) {
    whole.append(added ? element('ins', {}, value) : removed ? element('del', {}, value) : value);
  }
  return whole;
}
