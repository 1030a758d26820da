import { createHash } from 'node:crypto';

/**
 * Random numbers that a seed repeats and a checkpoint resumes: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled Linear
 * Pseudorandom Number Generators", 2021), seeded by SplitMix64 as its authors advise. Shared by data/, tuning/ and
 * scoring/, so that one seed means one run.
 */
export interface Random {
  /** Uniform in [0, 1), of 53 random bits. */
  next(): number;
  /** The four 32-bit words that `restoreRandom` continues from. */
  state(): readonly number[];
}

/** A generator at the start of the sequence of `seed`, a whole number. @throws RangeError for any other number. */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`A seed is a whole number, not ${seed}.`);
  const first = splitMix64(BigInt(seed));
  const second = splitMix64(first.state);
  return restoreRandom(
    [first.output, second.output].flatMap((output) => [Number(output & 0xffffffffn), Number(output >> 32n)]),
  );
}

/**
 * A generator that continues where `state` was taken.
 * @throws RangeError when it is not four 32-bit words, or all are zero.
 */
export function restoreRandom(state: readonly number[]): Random {
  if (state.length !== 4 || state.some((word) => word !== word >>> 0) || state.every((word) => word === 0)) {
    throw new RangeError('The state of a random generator is four 32-bit words, not all zero.');
  }
  const words = Uint32Array.from(state);
  return {
    next() {
      const high = xoshiro128StarStar(words) >>> 5;
      const low = xoshiro128StarStar(words) >>> 6;
      return (high * 2 ** 26 + low) / 2 ** 53;
    },
    state: () => [...words],
  };
}

/** A whole number from 0 to `bound` − 1, each as likely. */
export function below(random: Random, bound: number): number {
  return Math.floor(random.next() * bound);
}

/** The items in random order (Fisher–Yates), as a new array. */
export function shuffle<Item>(items: Iterable<Item>, random: Random): Item[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = below(random, last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  return shuffled;
}

/**
 * A draw from the normal distribution of mean 0 and variance 1 (Box–Muller; its twin is dropped, so that the state
 * says everything).
 */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** The next 32-bit output; advances `words` in place. */
function xoshiro128StarStar(words: Uint32Array): number {
  const output = Math.imul(rotateLeft(Math.imul(words[1]!, 5), 7), 9) >>> 0;
  const shifted = words[1]! << 9;
  words[2]! ^= words[0]!;
  words[3]! ^= words[1]!;
  words[1]! ^= words[2]!;
  words[0]! ^= words[3]!;
  words[2]! ^= shifted;
  words[3] = rotateLeft(words[3]!, 11);
  return output;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** One step of SplitMix64 (Steele, Lea and Flood 2014). */
function splitMix64(state: bigint): { readonly state: bigint; readonly output: bigint } {
  const next = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
  const mixed = BigInt.asUintN(64, (next ^ (next >> 30n)) * 0xbf58476d1ce4e5b9n);
  const again = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
  return { state: next, output: again ^ (again >> 31n) };
}
/** An independent stream of random numbers for each purpose, from one seed. */
export function streamFor(seed: number, ...purpose: readonly number[]): Random {
  return createRandom(
    createHash('sha256')
      .update(JSON.stringify([seed, ...purpose]))
      .digest()
      .readUIntBE(0, 6),
  );
}
