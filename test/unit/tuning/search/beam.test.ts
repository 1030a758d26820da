import { describe, expect, it } from 'vitest';
import { beamOf, measured, onto, withClose } from '../../../../src/tuning/search/beam';
import type { Accepted, Outcome } from '../../../../src/tuning/search/iteration';
import type { Chosen } from '../../../../src/tuning/search/judging/selection';
import type { Incumbent } from '../../../../src/tuning/search/searchContext';
import type { Path, PathText } from '../../../../src/tuning/search/searchState';
import { frontText } from '../../../support/runs/frontText';

const fluencyScore = { fluency: 3, tokens: [1], instructionTokens: 1, surprise: [3] };
const pathText = (source: string): PathText => ({ source, fluencyScore, edits: [], losses: [] });
const path = (idle: number, beam: readonly string[]): Path => ({
  spent: 0,
  idle,
  emptyRestarts: 0,
  hasGained: false,
  ended: false,
  seen: [],
  current: pathText('best'),
  beam: beam.map(pathText),
});
const incumbent = (source: string): Incumbent => ({ source, fluencyScore, task: {} as Incumbent['task'] });
const losses = new Map([[0, 0.5]]);
const close = (...names: readonly string[]): Outcome['runnersUp'] =>
  names.map((name) => ({ text: incumbent(name), losses }));
const outcome = (more: Partial<Outcome>): Outcome => ({
  candidates: 9,
  bestGain: 0.1,
  exhausted: false,
  runnersUp: [],
  edits: [],
  ...more,
});
const accepted = (source: string, surpasses: boolean): Accepted => ({
  next: incumbent(source),
  gain: { gain: 0.1, standardError: 0.01 },
  origin: 'replace',
  losses,
  surpasses,
});
const names = (texts: readonly PathText[] | undefined): readonly string[] => (texts ?? []).map(({ source }) => source);

describe('the beam of a path', () => {
  it('begins with the text of the path, and gives the others their turns while that leads nowhere', () => {
    const parents = [0, 1, 2, 3].map((idle) => beamOf(pathText('best'), path(idle, ['second', 'third'])).parent.source);
    expect(parents).toEqual(['best', 'second', 'third', 'best']);
    expect(beamOf(pathText('best'), { idle: 1 }).parent.source).toBe('best');
  });

  it('keeps what is measured of the text whose turn it was, and of the text of the path', () => {
    const beam = beamOf(pathText('best'), path(2, ['second', 'third']));
    const [parent, current] = [new Map([[3, 0.3]]), new Map([[3, 0.2]])];
    const kept = measured(beam, { parent, current });
    expect(kept.current).toMatchObject({ source: 'best', losses: [[3, 0.2]] });
    expect(kept.beam!.map(({ losses: known }) => known)).toEqual([[], [[3, 0.3]]]);
    const first = measured(beamOf(pathText('best'), path(0, ['second'])), { parent });
    expect(first.current!.losses).toEqual([[3, 0.3]]);
  });

  it('goes on to an accepted text, with those that came close to it before those that came close to the last', () => {
    const chosen: Chosen = { text: frontText('new', 0.1, { edits: [] }), losses: new Map([[7, 0.4]]) };
    const next = onto(
      path(2, ['second', 'third']),
      outcome({ accepted: accepted('new', true), runnersUp: close('near') }),
      chosen,
    );
    expect(next.current).toMatchObject({ source: 'new', losses: [[0, 0.5]], choosing: [[7, 0.4]] });
    expect(names(next.beam)).toEqual(['near', 'second']);
    expect(next).toMatchObject({ idle: 0, hasGained: true });
  });

  it('puts a text that only betters another of the beam in its place, and the text of the path stays', () => {
    const next = withClose(path(2, ['second', 'third']), outcome({ accepted: accepted('new', false) }), 2);
    expect(names(next.beam)).toEqual(['second', 'new']);
    expect(next.current!.source).toBe('best');
  });

  it('takes in what came close while it has room', () => {
    expect(names(withClose(path(0, ['second']), outcome({ runnersUp: close('near', 'far') }), 0).beam)).toEqual([
      'second',
      'near',
    ]);
  });
});
