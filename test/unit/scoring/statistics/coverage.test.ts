import { describe, expect, it } from 'vitest';
import { createRandom, normal, type Random } from '../../../../src/data/random';
import { corpusBootstrap, type CountedSeeds } from '../../../../src/scoring/statistics/corpusBootstrap';
import { macroF1Interval } from '../../../../src/scoring/statistics/macroF1Interval';
import { pairedBootstrap } from '../../../../src/scoring/statistics/pairedBootstrap';
import { seedBootstrap } from '../../../../src/scoring/statistics/seedBootstrap';
import { fewSeeds } from '../../../../src/scoring/statistics/verdict';
import { wilsonInterval } from '../../../../src/scoring/statistics/wilson';

const draws = 2000;

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of each draw, whether its interval holds the truth. */
function* holding(truth: number, interval: (random: Random, draw: number) => Interval): Generator<boolean> {
  const random = createRandom(11);
  for (let draw = 0; draw < draws; draw++) {
    const { low, high } = interval(random, draw);
    yield low <= truth && truth <= high;
  }
}

/** Share of all draws whose interval holds the truth. */
function coverage(held: Iterable<boolean>): number {
  const each = [...held].map(Number);
  return each.reduce((sum, covered) => sum + covered, 0) / each.length;
}

const nominal = 0.95;
/** Coverages that 2,000 draws call 93 to 97 % once in a thousand: so seldom are they taken for nominal here too. */
const [tooLittle, tooMuch] = [0.91, 0.98];
const sure = Math.log(1000);

const logRatio = (covered: boolean, other: number): number =>
  covered ? Math.log(nominal / other) : Math.log((1 - nominal) / (1 - other));

/**
 * Wald's sequential test ("Sequential tests of statistical hypotheses", 1945): draws until the coverage is told from
 * too little and from too much a thousand to one, which a third of the draws do for that certainty.
 */
function expectNominal(held: Iterable<boolean>): void {
  let [ofLittle, ofMuch, covered, drawn] = [0, 0, 0, 0];
  for (const holds of held) {
    drawn++;
    covered += Number(holds);
    ofLittle += logRatio(holds, tooLittle);
    ofMuch += logRatio(holds, tooMuch);
    if (Math.min(ofLittle, ofMuch) >= sure || Math.min(ofLittle, ofMuch) <= -sure) break;
  }
  expectWithin(covered / drawn);
}

function expectWithin(measured: number): void {
  expect(measured).toBeGreaterThanOrEqual(0.93);
  expect(measured).toBeLessThanOrEqual(0.97);
}

const chance = (random: Random, p: number): number => Number(random.next() < p);

