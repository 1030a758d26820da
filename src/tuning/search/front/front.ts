import type { FrontText } from './frontText';

/** What decides among texts: accuracy where there is one, of equals the loss. */
type Judged = Pick<FrontText, 'accuracy' | 'loss'>;

/** Whether one text did better than another on the same rows. */
export function isBetter(one: Judged, other: Judged): boolean {
  const [a, b] = [one.accuracy ?? 0, other.accuracy ?? 0];
  return a > b || (a === b && one.loss < other.loss);
}

/** Whether one text is worth no place beside another that reads as well, is as short and does at least as well. */
function isSurpassed(text: FrontText, other: FrontText): boolean {
  if (other.readability > text.readability || other.tokens > text.tokens || isBetter(text, other)) return false;
  return other.readability < text.readability || other.tokens < text.tokens || isBetter(other, text);
}

/**
 * The best text at each readability and length: those that no other surpasses, the best to read first. The original
 * stays in any case, since the others are judged by it.
 * @param texts the original first
 * @param chosen stays as well: one found within a wider bound may surpass it
 */
export function frontOf(texts: readonly FrontText[], chosen?: FrontText): readonly FrontText[] {
  const [original] = texts;
  return texts
    .filter((text) => text === original || text === chosen || !texts.some((other) => isSurpassed(text, other)))
    .sort((a, b) => a.readability - b.readability || a.tokens - b.tokens);
}

/** Whether a text was found within a bound, in nats per token above the original. */
export const isWithin = (text: Pick<FrontText, 'bound'>, bound: number): boolean => (text.bound ?? Infinity) <= bound;

/**
 * The text that does best among those within the bound; of equals the earliest, so that the original stays unless it is
 * beaten.
 * @param texts the original first
 * @param bound nats per token above the original
 */
export function chooseText(texts: readonly FrontText[], bound: number): FrontText {
  return texts
    .filter((text, i) => i === 0 || isWithin(text, bound))
    .reduce((best, text) => (isBetter(text, best) ? text : best));
}
