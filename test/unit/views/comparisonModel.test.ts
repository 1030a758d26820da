import { describe, expect, it } from 'vitest';
import { panelSide } from '../../../src/views/comparisonContract';
import { compareRuns, letterOf, pointsOf } from '../../../src/views/comparisonModel';
import { emptyComparison, fullComparison, fullCurves } from '../../fixtures/comparison';
import { result, runRecord } from './fixtures';

const newest = { family: null, older: false };

describe('a comparison', () => {
  it('shows the newest run of each template and method, untrained before trained', () => {
    const hard = runRecord('3', { method: 'hard' });
    const [second, first] = [runRecord('2'), runRecord('1')];
    const state = compareRuns([hard, second, first], newest);
    expect(state.rows.map(({ run, letter }) => `${letter} ${run}`)).toEqual(['A 3', 'B 2']);
    expect(state.olderRuns).toBe(1);
  });

  it('shows earlier runs upon choice', () => {
    const state = compareRuns([runRecord('2'), runRecord('1')], { family: null, older: true });
    expect(state.rows.map(({ run }) => run)).toEqual(['2', '1']);
  });

  it('keeps to the family chosen, and falls back to that of the newest run', () => {
    const other = runRecord('5', { template: { path: '/w/questions.prompt', text: '', sha256: '' } });
    const variant = runRecord('4', { template: { path: '/w/triage.short.prompt', text: '', sha256: '' } });
    const runs = [other, variant, runRecord('1')];
    expect(compareRuns(runs, { family: '/w/triage', older: false }).rows.map(({ template }) => template)).toEqual(['triage', 'triage.short']);
    expect(compareRuns(runs, { family: '/gone', older: false }).family).toBe('/w/questions');
  });

  it('tells families of one name apart by their folder', () => {
    const state = compareRuns([runRecord('1'), runRecord('2', { template: { path: '/v/triage.prompt', text: '', sha256: '' } })], newest);
    expect(state.families.map(({ name }) => name)).toEqual(['triage (w)', 'triage (v)']);
  });

  it('names the majority baseline once for one set of rows, and warns when runs were measured on different ones', () => {
    const same = compareRuns([runRecord('2', { method: 'hard' }), runRecord('1')], newest);
    expect(same.majorities).toEqual([{ label: 'billing', accuracy: 0.25, split: 'test', n: 100 }]);
    expect(same.notes.join(' ')).not.toContain('do not compare');
    const mixed = compareRuns([runRecord('2', { method: 'hard', result: { ...result, n: 12 } }), runRecord('1')], newest);
    expect(mixed.notes.join(' ')).toContain('do not compare');
    expect(mixed.notes.join(' ')).toContain('Fewer than 15 rows');
  });

  it('gives numbers that JSON cannot carry as missing', () => {
    const [row] = compareRuns([runRecord('1', { result: { ...result, accuracy: Number.NaN, loss: Number.POSITIVE_INFINITY } })], newest).rows;
    expect(row?.measures).toMatchObject({ accuracy: null, accuracyInterval: null, loss: null });
  });

  it('says why a run failed', () => {
    const [row] = compareRuns([runRecord('1', { status: 'failed', result: undefined, error: { code: 'nan', message: 'The loss is not a number.' } })], newest).rows;
    expect(row?.state).toBe('failed: The loss is not a number.');
  });

  it('passes the check at the other end of the channel, empty or full', () => {
    for (const state of [fullComparison, emptyComparison, compareRuns([], newest), compareRuns([runRecord('1')], newest)]) {
      expect(panelSide.events.state(JSON.parse(JSON.stringify(state)))).toBe(true);
    }
    for (const points of fullCurves) expect(panelSide.events.points(points)).toBe(true);
    expect(panelSide.events.state({ ...fullComparison, rows: [{}] })).toBe(false);
    expect(panelSide.events.points({ ...fullCurves[0], dev: [[1, 2]] })).toBe(false);
  });
});

describe('points of a curve', () => {
  it('are parted into training and dev, losses that are no numbers as gaps', () => {
    const lines = [
      { step: 1, loss: 2, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 5 },
      { step: 2, loss: null as unknown as number, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 5 },
      { step: 2, dev: { loss: 1.5, accuracy: 0.5, macroF1: 0.4 } },
    ];
    expect(pointsOf('r', 4, lines)).toEqual({ run: 'r', from: 4, training: [[1, 2], [2, null]], dev: [[2, 1.5, 0.5]] });
  });
});

describe('letters', () => {
  it('go on after Z', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(letterOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
  });
});
