import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../../src/runs/record/record';
import { comparisonSide } from '../../../../src/views/comparison/contract';
import { chosenFamily, showComparison, pointsOf, subjectOf } from '../../../../src/views/comparison/model';
import { emptyComparison, fullAnswers, fullComparison, fullRows } from '../../../support/comparison/comparison';
import { fullCurves } from '../../../support/comparison/curves';
import { fullAnatomy, inputAnswers } from '../../../support/comparison/inspected';
import { fullDetail } from '../../../support/comparison/rowDetails';
import { result, runRecord } from '../../../support/pages/views';

const newest = { family: null, older: false, baseline: null };
const stateOf = (runs: readonly RunRecord[], choice = {}) => showComparison(runs, { ...newest, ...choice }).state;
const lines = (runs: readonly RunRecord[], choice = {}) =>
  stateOf(runs, choice).studies.map(({ badge, runs: seeds }) => `${badge} ${seeds.map(({ run }) => run).join('+')}`);
const withSeed = (id: string, seed: number, changes: Partial<RunRecord> = {}) =>
  runRecord(id, { settings: { ...runRecord(id).settings, seed }, ...changes });

describe('a comparison', () => {
  it('puts runs that differ only in their seed into one line, lowest seed first, untrained before trained', () => {
    expect(lines([runRecord('4', { method: 'hard' }), withSeed('3', 2), withSeed('2', 1)])).toEqual(['A 4', 'B 2+3']);
  });

  it('shows the newest study of each template and method, earlier ones upon choice', () => {
    const old = runRecord('1', { settings: { ...runRecord('1').settings, length: 5 } });
    const state = stateOf([runRecord('2'), old]);
    expect(state.studies).toHaveLength(1);
    expect(state.olderStudies).toBe(1);
    expect(lines([runRecord('2'), old], { older: true })).toEqual(['A 2', 'B 1']);
  });

  it('says of a study that its text has been changed since', () => {
    const runs = [runRecord('2', { method: 'hard' }), runRecord('1')];
    const changesOf = (run: string) => (run === '1' ? ['the text', 'tune.steps'] : []);
    const { studies } = showComparison(runs, newest, { chosen: [], trusted: true, changesOf }).state;
    expect(studies.map(({ method, older }) => [method, older])).toEqual([
      ['hard', ''],
      ['soft', 'the text and tune.steps'],
    ]);
  });

  it('takes the newer of two runs of one seed', () => {
    expect(lines([runRecord('2'), runRecord('1')])).toEqual(['A 2']);
  });

  it('keeps together what was planned as one study', () => {
    const grid = [10, 20, 40].map((length, index) =>
      runRecord(String(3 - index), {
        study: { id: 's', varied: ['length'] },
        settings: { ...runRecord('1').settings, length },
      }),
    );
    expect(lines(grid)).toHaveLength(3);
  });

  it('keeps to the family chosen, and falls back to that of the newest run', () => {
    const other = runRecord('5', { template: { path: '/w/questions.prompt', text: '', sha256: '' } });
    const variant = runRecord('4', { template: { path: '/w/triage.short.prompt', text: '', sha256: '' } });
    const runs = [other, variant, runRecord('1')];
    expect(stateOf(runs, { family: '/w/triage' }).studies.map(({ template }) => template)).toEqual([
      'triage',
      'triage.short',
    ]);
    expect(stateOf(runs, { family: '/gone' }).family).toBe('/w/questions');
  });

  it('shows the runs chosen in the tree as a family of their own, with the letters that they have there', () => {
    const other = runRecord('5', { template: { path: '/w/questions.prompt', text: '', sha256: '' } });
    const { state } = showComparison(
      [other, runRecord('1')],
      { ...newest, family: chosenFamily },
      { chosen: ['1', null, '5'], trusted: true },
    );
    expect(state.families.at(-1)).toEqual({ key: chosenFamily, name: 'Chosen runs (2)' });
    expect(state.studies.map(({ badge, runs }) => `${badge} ${runs[0]!.run}`)).toEqual(['C 5', 'A 1']);
    const { state: mixed } = showComparison([runRecord('2', { method: 'hard' }), runRecord('1')], newest, {
      chosen: ['1'],
      trusted: true,
    });
    expect(mixed.studies.map(({ badge }) => badge)).toEqual(['B', 'A']);
  });

  it('tells families of one name apart by their folder', () => {
    const state = stateOf([
      runRecord('1'),
      runRecord('2', { template: { path: '/v/triage.prompt', text: '', sha256: '' } }),
    ]);
    expect(state.families.map(({ name }) => name)).toEqual(['triage (w)', 'triage (v)']);
  });

  it('measures against the hard prompt unless another study with results is chosen', () => {
    const runs = [
      runRecord('3', { method: 'v2', status: 'running', result: undefined }),
      runRecord('2', { method: 'hard' }),
      runRecord('1'),
    ];
    const state = stateOf(runs);
    expect(state.baseline).toBe(state.studies.find(({ method }) => method === 'hard')!.key);
    const soft = state.studies.find(({ method }) => method === 'soft')!.key;
    expect(stateOf(runs, { baseline: soft }).baseline).toBe(soft);
    expect(stateOf(runs, { baseline: state.studies.find(({ method }) => method === 'v2')!.key }).baseline).toBe(
      state.baseline,
    );
  });

  it('gives means over the seeds, and no interval that would need their answers', () => {
    const [row] = stateOf([
      withSeed('2', 2, { result: { ...result, accuracy: 0.6, seconds: 10 } }),
      withSeed('1', 1, { result: { ...result, accuracy: 0.8, seconds: 20 } }),
    ]).studies;
    expect(row?.results).toMatchObject({ metrics: [{ value: 0.7, interval: null }], seconds: 15 });
  });

  it('names the majority once for one set of rows, and warns when runs were measured on different ones', () => {
    const same = stateOf([runRecord('2', { method: 'hard' }), runRecord('1')]);
    expect(same.majorities).toEqual([{ label: 'billing', accuracy: 0.25, split: 'test', n: 100 }]);
    expect(same.warnings).toEqual([]);
    const mixed = stateOf([runRecord('2', { method: 'hard', result: { ...result, n: 12 } }), runRecord('1')]);
    expect(mixed.warnings.join(' ')).toMatch(/do not compare.*Fewer than 15 rows/);
    const failed = stateOf([
      runRecord('2', { method: 'v2', status: 'failed', result: undefined, error: { code: 'x', message: 'No.' } }),
      runRecord('1'),
    ]);
    expect(failed.warnings).toEqual(['Left out, for want of results: v2 (failed).']);
  });

  it('gives numbers that JSON cannot carry as missing', () => {
    const [row] = stateOf([
      runRecord('1', { result: { ...result, accuracy: Number.NaN, loss: Number.POSITIVE_INFINITY } }),
    ]).studies;
    expect(row?.results).toMatchObject({ metrics: [{ value: null, interval: null }], loss: null });
  });

  it('says why a run failed, and lets the run at work speak for its study', () => {
    const [failed] = stateOf([
      runRecord('1', {
        status: 'failed',
        result: undefined,
        error: { code: 'nan', message: 'The loss is not a number.' },
      }),
    ]).studies;
    expect(failed?.state).toBe('failed: The loss is not a number.');
    const [working] = stateOf([
      withSeed('2', 2, { status: 'running', result: undefined, progress: { phase: 'training', step: 3, steps: 9 } }),
      withSeed('1', 1),
    ]).studies;
    expect([working?.status, working?.state]).toEqual(['running', 'seed 2: step 3/9']);
  });

  it('changes its token when a result comes or another baseline is chosen, and not when a run takes a step', () => {
    const hard = runRecord('2', { method: 'hard' });
    const working = (step: number) =>
      runRecord('3', {
        method: 'v2',
        status: 'running',
        result: undefined,
        progress: { phase: 'training', step, steps: 9 },
      });
    const token = (runs: readonly RunRecord[], choice = {}) => stateOf(runs, choice).token;
    const before = token([working(1), hard, runRecord('1')]);
    expect(token([working(2), hard, runRecord('1')])).toBe(before);
    expect(token([runRecord('3', { method: 'v2' }), hard, runRecord('1')])).not.toBe(before);
    expect(token([working(1), hard, runRecord('1')], { baseline: stateOf([runRecord('1')]).studies[0]!.key })).not.toBe(
      before,
    );
    expect(token([working(1)])).toBeNull();
  });

  it('has the answers read only from runs that have any', () => {
    const shown = showComparison(
      [runRecord('2', { status: 'running', result: undefined, method: 'v1' }), runRecord('1')],
      newest,
    );
    expect(subjectOf(shown, (run) => `/runs/${run}`)).toMatchObject({
      token: shown.state.token,
      studies: [{ key: shown.state.studies[0]!.key, folders: ['/runs/1'] }],
    });
  });

  it('tells what was learned: rewritten instructions, settings that differ and only those, other texts', () => {
    const { learned, studies } = fullComparison;
    expect(learned.instructions).toMatchObject([{ run: 'run-v2-13', gain: { mean: 0.025, low: -0.008, high: 0.067 } }]);
    expect(learned.settings.map(({ name }) => name)).toEqual(['tune.learningRate', 'tune.instruction']);
    expect(learned.templates).toEqual(
      studies.filter(({ template }) => template === 'triage.short').map(({ key }) => key),
    );
  });

  it('passes the check at the other end of the channel, empty or full', () => {
    for (const state of [fullComparison, emptyComparison, stateOf([]), stateOf([runRecord('1')])]) {
      expect(comparisonSide.events.state(JSON.parse(JSON.stringify(state)))).toBe(true);
    }
    for (const points of fullCurves) expect(comparisonSide.events.points(points)).toBe(true);
    expect(comparisonSide.events.state({ ...fullComparison, studies: [{}] })).toBe(false);
    expect(comparisonSide.events.points({ ...fullCurves[0], dev: [[1, 2]] })).toBe(false);
    const { calls } = comparisonSide;
    expect(calls.analyse.result(structuredClone(fullAnswers))).toBe(true);
    expect(calls.rows.result(structuredClone(fullRows[0]))).toBe(true);
    expect(calls.rows.result({ ...fullRows[0], numbers: [1, 2] })).toBe(false);
    expect(calls.rowDetail.result(structuredClone(fullDetail))).toBe(true);
    expect(calls.inspectPrompt.result(structuredClone(fullAnatomy))).toBe(true);
    for (const answer of Object.values(inputAnswers))
      expect(calls.answerSoFar.result({ more: '', pace: null, answer })).toBe(true);
  });
});

describe('points of a curve', () => {
  it('are parted into training and dev, losses that are no numbers as gaps', () => {
    const steps = [
      { step: 1, loss: 2, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 5 },
      { step: 2, loss: null as unknown as number, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 5 },
      { step: 2, dev: { loss: 1.5, accuracy: 0.5, macroF1: 0.4 } },
    ];
    expect(pointsOf('r', 4, steps)).toEqual({
      run: 'r',
      from: 4,
      training: [
        [1, 2],
        [2, null],
      ],
      dev: [[2, 1.5, 0.5]],
    });
  });
});
