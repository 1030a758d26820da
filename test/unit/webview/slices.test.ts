import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../support/running/until.mjs';
import { inSlices } from '../../../webview/slices';

/** Work of so many pieces, each of which takes so long. */
function* pieces(count: number, milliseconds: number, done: number[]): Generator<void, string> {
  for (let piece = 0; piece < count; piece++) {
    done.push(piece);
    now += milliseconds;
    yield;
  }
  return 'all';
}

let now = 0;
afterEach(() => vi.restoreAllMocks());

describe('work in slices', () => {
  it('is done at once where it takes no longer than a slice', () => {
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const results: string[] = [];
    inSlices(pieces(5, 1, []), (result) => results.push(result));
    expect(results).toEqual(['all']);
  });

  it('gives way after each slice, and comes to the same', async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const [done, results]: [number[], string[]] = [[], []];
    inSlices(pieces(20, 5, done), (result) => results.push(result));
    expect(done).toEqual([0, 1]);
    await until('all slices', () => results.length > 0);
    expect([done.length, results]).toEqual([20, ['all']]);
  });

  it('does nothing more once it is stopped', async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const [done, results]: [number[], string[]] = [[], []];
    const stop = inSlices(pieces(20, 5, done), (result) => results.push(result));
    stop();
    const [later, laterDone]: [string[], number[]] = [[], []];
    inSlices(pieces(20, 5, laterDone), (result) => later.push(result));
    await until('what began later', () => later.length > 0);
    expect([done.length, results]).toEqual([2, []]);
  });
});
