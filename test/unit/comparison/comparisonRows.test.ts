import { describe, expect, it } from 'vitest';
import type { AnsweredRun } from '../../../src/comparison/analysis/answeredStudy';
import { compareTasks } from '../../../src/comparison/compareTasks';
import { comparisonRows } from '../../../src/comparison/comparisonRows';
import { differenceText, formatComparison } from '../../../src/comparison/text/formatComparison';
import type { RunRecord } from '../../../src/runs/record/record';
import type { Method } from '../../../src/template/settings/settings';
import { predictions, record, result } from '../../support/comparison/comparisons';

function run(id: string, method: Method, marks: string, fields: Partial<RunRecord> = {}): AnsweredRun {
  const accuracy = [...marks].filter((mark) => mark === '1').length / marks.length;
  return {
    predictions: predictions(marks),
    metrics: [],
    adapterBytes: 0,
    record: record(id, { method, status: 'done', result: result(method, accuracy, id), ...fields }),
  };
}

const template = (name: string) => ({ path: `/work/${name}.prompt`, text: 'Hello {{name}}', sha256: 'aa' });
const seeded = (seed: number) => ({ settings: { ...record('x').settings, seed } });
const rowsOf = (...runs: readonly AnsweredRun[]) => comparisonRows(compareTasks(runs));
const tableOf = (...runs: readonly AnsweredRun[]) => formatComparison(compareTasks(runs));

describe('the comparison', () => {
  it('measures each method against the hard prompt on the same rows', () => {
    const [hard, soft] = rowsOf(run('h', 'hard', '1000'), run('s', 'soft', '1110'));
    expect(hard!.gain).toBeUndefined();
    expect(soft!.gain).toMatchObject({ against: 'h', mean: 0.5 });
    expect(soft!.gain!.interval[0]).toBeLessThanOrEqual(0.5);
    expect(soft!.gain!.interval[1]).toBeGreaterThanOrEqual(0.5);
    // Two rows won, none lost: 2 · (1/2)².
    expect(soft!.gain!.p).toBeCloseTo(0.5, 12);
  });

  it('gives the same interval every time', () => {
    const runs = [run('h', 'hard', '1000110100'), run('s', 'soft', '1110111101')];
    expect(rowsOf(...runs)).toEqual(rowsOf(...runs));
  });

  it('corrects the p-values of one task for their number', () => {
    const rows = rowsOf(run('h', 'hard', '0000000'), run('s', 'soft', '1111110'), run('v', 'v1', '1111110'));
    // Six rows won, none lost: 2 · (1/2)⁶, twice for two comparisons.
    for (const { gain } of rows.slice(1)) expect(gain!.p).toBeCloseTo(2 * 2 ** -5, 12);
  });

  it('compares variants with the hard prompt of the template itself, wherever it is named', () => {
    const short = { template: template('tickets.short') };
    const rows = rowsOf(
      run('h1', 'hard', '1000'),
      run('s1', 'soft', '1111'),
      run('h2', 'hard', '1100', short),
      run('s2', 'soft', '1111', short),
    );
    expect(rows.map(({ gain }) => gain?.against)).toEqual([undefined, 'h1', 'h1', 'h1']);
  });

  it('never pairs rows of different files or tasks', () => {
    const elsewhere = run('s', 'soft', '1111', {
      data: { test: { path: '/work/other.jsonl', rows: 4, sha256: 'ee' } },
    });
    const rows = rowsOf(run('h', 'hard', '1000'), elsewhere, run('t', 'soft', '1111', { template: template('other') }));
    expect(rows.map(({ gain }) => gain)).toEqual([undefined, undefined, undefined]);
  });

  it('takes means over seeds and tests over seeds and rows together', () => {
    const runs = [run('h', 'hard', '1000'), run('a', 'soft', '1110'), run('b', 'soft', '1000', seeded(2))];
    const [, soft] = rowsOf(...runs);
    expect(soft!.accuracies).toEqual([0.75, 0.25]);
    expect(soft!.result!.accuracy).toBe(0.5);
    // Two values half of their difference from the mean: √(2 · 0.25²).
    expect(soft!.spread).toBeCloseTo(Math.SQRT2 * 0.25, 12);
    expect(tableOf(...runs)).toContain('0.500 ±0.354');
    expect(soft!.gain).toMatchObject({ mean: 0.25 });
    // The two seeds differ so much that they alone count: t = 1 at one degree of freedom.
    expect(soft!.gain!.p).toBeCloseTo(0.5, 12);
  });

  it('keeps a row for a run that failed', () => {
    const error = { code: 'loss-not-finite', message: 'The loss is not a number.' };
    const failed = { ...run('x', 'soft', ''), record: record('x', { status: 'failed', error }) };
    expect(rowsOf(failed)[0]).toMatchObject({ status: 'failed', error: { code: 'loss-not-finite' } });
    expect(tableOf(failed)).toContain('soft: The loss is not a number.');
  });
});

