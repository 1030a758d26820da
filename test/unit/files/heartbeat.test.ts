import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isHeartbeatSilent, startHeartbeat } from '../../../src/files/heartbeat';
import { temporaryFolder } from '../../support/comparison/comparisons';

describe('a heartbeat', () => {
  it('is silent where nobody writes it, or nobody has for as long as was asked', async () => {
    const path = join(await temporaryFolder(), 'heartbeat');
    expect(await isHeartbeatSilent(path, 50)).toBe(true);
    await writeFile(path, '7');
    expect(await isHeartbeatSilent(path, 50)).toBe(true);
  });

  it('is heard until it is stopped', async () => {
    const path = join(await temporaryFolder(), 'heartbeat');
    const heartbeat = startHeartbeat(path);
    expect(await isHeartbeatSilent(path, 30_000)).toBe(false);
    heartbeat.stop();
    expect(await isHeartbeatSilent(path, 2500)).toBe(true);
  });

  it('is no longer waited for once the signal says so', async () => {
    const path = join(await temporaryFolder(), 'heartbeat');
    await expect(isHeartbeatSilent(path, 60_000, AbortSignal.timeout(20))).rejects.toThrow(/abort/i);
  });
});
