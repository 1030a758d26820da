import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRate, type Trials } from '../../../src/tuning/rateTrials';
import type { TrainEvent } from '../../../src/tuning/trainEvent';

/** The loss of a rate after so many steps; not a number where the training has failed. */
type Course = (rate: number, step: number) => number;

interface Chosen {
  readonly rate: number;
  readonly events: readonly TrainEvent[];
  /** Steps that each rate has taken. */
  readonly taken: ReadonlyMap<number, number>;
}

async function choose(course: Course, more: Partial<Trials> & { readonly stopAfter?: number } = {}): Promise<Chosen> {
  const taken = new Map<number, number>();
  const controller = new AbortController();
  const choosing = chooseRate({
    rates: [0.01, 0.1, 1],
    rounds: [
      { rates: 3, steps: 2 },
      { rates: 2, steps: 5 },
    ],
    open(rate) {
      let step = 0;
      return {
        step() {
          taken.set(rate, ++step);
          return Promise.resolve(course(rate, step));
        },
        judge: () => Promise.resolve({ loss: course(rate, step) }),
      };
    },
    signal: controller.signal,
    ...more,
  });
  const events: TrainEvent[] = [];
  for (;;) {
    const next = await choosing.next();
    if (next.done) return { rate: next.value, events, taken };
    events.push(next.value);
    if (events.length === more.stopAfter) controller.abort();
  }
}

const trialsIn = ({ events }: Chosen) => events.flatMap((event) => (event.kind === 'sweep' ? [event] : []));

describe('the choice of a learning rate by trials', () => {
  it('takes the best of a few steps further, from where they are, and chooses by what they come to then', async () => {
    // Ahead after two steps, behind after five.
    const early: Course = (rate, step) => (rate === 0.1 ? 2 - step / 10 : rate === 1 ? 2.5 - step / 4 : 9);
    const chosen = await choose(early);
    expect(chosen.rate).toBe(1);
    expect([...chosen.taken]).toEqual([
      [0.01, 2],
      [0.1, 5],
      [1, 5],
    ]);
    expect(trialsIn(chosen).map(({ rate, trial, trials, steps }) => [rate, trial, trials, steps])).toEqual([
      [0.01, 1, 3, 2],
      [0.1, 2, 3, 2],
      [1, 3, 3, 2],
      [0.1, 1, 2, 5],
      [1, 2, 2, 5],
    ]);
  });

  it('counts the steps of all trials, one by one', async () => {
    const { events } = await choose((rate) => rate);
    const counts = events.flatMap((event) => (event.kind === 'trialStep' ? [event] : []));
    expect([...new Set(counts.map(({ done }) => done))]).toEqual(Array.from({ length: 13 }, (_, done) => done));
    expect(new Set(counts.map(({ all }) => all))).toEqual(new Set([12]));
  });

  it('falls back to a rate of the rounds before where those that went on fail later', async () => {
    const late: Course = (rate, step) => (rate > 0.01 && step > 3 ? NaN : 1 / rate);
    expect((await choose(late)).rate).toBe(0.01);
  });

  it('never chooses a rate whose trial came to no number, and the lowest where none did', async () => {
    const losses = fc.array(
      fc.array(fc.oneof(fc.double({ min: 0, max: 9, noNaN: true }), fc.constant(NaN)), {
        minLength: 5,
        maxLength: 5,
      }),
      { minLength: 3, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(losses, async (table) => {
        const course: Course = (rate, step) => table[[0.01, 0.1, 1].indexOf(rate)]![step - 1]!;
        const chosen = await choose(course);
        const failed = trialsIn(chosen).filter(({ devLoss }) => !Number.isFinite(devLoss));
        const all = new Set(failed.map(({ rate }) => rate)).size === 3;
        expect(failed.some(({ rate }) => rate === chosen.rate)).toBe(all && chosen.rate === 0.01);
        expect((await choose(course)).rate).toBe(chosen.rate);
      }),
    );
  });

  it('is made of what has been judged where it is stopped', async () => {
    const falling: Course = (rate, step) => 5 - rate - step / 10;
    // A step or two into the trial of the second rate, or before the first is over.
    const stopped = await choose(falling, { stopAfter: 6 });
    expect(trialsIn(stopped).map(({ rate }) => rate)).toEqual([0.01]);
    expect(stopped.rate).toBe(0.01);
    expect((await choose(falling, { stopAfter: 1 })).events).toHaveLength(1);
  });
});
