import { beforeEach, describe, expect, it } from 'vitest';
import { frontHandlers } from '../../../../src/views/front/handlers';
import type { WatchedRun } from '../../../../src/views/runs/runWatcher';
import { record } from '../../../support/runs/records';
import { resetEditor } from '../../../support/standIns/vscodeStub';

const run: WatchedRun = { record: record('run'), folder: '/runs/run' };

/** The handlers, and what they asked for, in order. */
function served() {
  const asked: unknown[] = [];
  const handlers = frontHandlers(() => run, {
    measure: ({ folder }, text) => {
      asked.push(['measure', folder, text]);
      return Promise.resolve(true);
    },
    stop: ({ folder }, text) => {
      asked.push(['stop', folder, text]);
      return Promise.resolve();
    },
  });
  return { asked, handlers };
}

describe('a text of a front', () => {
  beforeEach(() => {
    resetEditor(true);
  });

  it('is measured on test and stopped where the window keeps count of it', async () => {
    const { asked, handlers } = served();
    expect(await handlers.measureText({ run: 'run', text: 'Kind?' })).toBe(true);
    await handlers.stopMeasuring({ run: 'run', text: 'Kind?' });
    expect(asked).toEqual([
      ['measure', '/runs/run', 'Kind?'],
      ['stop', '/runs/run', 'Kind?'],
    ]);
  });

  it('is not measured in Restricted Mode', () => {
    resetEditor(false);
    const { asked, handlers } = served();
    expect(() => handlers.measureText({ run: 'run', text: 'Kind?' })).toThrow(
      'Nothing is measured in Restricted Mode.',
    );
    expect(asked).toEqual([]);
  });
});