const rewritten = {
  original: 'Say it.',
  instruction: 'Say\n it now.',
  text: '…',
  edits: [{ before: '', after: 'now', gain: 0.25, standardError: 0.0625 }],
};

describe('a rewritten instruction', () => {
  const fields = (id: string): Partial<RunRecord> => ({
    rewritten,
    originalResult: result('hard', 0.25, id),
    textResult: result('hard', 0.5, id),
    textGain: { mean: 0.25, interval: [0.125, 0.375] },
  });

  it('has a line for the text alone, with its gain over the text as written', () => {
    const lines = tableOf(run('a', 'v2', '1110', fields('a'))).split('\n');
    expect(lines[4]).toMatch(/^v2, text alone +0\.500 +0\.250–0\.750 +\+0\.250 \[\+0\.125, \+0\.375\] /);
    expect(lines[5]).toBe('v2 rewrote the instruction: Say it now.');
  });

  it('is told seed by seed, its measures as means', () => {
    const kept = {
      ...fields('b'),
      rewritten: { ...rewritten, instruction: 'Say it.' },
      textResult: result('hard', 0.25, 'b'),
      textGain: undefined,
    };
    const table = tableOf(run('a', 'v2', '1110', fields('a')), run('b', 'v2', '1000', { ...kept, ...seeded(2) }));
    expect(table).toMatch(/^v2, text alone +0\.375 +\+0\.125 /m);
    expect(table).toContain(
      'v2, seed 1 rewrote the instruction: Say it now.\nv2, seed 2 found no better instruction than the one written',
    );
  });
});

describe('a run tuned as a black box', () => {
  it('is called one', () => {
    const tuned = run('a', 'soft', '1110', { settings: { ...record('a').settings, blackBox: true } });
    expect(tableOf(run('h', 'hard', '1000'), tuned)).toMatch(/^soft, black box +0\.\d{3} /m);
  });
});

describe('a run that collapsed onto one label', () => {
  it('says so below the table', () => {
    const collapsed = run('a', 'v1', '1110', { collapsed: 'a' });
    expect(rowsOf(collapsed)[0]!.collapsed).toEqual([{ run: 'a', seed: 1, label: 'a' }]);
    expect(tableOf(collapsed)).toMatch(/\nv1 collapsed: nearly every row was called "a"$/m);
  });
});

describe('the table of a comparison', () => {
  it('shows every method with interval, gain and the majority beside them', () => {
    const tasks = compareTasks([run('h', 'hard', '1000'), run('s', 'soft', '1110')]);
    const lines = formatComparison(tasks).split('\n');
    expect(lines[0]).toBe('tickets: 4 rows of test');
    expect(lines[2]).toMatch(/^\(majority\) +0\.250 +always "a"$/);
    expect(lines[3]).toMatch(/^hard +0\.250 +0\.046–0\.699/);
    expect(lines[4]).toMatch(/^soft +0\.750 +0\.301–0\.954 +\+0\.500 \[/);
    expect(differenceText(tasks[0]!.studies[1]!.difference!, 'share')).toMatch(/^\+0\.500 \[0\.000, \+1\.000\]$/);
    expect(lines[4]).toMatch(/\] +0\.500 +– +– +0\.250/);
    expect(lines[5]).toBe('soft: No verdict: 4 rows are too few, 15 are the least.');
  });
});
