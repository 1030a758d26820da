import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/failure';
import { compareEntries, type Entry, type Trial } from '../../../src/runs/comparison';
import { formatComparison, gainText } from '../../../src/runs/formatComparison';
import type { RunRecord } from '../../../src/runs/record';
import type { Method } from '../../../src/template/settings';
import { predictions, record, result } from './fixtures';

function trial(id: string, method: Method, marks: string, fields: Partial<RunRecord> = {}): Trial {
  const accuracy = [...marks].filter((mark) => mark === '1').length / marks.length;
  return { folder: `/runs/${id}`, predictions: predictions(marks), metrics: [], record: record(id, { method, status: 'done', result: result(method, accuracy, id), ...fields }) };
}

function entry(method: Method, trials: readonly Trial[], fields: Partial<Entry> = {}): Entry {
  return { task: '/work/tickets', file: 'tickets.prompt', template: 'tickets', method, trials, ...fields };
}

describe('the comparison', () => {
  it('measures each method against the hard prompt on the same rows', () => {
    const [hard, soft] = compareEntries([entry('hard', [trial('h', 'hard', '1000')]), entry('soft', [trial('s', 'soft', '1110')])]);
    expect(hard!.gain).toBeUndefined();
    expect(soft!.gain).toMatchObject({ against: 'h', mean: 0.5 });
    expect(soft!.gain!.interval[0]).toBeLessThanOrEqual(0.5);
    expect(soft!.gain!.interval[1]).toBeGreaterThanOrEqual(0.5);
    // Two rows won, none lost: 2 · (1/2)².
    expect(soft!.gain!.p).toBeCloseTo(0.5, 12);
  });

  it('gives the same interval every time', () => {
    const entries = [entry('hard', [trial('h', 'hard', '1000110100')]), entry('soft', [trial('s', 'soft', '1110111101')])];
    expect(compareEntries(entries)).toEqual(compareEntries(entries));
  });

  it('corrects the p-values of one task for their number', () => {
    const rows = compareEntries([entry('hard', [trial('h', 'hard', '0000000')]), entry('soft', [trial('s', 'soft', '1111110')]), entry('v1', [trial('v', 'v1', '1111110')])]);
    // Six rows won, none lost: 2 · (1/2)⁶, twice for two comparisons.
    for (const { gain } of rows.slice(1)) expect(gain!.p).toBeCloseTo(2 * 2 ** -5, 12);
  });

  it('compares variants with their own hard prompt, and that one with the first', () => {
    const short = { file: 'tickets.short.prompt', template: 'tickets.short' };
    const rows = compareEntries([
      entry('hard', [trial('h1', 'hard', '1000')]), entry('soft', [trial('s1', 'soft', '1111')]),
      entry('hard', [trial('h2', 'hard', '1100')], short), entry('soft', [trial('s2', 'soft', '1111')], short),
    ]);
    expect(rows.map(({ gain }) => gain?.against)).toEqual([undefined, 'h1', 'h1', 'h2']);
  });

  it('never pairs rows of different files or tasks', () => {
    const elsewhere = trial('s', 'soft', '1111', { data: { test: { path: '/work/other.jsonl', rows: 4, sha256: 'ee' } } });
    const rows = compareEntries([entry('hard', [trial('h', 'hard', '1000')]), entry('soft', [elsewhere]), entry('soft', [trial('t', 'soft', '1111')], { task: '/work/other' })]);
    expect(rows.map(({ gain }) => gain)).toEqual([undefined, undefined, undefined]);
  });

  it('takes means over seeds and tests no single one of them', () => {
    const [, soft] = compareEntries([entry('hard', [trial('h', 'hard', '1000')]), entry('soft', [trial('a', 'soft', '1110'), trial('b', 'soft', '1000')])]);
    expect(soft!.accuracies).toEqual([0.75, 0.25]);
    expect(soft!.result!.accuracy).toBe(0.5);
    expect(soft!.gain).toMatchObject({ mean: 0.25 });
    expect(soft!.gain!.p).toBeUndefined();
  });

  it('keeps a row for a run that failed', () => {
    const failed: Trial = { folder: '/runs/x', predictions: [], metrics: [], record: record('x', { status: 'failed' }) };
    const rows = compareEntries([entry('soft', [failed], { failure: new Failure('loss-not-finite', 'The loss is not a number.') })]);
    expect(rows[0]).toMatchObject({ status: 'failed', error: { code: 'loss-not-finite' } });
    expect(formatComparison(rows)).toContain('The loss is not a number.');
  });
});

describe('the table of a comparison', () => {
  it('shows every method with interval, gain and the majority beside them', () => {
    const rows = compareEntries([entry('hard', [trial('h', 'hard', '1000')]), entry('soft', [trial('s', 'soft', '1110')])]);
    const lines = formatComparison(rows).split('\n');
    expect(lines[0]).toBe('tickets: 4 rows of test');
    expect(lines[2]).toMatch(/^\(majority\) +0\.250 +always "a"$/);
    expect(lines[3]).toMatch(/^hard +0\.250 +0\.125–0\.625/);
    expect(lines[4]).toMatch(/^soft +0\.750 +0\.375–0\.875 +\+0\.500 \[/);
    expect(gainText(rows[1]!)).toMatch(/^\+0\.500 \[[+−][\d.]+, \+1\.000\], p = 0\.500$/);
  });
});
