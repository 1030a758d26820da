import { wordDifference } from '../src/wordDifference';
import { element } from './element';

/** Characters of two texts whose differences are found at once; those of longer ones follow one after the other. */
const mostAtOnce = 4000;

/**
 * A text with what has come in underlined and what has gone struck through, so that colour is not needed.
 * Of long texts the later one stands there as it is until the page has drawn.
 */
export function textDifference(before: string, after: string): HTMLElement {
  const whole = element('p', { class: 'difference' });
  const draw = (): void =>
    whole.replaceChildren(
      ...wordDifference(before, after).map(({ kind, text }, i, parts) =>
        kind === 'same'
          ? text
          : // What has gone and what stands there instead would read as one word.
            element(kind, i > 0 && parts[i - 1]!.kind !== 'same' ? { class: 'touching' } : {}, text),
      ),
    );
  if (before.length + after.length <= mostAtOnce) draw();
  else {
    whole.textContent = after;
    whole.setAttribute('aria-busy', 'true');
    whenDrawn(() => {
      // What has left the page meanwhile is not worth the time.
      if (whole.isConnected) draw();
      whole.removeAttribute('aria-busy');
    });
  }
  return whole;
}

let drawn: Promise<void> = Promise.resolve();

/** Does pieces of work one after the other, with the page drawn and asked in between. */
function whenDrawn(work: () => void): void {
  drawn = drawn.then(() => new Promise((resolve) => setTimeout(resolve))).then(work);
}
