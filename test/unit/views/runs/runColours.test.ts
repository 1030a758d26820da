import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseRun,
  isChosenRuns,
  leaveRun,
  markAt,
  markOf,
  type ChosenRuns,
} from '../../../../src/views/runs/runColours';

const letters = (chosen: ChosenRuns, ...runs: readonly string[]) => runs.map((run) => markOf(chosen, run)?.badge);

describe('the marks of chosen runs', () => {
  it('are given in order of choice and stay when another run leaves', () => {
    const three = ['r1', 'r2', 'r3'].reduce(chooseRun, [] as ChosenRuns);
    expect(letters(three, 'r1', 'r2', 'r3')).toEqual(['A', 'B', 'C']);
    expect(letters(leaveRun(three, 'r2'), 'r1', 'r2', 'r3')).toEqual(['A', undefined, 'C']);
  });

  it('fill the place that has become free first', () => {
    const chosen = chooseRun(leaveRun(['r1', 'r2', 'r3'], 'r1'), 'r4');
    expect(letters(chosen, 'r4', 'r2', 'r3')).toEqual(['A', 'B', 'C']);
  });

  it('repeat hues after six and go on with two letters after Z', () => {
    expect([markAt(0).hue, markAt(6).hue]).toEqual(['blue', 'blue']);
    expect([25, 26, 27, 52].map((place) => markAt(place).badge)).toEqual(['Z', 'AA', 'AB', 'BA']);
  });

  it('never change for a run while it is chosen, whatever else comes and goes', () => {
    const changes = fc.array(fc.record({ run: fc.constantFrom('a', 'b', 'c', 'd', 'e'), on: fc.boolean() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(changes, (all) => {
        let chosen: ChosenRuns = [];
        for (const { run, on } of all) {
          const next = on ? chooseRun(chosen, run) : leaveRun(chosen, run);
          for (const other of ['a', 'b', 'c', 'd', 'e'].filter((each) => each !== run))
            expect(markOf(next, other)).toEqual(markOf(chosen, other));
          expect(markOf(next, run) !== undefined).toBe(on);
          chosen = next;
        }
        const places = chosen.filter((run) => run !== null);
        expect(new Set(places).size).toBe(places.length);
        expect(chosen.at(-1)).not.toBeNull();
      }),
    );
  });

  it('are read back only from a list of ids and gaps', () => {
    expect([isChosenRuns(['a', null]), isChosenRuns({}), isChosenRuns([1])]).toEqual([true, false, false]);
  });
});
