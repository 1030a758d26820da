import { describe, expect, it } from 'vitest';
import { templateName, templateFamily } from '../../../../src/template/read/templateName';
import { describeRun, describeState } from '../../../../src/views/runs/runText';
import { result, runRecord } from '../../../support/views';

describe('the words for a run', () => {
  it('tell step and loss while it trains', () => {
    const run = runRecord('1', {
      status: 'running',
      result: undefined,
      progress: { phase: 'training', step: 120, steps: 300, loss: 0.834 },
    });
    expect(describeRun(run)).toBe('soft · step 120/300 · loss 0.83');
  });

  it('tell what happens before the first step', () => {
    const phase = (name: 'loading' | 'sweep' | 'testing') =>
      describeRun(runRecord('1', { status: 'running', progress: { phase: name, step: 0, steps: 300 } }));
    expect([phase('loading'), phase('sweep'), phase('testing')]).toEqual([
      'soft · loading the model',
      'soft · choosing a learning rate',
      'soft · testing',
    ]);
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
    expect(describeRun(runRecord('1', { collapsed: 'bug' }))).toBe('soft · test acc 0.83 ±0.03 · collapsed onto "bug"');
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
