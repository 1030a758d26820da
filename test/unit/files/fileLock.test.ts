import { spawn } from 'node:child_process';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readLock, takeLock } from '../../../src/files/fileLock';
import { startRun } from '../../../src/runs/work/liveRun';
import { stateOfProcess, thisProcess } from '../../../src/files/processIdentity';
import { requestStop } from '../../../src/runs/queue/stopRequest';
import { createRun, readRun } from '../../../src/runs/store/runFolder';
import { isSilent } from '../../../src/runs/store/runStatus';
import { record, temporaryFolder } from '../../support/comparison/comparisons';

/** A process that does nothing, and what identifies it. */
async function idleProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exited = new Promise((fulfil) => child.on('exit', fulfil));
  const { host } = await thisProcess();
  const started = process.platform === 'linux' ? await startOnLinux(child.pid!) : undefined;
  return { child, exited, identity: { pid: child.pid!, host, ...(started !== undefined && { started }) } };
}

async function startOnLinux(pid: number): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return `${boot.trim()} ${stat.split(') ')[1]!.split(' ')[19]!}`;
}

describe('the life of a process', () => {
  it('is told from its number and its start, so that a number given away again deceives nobody', async () => {
    const { child, exited, identity } = await idleProcess();
    expect(await stateOfProcess(await thisProcess())).toBe('living');
    if (identity.started !== undefined) {
      expect(await stateOfProcess(identity)).toBe('living');
      expect(await stateOfProcess({ ...identity, started: 'another start' })).toBe('dead');
    }
    expect(await stateOfProcess({ ...identity, host: 'another machine' })).toBe('unknown');
    child.kill('SIGKILL');
    await exited;
    expect(await stateOfProcess(identity)).toBe('dead');
  });
});

describe('a lock', () => {
  it('has one holder at a time, however many ask at once', async () => {
    const folder = await temporaryFolder();
    const taken = await Promise.all(Array.from({ length: 20 }, () => takeLock(folder)));
    expect(taken.filter((lock) => lock !== undefined)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['lock.1']);
    await taken.find((lock) => lock !== undefined)!.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a dead process is taken over by one of those who find it, and by no other', async () => {
    for (let trial = 0; trial < 20; trial++) {
      const folder = await temporaryFolder();
      await writeFile(
        join(folder, 'lock.7'),
        JSON.stringify({ ...(await thisProcess()), started: 'long ago', token: 'x' }),
      );
      const taken = (await Promise.all(Array.from({ length: 8 }, () => takeLock(folder)))).filter(
        (lock) => lock !== undefined,
      );
      expect(taken.map(({ generation }) => generation)).toEqual([8]);
      expect(await readdir(folder)).toEqual(['lock.8']);
    }
  });

  it('goes on counting from what is known from elsewhere', async () => {
    const folder = await temporaryFolder();
    expect((await takeLock(folder, { passed: () => Promise.resolve(41) }))?.generation).toBe(42);
  });

  it('that was taken over tells its former holder so, and is not released by it', async () => {
    const folder = await temporaryFolder();
    const first = (await takeLock(folder))!;
    await writeFile(join(folder, 'lock.2'), JSON.stringify({ ...(await thisProcess()), token: 'another' }));
    await rm(join(folder, 'lock.1'));
    await expect(first.requireHeld()).rejects.toMatchObject({ code: 'lock-lost' });
    await first.release();
    expect((await readLock(folder))?.holder.token).toBe('another');
  });

  it('whose folder was deleted says that, and not that another has it', async () => {
    const folder = await temporaryFolder();
    const lock = (await takeLock(folder))!;
    await rm(folder, { recursive: true });
    await expect(lock.requireHeld()).rejects.toMatchObject({
      code: 'lock-lost',
      message: expect.stringContaining('deleted') as string,
      location: { file: folder },
    });
  });

  it('that is not readable is respected while it may still be being written, and no longer', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock.1'), '{"pid":');
    expect(await takeLock(folder)).toBeUndefined();
    const { utimes } = await import('node:fs/promises');
    await utimes(join(folder, 'lock.1'), 1, 1);
    expect((await takeLock(folder))?.generation).toBe(2);
  });
});

describe('two processes on one runs folder', () => {
  it('never write one run at once: the second is refused, one that was overtaken writes no more', async () => {
    const folder = await createRun(await temporaryFolder(), record('a'));
    const first = await startRun(folder, 'a', {});
    await expect(startRun(folder, 'a', {})).rejects.toMatchObject({ code: 'run-busy' });
    // As after a long sleep on a machine that others could no longer see.
    const { rename } = await import('node:fs/promises');
    await rename(join(folder, 'lock.1'), join(folder, 'aside'));
    const second = await startRun(folder, 'a', {});
    expect(second.record.generation).toBe(2);
    for (const write of [
      () => first.change((run) => ({ ...run, collapsed: 'x' })),
      () => first.log('late'),
      () => first.requireHeld(),
      () => first.end('done'),
    ]) {
      await expect(write()).rejects.toMatchObject({ code: 'lock-lost' });
    }
    await second.end('stopped');
    expect(await readRun(folder)).toMatchObject({ status: 'stopped', generation: 2 });
    expect((await readRun(folder)).collapsed).toBeUndefined();
  });

  it('stop a run whichever of them works on it, for good or for now', async () => {
    for (const [then, status] of [
      ['stopped', 'stopped'],
      ['queued', 'queued'],
    ] as const) {
      const folder = await createRun(await temporaryFolder(), record('a'));
      const run = await startRun(folder, 'a', {});
      await requestStop(folder, then);
      await new Promise<void>((fulfil) => run.signal.addEventListener('abort', () => fulfil()));
      await run.end('stopped');
      expect((await readRun(folder)).status).toBe(status);
      expect((await readdir(folder)).sort()).toEqual(['run.json']);
    }
  });
});

describe('a run whose holder is on another machine', () => {
  const beat = (heartbeat: string) => ({ process: { pid: 1, heartbeat } });
  const now = Date.parse('2026-03-01T12:00:00.000Z');

  it('is alive while its heartbeat changes, whatever the clocks say', () => {
    expect(isSilent('/far/a', beat('2031-01-01T00:00:00.000Z'), 0, now)).toBe(false);
    expect(isSilent('/far/a', beat('2019-01-01T00:00:00.000Z'), 14_000, now)).toBe(false);
    expect(isSilent('/far/a', beat('2019-01-01T00:00:02.000Z'), 60_000, now - 86_400_000)).toBe(false);
  });

  it('is lost when its heartbeat stands still while this process watches, and back with the next', () => {
    expect(isSilent('/far/b', beat('2026-03-01T12:00:00.000Z'), 1000, now)).toBe(false);
    expect(isSilent('/far/b', beat('2026-03-01T12:00:00.000Z'), 15_000, now)).toBe(false);
    expect(isSilent('/far/b', beat('2026-03-01T12:00:00.000Z'), 17_000, now)).toBe(true);
    expect(isSilent('/far/b', beat('2026-03-01T12:00:02.000Z'), 18_000, now)).toBe(false);
  });

  it('is lost at the first look when its heartbeat is long past, and stays so', () => {
    expect(isSilent('/far/c', beat('2026-03-01T11:00:00.000Z'), 1000, now)).toBe(true);
    expect(isSilent('/far/c', beat('2026-03-01T11:00:00.000Z'), 1001, now)).toBe(true);
  });
});
