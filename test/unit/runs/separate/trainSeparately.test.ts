import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/runs/store/runEvent';
import { trainSeparately } from '../../../../src/runs/separate/trainSeparately';
import { support } from '../../../support/running/paths';

const module = join(support, 'standIns', 'dyingTrainer.cjs');
const request = (file: string) => ({ file, method: 'soft' as const, set: {}, runs: '/w/runs' });

describe('a training in a process of its own that dies', () => {
  it('is a run that failed where it has begun, by its folder', async () => {
    const events: RunEvent[] = [];
    const { folder, failure } = await trainSeparately(
      request('/w/begun.prompt'),
      { onEvent: (event) => events.push(event) },
      { module, threads: 1 },
    );
    expect(events).toEqual([{ kind: 'run', run: 'r', folder: '/w/runs/r', method: 'soft', file: '/w/begun.prompt' }]);
    expect(folder).toBe('/w/runs/r');
    expect(failure).toMatchObject({ code: 'trainer-ended', location: { file: '/w/runs/r' } });
    expect(failure!.message).toContain('(7)');
  });

  it('is a failure where it has not, and where there is no such program', async () => {
    for (const given of [module, '/w/no-such-program.js'])
      await expect(
        trainSeparately(request('/w/early.prompt'), {}, { module: given, threads: 1 }),
      ).rejects.toMatchObject({ code: 'trainer-ended' });
  });
});
