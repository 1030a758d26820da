import { describe, expect, it } from 'vitest';
import { can, runCapabilities, capabilitiesOf, type Capability } from '../../../../src/runs/queue/runCapabilities';
import type { RunRecord } from '../../../../src/runs/record/record';
import { runRecord } from '../../../support/pages/views';

const always: readonly Capability[] = [
  'openRun',
  'openComparison',
  'openTemplate',
  'showLog',
  'exportReport',
  'renameRun',
  'noteRun',
  'copySettings',
  'revealRun',
];

/** What may be done with a run beside looking at it and naming it. */
function beside(changes: Partial<RunRecord>, paused = false): readonly Capability[] {
  const run = { record: runRecord('1', changes), ticket: { paused } };
  expect(capabilitiesOf(run).slice(0, always.length)).toEqual(always);
  return capabilitiesOf(run).slice(always.length);
}

describe('what may be done with a run', () => {
  const begun = { phase: 'training', step: 7, steps: 300 } as const;
  const unbegun = { phase: 'waiting', step: 0, steps: 300 } as const;

  it('follows from its status', () => {
    expect(beside({ status: 'queued', progress: unbegun })).toEqual(['stop', 'pause', 'moveUp', 'moveDown', 'starRun']);
    expect(beside({ status: 'running', progress: begun })).toEqual(['stop', 'pause', 'starRun']);
    expect(beside({ status: 'done' })).toEqual([
      'trainAgain',
      'continueRun',
      'predictRows',
      'exportRun',
      'serveRun',
      'modelCard',
      'shareRun',
      'starRun',
      'deleteRun',
    ]);
    expect(beside({ status: 'stopped', progress: begun })).toEqual([
      'resume',
      'trainAgain',
      'continueRun',
      'predictRows',
      'exportRun',
      'serveRun',
      'modelCard',
      'shareRun',
      'starRun',
      'deleteRun',
    ]);
    for (const status of ['failed', 'lost'] as const)
      expect(beside({ status, progress: begun })).toEqual(['resume', 'trainAgain', 'shareRun', 'starRun', 'deleteRun']);
  });

  it('lets one that was set aside go on, and still be stopped', () => {
    expect(beside({ status: 'queued', progress: begun }, true)).toEqual([
      'stop',
      'pause',
      'moveUp',
      'moveDown',
      'resume',
      'starRun',
    ]);
  });

  it('has nothing to export or to start from before the first step, and only the text of a hard prompt', () => {
    expect(beside({ status: 'stopped', progress: unbegun })).toEqual([
      'resume',
      'trainAgain',
      'shareRun',
      'starRun',
      'deleteRun',
    ]);
    expect(beside({ status: 'done', method: 'hard' })).toEqual([
      'predictRows',
      'exportRun',
      'serveRun',
      'modelCard',
      'shareRun',
      'starRun',
      'deleteRun',
    ]);
  });

  it('takes a star away only where there is one', () => {
    expect(beside({ starred: true })).toContain('unstarRun');
    expect(beside({ starred: true })).not.toContain('starRun');
  });

  it('is the same asked one by one', () => {
    const run = { record: runRecord('1', { status: 'lost' }) };
    expect(runCapabilities.filter((capability) => can(run, capability))).toEqual(capabilitiesOf(run));
  });
});

describe('examples of a run', () => {
  it('can be written into its template where every row has the same', () => {
    const examples = {
      choose: 'random',
      count: 1,
      rows: [],
      hidden: [1],
      source: 'a: b\n',
      text: 'a: b\n{{x}}',
    } as const;
    expect(beside({ status: 'done', examples })).toContain('useExamples');
    expect(beside({ status: 'done', examples: { ...examples, source: undefined } })).not.toContain('useExamples');
  });
});
