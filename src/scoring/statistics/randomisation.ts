import { createRandom, type Random } from '../../data/random';
import type { CountedSeeds } from './corpusBootstrap';

export interface RandomisationOptions {
  /** Times that the rows are exchanged. Default 10000; fewer for very many rows. */
  readonly trials?: number;
  readonly seed: number;
}

/** Exchanges of rows that all trials together may take. */
const mostExchanges = 3e8;
const fewestTrials = 1000;

/**
 * Two-sided p of a mean difference of zero by approximate randomisation (Noreen 1989; for translations Riezler and
 * Maxwell 2005): if the methods are alike, the sign of each row's difference is a fair coin's.
 * @param differences [rows], method A less method B on the same row
 */
export function signTest(differences: ArrayLike<number>, options: RandomisationOptions): number {
  const different = Array.from(differences).filter((difference) => difference !== 0);
  const observed = Math.abs(different.reduce((sum, difference) => sum + difference, 0));
  return shareAsFar(observed, different.length, options, (random) => {
    const coin = coins(random);
    let sum = 0;
    for (const difference of different) sum += coin() ? difference : -difference;
    return Math.abs(sum);
  });
}

/**
 * The same for a value that is no mean of rows: in each trial the two methods exchange the counts of half of the rows.
 * @param a one seed @param b one seed on the same rows
 */
export function exchangeTest(a: CountedSeeds, b: CountedSeeds, options: RandomisationOptions): number {
  const [[mine], [other]] = [a.seeds, b.seeds] as unknown as readonly [[ArrayLike<number>], [ArrayLike<number>]];
  const { width, value } = a;
  const difference = (exchanged: () => boolean): number => {
    const [left, right] = [new Float64Array(width), new Float64Array(width)];
    for (let at = 0; at < mine.length; at += width) {
      const [first, second] = exchanged() ? [other, mine] : [mine, other];
      for (let k = 0; k < width; k++) {
        left[k]! += first[at + k]!;
        right[k]! += second[at + k]!;
      }
    }
    return Math.abs(value(left) - value(right));
  };
  return shareAsFar(
    difference(() => false),
    mine.length,
    options,
    (random) => difference(coins(random)),
  );
}

/** The share of trials that come out as far from zero as what was seen, what was seen among them. */
function shareAsFar(
  observed: number,
  exchanges: number,
  { trials: wanted = 10_000, seed }: RandomisationOptions,
  trial: (random: Random) => number,
): number {
  const trials = Math.max(
    Math.min(fewestTrials, wanted),
    Math.min(wanted, Math.floor(mostExchanges / (exchanges + 1))),
  );
  const random = createRandom(seed);
  // Sums of the same numbers in another order may differ by their rounding.
  const least = observed - 1e-9 * Math.max(1, observed);
  let asFar = 0;
  for (let i = 0; i < trials; i++) if (trial(random) >= least) asFar++;
  return (asFar + 1) / (trials + 1);
}

/** Fair coins, 32 of each random number drawn. */
function coins(random: Random): () => boolean {
  let [bits, left] = [0, 0];
  return () => {
    if (left === 0) [bits, left] = [Math.floor(random.next() * 2 ** 32), 32];
    left--;
    return ((bits >>> left) & 1) === 1;
  };
}
