import { describe, expect, it } from 'vitest';
import { templateName, templateFamily } from '../../../../src/template/read/templateName';
import type { RunProgress } from '../../../../src/runs/record/record';
import { partDone } from '../../../../src/runs/record/runStage';
import type { Settings } from '../../../../src/template/settings/settings';
import { describeRun, describeState } from '../../../../src/views/runs/runText';
import { result, runRecord } from '../../../support/pages/views';

describe('the words for a run', () => {
  it('tell step and loss while it trains', () => {
    const run = runRecord('1', {
      status: 'running',
      result: undefined,
      progress: { phase: 'training', step: 120, steps: 300, loss: 0.834 },
    });
    expect(describeRun(run)).toBe('soft · step 120/300 · loss 0.83');
  });

  it('tell what happens before and after the steps, and how far it is', () => {
    const during = (progress: RunProgress, settings = runRecord('1').settings) =>
      describeRun(runRecord('1', { status: 'running', settings, progress }));
    expect([
      during({ phase: 'waiting', step: 0, steps: 300 }),
      during({ phase: 'loading', step: 0, steps: 300 }),
      during({ phase: 'checking', step: 1000, steps: 3180 }),
      during({ phase: 'searching', step: 3000, steps: 12000 }),
      during({ phase: 'sweep', step: 12, steps: 40, trial: 2, trials: 4 }),
      during({ phase: 'sweep', step: 1, steps: 8, trial: 1, trials: 3 }, { blackBox: true } as Settings),
      during({ phase: 'sweep', step: 2, steps: 4 }),
      during({ phase: 'testing', step: 1200, steps: 3000 }),
    ]).toEqual([
      'soft · starting',
      'soft · loading the model',
      'soft · checking 1,000/3,180 rows',
      'soft · rewriting the instruction · 25 %',
      'soft · trying rate 2 of 4 · step 12/40',
      'soft · trying step size 1 of 3 · step 1/8',
      'soft · choosing a learning rate',
      'soft · testing 1,200/3,000 rows',
    ]);
    const older = { step: 12, steps: 40, trial: 2, trials: 4 };
    expect(partDone(older)).toEqual({ step: 52, steps: 160 });
    // Trials of the second round go on from the steps of the first.
    expect(partDone({ ...older, done: 212, all: 360 })).toEqual({ step: 212, steps: 360 });
  });

  it('tell a run that is paused from one that waits', () => {
    const queued = (step: number) =>
      runRecord('1', { status: 'queued', result: undefined, progress: { phase: 'waiting', step, steps: 300 } });
    expect(describeState(queued(0), { paused: false })).toEqual(['waiting']);
    expect(describeState(queued(0), { paused: true })).toEqual(['paused']);
    expect(describeState(queued(40), { paused: true })).toEqual(['paused', 'step 40/300']);
  });

  it('tell the accuracy and half the width of its interval when it is done', () => {
    expect(describeRun(runRecord('1'))).toBe('soft · test acc 0.83 ±0.03');
  });

  it('tell when nearly every row was called by one label', () => {
    const run = runRecord('1', { collapsed: 'bug' });
    expect(describeRun(run)).toBe('soft · test acc 0.83 ±0.03 · collapsed onto "bug"');
  });

  it('call an accuracy of free text what it counts, exact answers', () => {
    expect(describeRun(runRecord('1', { result: { ...result, majority: undefined } }))).toBe(
      'soft · test exact 0.83 ±0.03',
    );
  });

  it('tell the loss where there is no accuracy', () => {
    expect(describeRun(runRecord('1', { result: { ...result, accuracy: null as unknown as number } }))).toBe(
      'soft · test loss 0.50',
    );
  });

  it('tell how far a run came that did not end well', () => {
    const ended = (status: 'stopped' | 'failed' | 'lost') =>
      describeRun(runRecord('1', { status, progress: { phase: 'training', step: 7, steps: 300 } }));
    expect([ended('stopped'), ended('failed'), ended('lost')]).toEqual([
      'soft · stopped · step 7/300',
      'soft · failed · step 7/300',
      'soft · lost · step 7/300',
    ]);
  });
});

describe('the name of a template', () => {
  it('is that of its file, on every system', () => {
    expect([templateName('/a/triage.short.prompt'), templateName('C:\\a\\triage.prompt')]).toEqual([
      'triage.short',
      'triage',
    ]);
  });

  it('has its variants in one family, and others of the name elsewhere not', () => {
    expect(templateFamily('/a/triage.short.prompt')).toBe(templateFamily('/a/triage.prompt'));
    expect(templateFamily('/b/triage.prompt')).not.toBe(templateFamily('/a/triage.prompt'));
  });
});
