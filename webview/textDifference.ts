import { wordDifference } from '../src/wordDifference';
import { element } from './element';

/** A text with what has come in underlined and what has gone struck through, so that colour is not needed. */
export function textDifference(before: string, after: string): HTMLElement {
  const pieces = wordDifference(before, after);
  return element(
    'p',
    { class: 'difference' },
    ...pieces.map(({ kind, text }) => (kind === 'same' ? text : element(kind, {}, text))),
  );
}