describe('intervals of nominal 95 %, over up to 2,000 draws', () => {
  // Counts are whole, so the coverage of any such interval jumps with rate and rows; here it is within 1.2 % of 95 %.
  it.each([
    [0.5, 40],
    [0.9, 200],
    [0.7, 250],
    [0.85, 150],
  ])('cover a rate of %f seen on %i rows (Wilson)', (rate, rows) => {
    expectWithin(
      coverage(
        holding(rate, (random) => {
          let right = 0;
          for (let row = 0; row < rows; row++) right += chance(random, rate);
          const [low, high] = wilsonInterval(right, rows);
          return { low, high };
        }),
      ),
    );
  });

  it.each([
    [0.25, 0.1, 150],
    [0.1, 0.08, 400],
  ])('cover a paired difference of %f gained and %f lost on %i rows', (gained, lost, rows) => {
    expectNominal(
      holding(gained - lost, (random, draw) => {
        const differences = Float64Array.from({ length: rows }, () => {
          const u = random.next();
          return u < gained ? 1 : u < gained + lost ? -1 : 0;
        });
        return pairedBootstrap(differences, { seed: draw, resamples: 400 });
      }),
    );
  });

  it.each([[0.45, 90, 3]])('cover a macro-F1 of three labels called right or at random', (skill, rows, labels) => {
    // Of equally frequent labels, each is called right by share skill + (1 − skill) / labels, which then is its F1.
    expectNominal(
      holding(skill + (1 - skill) / labels, (random, draw) => {
        const label = () => Math.floor(random.next() * labels);
        const expected = Uint8Array.from({ length: rows }, label);
        const predicted = expected.map((truth) => (chance(random, skill) ? truth : label()));
        return macroF1Interval({ labels, expected, predicted: [predicted] }, { seed: draw, resamples: 250 });
      }),
    );
  });

  it.each([
    [fewSeeds, 1, 0],
    [fewSeeds, 1, 0.04],
    [fewSeeds, 1, 0.1],
    [fewSeeds, fewSeeds, 0.08],
    [4, 4, 0.06],
  ])('cover a difference between %i and %i seeds whose rates scatter by %f', (...[seedsA, seedsB, scatter]) => {
    expectNominal(seedHolding(seedsA, seedsB, scatter));
  });

  it.each([
    [1, 1, 50, 0],
    [1, 1, 200, 0],
    [fewSeeds, 1, 80, 0.08],
    [fewSeeds, fewSeeds, 80, 0.16],
  ])(
    'cover a difference of scores between 0 and 1, %i against %i seeds on %i rows',
    (seedsA, seedsB, rows, scatter) => {
      const [skillA, skillB] = [0.6, 0.45];
      const held = holding(meanOverlap(skillA) - meanOverlap(skillB), (random, draw) => {
        const ease = Float64Array.from({ length: rows }, () => 0.3 * (random.next() - 0.5));
        const study = (seeds: number, skill: number) =>
          Array.from({ length: seeds }, () => {
            const own = skill + (seeds > 1 ? scatter * normal(random) : 0);
            return Float64Array.from(ease, (row) => overlap(random, own + row));
          });
        return seedBootstrap(study(seedsA, skillA), study(seedsB, skillB), { seed: draw, resamples: 100 });
      });
      expectNominal(held);
    },
  );

  it('cover a score between 0 and 1 of one run alone', () => {
    expectNominal(
      holding(meanOverlap(0.7), (random, draw) => {
        const scores = Float64Array.from({ length: 60 }, () => overlap(random, 0.7));
        return seedBootstrap([scores], [], { seed: draw, resamples: 200 });
      }),
    );
  });

  it.each([
    [1, 60],
    [fewSeeds, 80],
  ])('cover a difference of values that are made of all rows together, %i seeds on %i rows', (seeds, rows) => {
    // Of a row's 1 to 4 parts each is hit by its own chance: the value is all hits by all parts.
    const [rateA, rateB, scatter] = [0.6, 0.5, seeds > 1 ? 0.05 : 0];
    const held = holding(rateA - rateB, (random, draw) => {
      const parts = Uint8Array.from({ length: rows }, () => 1 + Math.floor(random.next() * 4));
      const study = (rate: number): CountedSeeds => ({
        width: 2,
        seeds: Array.from({ length: seeds }, () => {
          const own = rate + scatter * normal(random);
          return Float64Array.from([...parts].flatMap((count) => [hits(random, count, own), count]));
        }),
        value: (counts) => counts[0]! / counts[1]!,
      });
      return corpusBootstrap(study(rateA), study(rateB), { seed: draw, resamples: 100 });
    });
    expectNominal(held);
  });

  const beyondTheBound =
    'cover too little with one seed fewer than a verdict asks for, ' +
    'and somewhat too much where both are trained and their seeds do not scatter at all';
  it(beyondTheBound, () => {
    expect(coverage(seedHolding(fewSeeds - 1, 1, 0.1))).toBeLessThan(0.93);
    expect(coverage(seedHolding(fewSeeds, fewSeeds, 0))).toBeGreaterThan(0.97);
  });
});

/** A score as an overlap of words has it: often 0 or 1, else anything between; its mean is {@link meanOverlap}. */
function overlap(random: Random, skill: number): number {
  const u = random.next();
  if (u < 0.5 * skill) return 1;
  if (u > 1 - 0.5 * (1 - skill)) return 0;
  return random.next();
}

const meanOverlap = (skill: number): number => 0.5 * skill + 0.25;

function hits(random: Random, parts: number, rate: number): number {
  let sum = 0;
  for (let part = 0; part < parts; part++) sum += chance(random, rate);
  return sum;
}

/** Rows differ in how easy they are for all; a single seed stands for a method that needs none. */
function seedHolding(seedsA: number, seedsB: number, scatter: number): Generator<boolean> {
  const [rows, rateA, rateB] = [80, 0.7, 0.55];
  return holding(rateA - rateB, (random, draw) => {
    const ease = Float64Array.from({ length: rows }, () => 0.3 * (random.next() - 0.5));
    const study = (seeds: number, rate: number) =>
      Array.from({ length: seeds }, () => {
        const own = rate + (seeds > 1 ? scatter * normal(random) : 0);
        return Uint8Array.from(ease, (row) => chance(random, own + row));
      });
    return seedBootstrap(study(seedsA, rateA), study(seedsB, rateB), { seed: draw, resamples: 100 });
  });
}
