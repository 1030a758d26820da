import { beforeEach, describe, expect, it } from 'vitest';
import { frontHandlers, type FrontParts } from '../../../../src/views/run/frontHandlers';
import type { WatchedRun } from '../../../../src/views/runs/runWatcher';
import { record } from '../../../support/records';
import { resetEditor } from '../../../support/vscodeStub';

const run: WatchedRun = { record: record('run'), folder: '/runs/run' };

/** The handlers, and what they asked for, in order. */
function served() {
  const asked: unknown[] = [];
  const inspector: FrontParts['inspector'] = {
    work: (name, request) => {
      asked.push([name, request]);
      return Promise.resolve(undefined as never);
    },
  };
  const refresh = () => {
    asked.push('refresh');
    return Promise.resolve();
  };
  return { asked, handlers: frontHandlers(() => run, { watcher: { refresh }, inspector }) };
}

describe('a text of a front', () => {
  beforeEach(() => {
    resetEditor(true);
  });

  it('is measured on test by the process that asks models, and the run is read again after it', async () => {
    const { asked, handlers } = served();
    await handlers.measureText({ text: 'Kind?' });
    expect(asked).toEqual([['measureText', { folder: '/runs/run', text: 'Kind?' }], 'refresh']);
  });

  it('is not measured in Restricted Mode', () => {
    resetEditor(false);
    const { asked, handlers } = served();
    expect(() => handlers.measureText({ text: 'Kind?' })).toThrow('Nothing is measured in Restricted Mode.');
    expect(asked).toEqual([]);
  });
});
