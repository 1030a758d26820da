/** A token with its log-probability, nats, before temperature and whatever else leaves tokens out. */
export interface TokenLogprob {
  readonly token: number;
  readonly logprob: number;
}

/** A token of a text, and those that were likeliest in its place. */
export interface RatedToken extends TokenLogprob {
  /** Likeliest first. */
  readonly top: readonly TokenLogprob[];
}

/**
 * How likely a token was.
 * @param logits `[vocabulary]`
 * @param count likeliest tokens that are wanted
 */
export function rateToken(logits: Float32Array, token: number, count: number): RatedToken {
  const places: number[] = [];
  let highest = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (logit > highest) highest = logit;
    if (count === 0 || (places.length === count && logit <= logits[places.at(-1)!]!)) continue;
    let at = places.length;
    while (at > 0 && logits[places[at - 1]!]! < logit) at--;
    places.splice(at, 0, id);
    if (places.length > count) places.pop();
  }
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id]! - highest);
  const normalizer = highest + Math.log(sum);
  const rated = (id: number): TokenLogprob => ({ token: id, logprob: logits[id]! - normalizer });
  return { ...rated(token), top: places.map(rated) };
}
