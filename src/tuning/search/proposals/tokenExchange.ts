import { shuffle, type Random } from '../../../data/random';
import type { LanguageModel } from '../../../model/openModel';
import type { TokenPlace } from '../text/tokenPlaces';
import { embeddings } from '../../start/initialise';
import type { ExchangeableTokens } from './exchangeableTokens';
import { dotAt, dotsAt } from './expectedChanges';
import type { TokenGradient } from './instructionGradients';

/** A token in the place of another. */
export interface TokenExchange {
  readonly place: TokenPlace;
  readonly token: number;
  /** What it writes there. */
  readonly text: string;
  /** (e_v − e_x)·∂loss/∂e_x: the change of the loss to first order. */
  readonly expected: number;
}

/** Tokens that the gradient likes best at each place; one is drawn from them, since it is right only nearby. */
const bestAtPlace = 16;
/** Tokens whose vectors are compared at once. */
const tokensAtOnce = 4096;

/**
 * Exchanges of single tokens that the gradient expects to help (HotFlip, Ebrahimi et al. 2018; AutoPrompt, Shin et al.
 * 2020): half of them the best at their place, half drawn from the best of theirs (GCG, Zou et al. 2023).
 * @param gradients of each place, in their order
 * @param count how many, over all places
 */
export function tokenExchanges(
  model: LanguageModel,
  {
    places,
    gradients,
    tokens,
    random,
    count,
  }: {
    readonly places: readonly TokenPlace[];
    readonly gradients: readonly (TokenGradient | undefined)[];
    readonly tokens: ExchangeableTokens;
    readonly random: Random;
    readonly count: number;
  },
): readonly TokenExchange[] {
  const perPlace = bestTokens(model, gradients, [...tokens.keys()]);
  const exchanges = places.map((place, i) =>
    perPlace[i]!.map(({ token, expected }): TokenExchange => ({ place, token, text: tokens.get(token)!, expected })),
  );
  const best = exchanges
    .flatMap((own) => own.slice(0, Math.ceil(count / Math.max(1, places.length)) + 1))
    .sort((a, b) => a.expected - b.expected)
    .slice(0, Math.ceil(count / 2));
  const chosen = new Set(best);
  const drawn = shuffle(
    exchanges.flatMap((own) => own.filter((exchange) => !chosen.has(exchange))),
    random,
  );
  return [...best, ...drawn.slice(0, count - best.length)];
}

interface Scored {
  readonly token: number;
  readonly expected: number;
}

/** The tokens with the least expected loss at each place, the best first; none where there is no gradient. */
function bestTokens(
  model: LanguageModel,
  gradients: readonly (TokenGradient | undefined)[],
  tokens: readonly number[],
): readonly (readonly Scored[])[] {
  const { hiddenSize } = model.configuration;
  const best = gradients.map((): Scored[] => []);
  const known = gradients.flatMap((gradient, place) => (gradient ? [{ ...gradient, place }] : []));
  const own = known.map(({ token, gradient }) => dotAt(embeddings(model, [token]), 0, gradient));
  const all = known.map(({ gradient }) => gradient);
  for (let from = 0; from < tokens.length; from += tokensAtOnce) {
    const group = tokens.slice(from, from + tokensAtOnce);
    const vectors = embeddings(model, group);
    group.forEach((token, t) => {
      const dots = dotsAt(vectors, t * hiddenSize, all);
      known.forEach(({ token: written, place }, i) => {
        const expected = dots[i]! - own[i]!;
        if (token !== written && expected < 0) keepBest(best[place]!, { token, expected });
      });
    });
  }
  return best;
}

/** Takes one into the best, which are in order; of equals, the one that came first stands first. */
function keepBest(best: Scored[], scored: Scored): void {
  if (best.length === bestAtPlace && scored.expected >= best.at(-1)!.expected) return;
  const place = best.findIndex(({ expected }) => scored.expected < expected);
  best.splice(place < 0 ? best.length : place, 0, scored);
  if (best.length > bestAtPlace) best.pop();
}
