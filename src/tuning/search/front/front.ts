import { countsReadability, namedBounds } from '../bounds';
import type { FrontText } from './frontText';

/** What decides among texts. */
type Judged = Pick<FrontText, 'accuracy' | 'loss'>;

/**
 * What a nat is worth in accuracy, so that one more right answer by luck does not choose a text that is surer of wrong
 * ones.
 */
const accuracyOfNat = 0.1;
/** What a text must be better by, so that a wider readability is worth choosing it. */
const priceOfReadability = 0.02;

/** What a text came to: accuracy where there is one, less its loss. */
const merit = ({ accuracy, loss }: Judged): number =>
  accuracy === undefined ? -loss : accuracy - accuracyOfNat * loss;

/** Whether one text did better than another on the same rows. */
export const isBetter = (one: Judged, other: Judged): boolean => merit(one) > merit(other);

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

/** Whether a text stands within a bound, in nats per token above the original. */
export const isWithin = (text: Pick<FrontText, 'bound'>, bound: number): boolean => boundOf(text) <= bound;

/**
 * The text that does best among those within the bound; of equals the earliest, so that the original stays unless it is
 * beaten. One that was found within a wider bound than another must be better by a margin, and right more often, as far
 * as readability counts: what is hard to read and answers no better is worth nothing.
 * @param texts the original first
 * @param bound nats per token above the original
 */
export function chooseText(texts: readonly FrontText[], bound: number): FrontText {
  const [original, ...others] = texts as readonly [FrontText, ...FrontText[]];
  const within = others.filter((text) => isWithin(text, bound));
  const bounds = [...new Set(within.map(boundOf))].sort((a, b) => a - b);
  const best = (one: FrontText, other: FrontText): FrontText => (isBetter(other, one) ? other : one);
  const narrowest = bounds[0] ?? 0;
  return bounds.reduce((chosen, level) => {
    const own = within.filter((text) => boundOf(text) === level);
    return !countsReadability(level) || (level === narrowest && narrowest <= namedBounds[0]!)
      ? own.reduce(best, chosen)
      : own.filter((text) => isWorthReadability(text, chosen)).reduce(best, chosen);
  }, original);
}

/** Nats per token above the original within which a text stands. */
export const boundOf = ({ bound }: Pick<FrontText, 'bound'>): number => bound ?? Infinity;

const isWorthReadability = (text: FrontText, other: FrontText): boolean =>
  merit(text) > merit(other) + priceOfReadability && (text.accuracy === undefined || text.accuracy > other.accuracy!);
