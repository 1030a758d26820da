/**
 * The likeliest of some tokens, the best first, of equals the one of the lower number.
 * @param logProbabilities of every token of the vocabulary, nats
 * @param least those less likely are left out
 */
export function likeliestOf(
  tokens: Iterable<number>,
  logProbabilities: Float32Array,
  { most, least = -Infinity }: { readonly most: number; readonly least?: number },
): readonly number[] {
  const likely: number[] = [];
  for (const token of tokens) if (logProbabilities[token]! >= least) likely.push(token);
  return atLeastOf(likely, logProbabilities, most)
    .sort((a, b) => logProbabilities[b]! - logProbabilities[a]! || a - b)
    .slice(0, most);
}

/** Those that are as likely as the one at a rank: to sort numbers is much faster than to sort tokens by them. */
function atLeastOf(tokens: readonly number[], logProbabilities: Float32Array, rank: number): number[] {
  const ascending = new Float32Array(tokens.length);
  for (let i = 0; i < tokens.length; i++) ascending[i] = logProbabilities[tokens[i]!]!;
  const bar = ascending.sort().at(-rank);
  return tokens.filter((token) => bar === undefined || logProbabilities[token]! >= bar);
}
