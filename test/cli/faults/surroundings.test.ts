import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { enqueueRun, resumeRun } from '../../../src/runs/queue/queue';
import type { RunRecord } from '../../../src/runs/record/record';
import { readRun } from '../../../src/runs/store/runFolder';
import { scanRuns } from '../../../src/runs/store/scanRuns';
import { livingTrainer } from '../../../src/runs/queue/trainerFolder';
import { launchQueueWorker } from '../../../src/runs/queue/launchQueueWorker';
import { describeRun } from '../../../src/views/runs/runText';
import { json, run, start, storiesWeather as weather, workspace } from '../../support/runs/runCli';
import { numbersOf } from '../../support/runs/runNumbers';
import { patience } from '../../support/running/patience';
import { support } from '../../support/running/paths';
import { stopAt, untilStopped } from '../../support/running/stopAt';

const trainer = { module: resolve('dist/trainer.js'), nodePath: '' };
const stoppingTrainer = { module: join(support, 'standIns', 'stoppingTrainer.cjs'), nodePath: '' };
const settings = { 'tune.steps': '24', 'tune.evalEvery': '4' };
const asOptions = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);

const call = promisify(execFile);

/** A small disk of its own at a folder; nothing where this process may not mount one. */
async function mountDisk(folder: string, megabytes: number) {
  await mkdir(folder, { recursive: true });
  const mounted =
    process.platform === 'linux' &&
    (await call('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).then(
      () => true,
      () => false,
    ));
  if (!mounted) return undefined;
  onTestFinished(async () => {
    await call('umount', ['-l', folder]);
  });
  return {
    /** Fills it to the last byte. */
    async fill() {
      const file = await open(join(folder, 'filler'), 'a');
      for (let size = 1 << 20; size > 0; size = Math.floor(size / 2)) {
        while (
          await file.write(Buffer.alloc(size)).then(
            ({ bytesWritten }) => bytesWritten === size,
            () => false,
          )
        );
      }
      await file.close();
    },
    empty: () => rm(join(folder, 'filler')),
    /** Lets a process that is stopped go on for a moment where it has a file open to write. */
    turn: (mode: 'ro' | 'rw', working?: ChildProcess) =>
      vi.waitFor(async () => {
        try {
          await call('mount', ['-o', `remount,${mode}`, folder]);
        } catch (error) {
          working?.kill('SIGCONT');
          working?.kill('SIGSTOP');
          throw error;
        }
      }, patience),
  };
}

/** A folder with the weather task, its queue, and a trainer for it that ends with the test. */
async function scene(below = '') {
  const root = await workspace(
    Object.fromEntries(Object.entries(weather).map(([path, text]) => [join(below, path), text])),
  );
  const folder = join(root, below);
  const [file, runs] = [join(folder, 'weather.prompt'), join(folder, 'disk', 'runs')];
  onTestFinished(async () => {
    const living = await livingTrainer(runs);
    if (living) process.kill(living.pid, 'SIGKILL');
  });
  /** Starts a trainer that stops itself once the dev rows of a step are written down. @returns its process */
  const launchUntil = async (step: number): Promise<number> => {
    Object.entries(stopAt(`"step":${step},"dev"`)).forEach(([name, value]) => vi.stubEnv(name, value));
    await launchQueueWorker(runs, stoppingTrainer).finally(() => vi.unstubAllEnvs());
    const { pid } = (await livingTrainer(runs))!;
    await untilStopped(pid);
    return pid;
  };
  return {
    folder,
    runs,
    queue: (set: Readonly<Record<string, string>> = settings) => enqueueRun({ file, method: 'soft', set, runs }),
    launch: () => launchQueueWorker(runs, trainer),
    launchUntil,
    becomes: (of: string, ...statuses: readonly RunRecord['status'][]) =>
      vi.waitFor(async () => expect(statuses).toContain((await readRun(of)).status), patience),
  };
}

/** What a run comes to that nothing disturbs, wherever it lies. */
let calm: Promise<object> | undefined;

function undisturbed(): Promise<object> {
  return (calm ??= scene().then(async ({ folder, runs }) => {
    expect((await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--runs', runs, ...asOptions)).code).toBe(
      0,
    );
    return numbersOf(join(runs, (await scanRuns(runs)).runs[0]!.id));
  }));
}

/** Skips a test where this machine or this user cannot do what it needs, and says so. */
function leaveOut(skip: (why: string) => void, why: string): void {
  console.log(`left out: ${why}`);
  skip(why);
}

const left = async (folder: string) =>
  (await readdir(folder, { recursive: true })).filter((name) => /\.tmp$|(^|[\\/])lock\./.test(name));
/** A run is done before its process has let go of the lock. */
const nothingStays = (folder: string) => vi.waitFor(async () => expect(await left(folder)).toEqual([]), patience);

describe('a disk that fills up while the real trainer works', () => {
  it('ends in a run that says so, and that goes on to the same numbers once there is room', async ({ skip }) => {
    const { folder, runs, queue, launch, launchUntil, becomes } = await scene();
    const disk = await mountDisk(join(folder, 'disk'), 4);
    if (!disk) return leaveOut(skip, 'a small disk can be mounted by root on Linux only');
    const of = await queue();
    const working = await launchUntil(8);
    await disk.fill();
    process.kill(working, 'SIGCONT');
    await becomes(of, 'failed', 'lost');
    const { status, error, progress } = await readRun(of);
    expect({ status, error }).toEqual({
      status: 'failed',
      error: { code: 'disk-full', message: 'The disk is full. Free some space, then resume the run.' },
    });
    expect(describeRun(await readRun(of))).toBe(`soft · failed · step ${progress.step}/24`);
    await disk.fill();
    // While it is full nothing new can begin, and whoever asks is told the same.
    await expect(queue()).rejects.toMatchObject({ code: 'ENOSPC' });
    const { code, err } = await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--runs', runs);
    expect({ code, err: err.trim() }).toEqual({
      code: 3,
      err: 'The disk is full. Free some space, then resume the run. [disk-full]',
    });
    await disk.empty();
    await resumeRun(of);
    await launch();
    await becomes(of, 'done');
    expect(await numbersOf(of)).toEqual(await undisturbed());
    await nothingStays(of);
    expect((await readdir(runs)).filter((name) => name.startsWith('.new'))).toEqual([]);
  });
});

describe('a disk that turns read-only', () => {
  it('while a run trains leaves it lost until it can be written to; meanwhile every command says why', async ({
    skip,
  }) => {
    const { folder, runs, launch, becomes } = await scene();
    const disk = await mountDisk(join(folder, 'disk'), 4);
    if (!disk) return leaveOut(skip, 'a disk can be mounted read-only by root on Linux only');
    const words = ['train', 'weather.prompt', '--method', 'soft', '--runs', runs, '--json', ...asOptions];
    const work = start(folder, words, { stopsAt: '"step":7,' });
    await work.says('"step":7,');
    await untilStopped(work.child.pid!);
    await disk.turn('ro', work.child);
    work.child.kill('SIGCONT');
    const ended = await work.ended;
    expect({ code: ended.code, why: ended.err.trim() }).toEqual({
      code: 3,
      why: expect.stringMatching(
        /^A file cannot be written: EROFS: .*Choose a runs folder that you may write to\. \[not-writable\]$/,
      ),
    });
    const [{ id, status }] = (await scanRuns(runs)).runs as [RunRecord];
    expect(status).toBe('lost');
    for (const command of [
      ['train', 'weather.prompt', '--method', 'soft'],
      ['train', 'weather.prompt', '--method', 'soft', '--resume', id],
      ['runs', 'delete', id],
    ]) {
      const { code, err } = await run(folder, ...command, '--runs', runs);
      expect({ code, err: err.trim() }, command.join(' ')).toEqual({
        code: 3,
        err: expect.stringMatching(/EROFS[\s\S]*\[not-writable\]$/),
      });
    }
    await expect(launch()).rejects.toMatchObject({ code: 'EROFS' });
    await disk.turn('rw');
    const of = join(runs, id);
    await resumeRun(of);
    await launch();
    await becomes(of, 'done');
    expect(await numbersOf(of)).toEqual(await undisturbed());
    await nothingStays(of);
  });
});

describe('a workspace whose path has spaces, signs and an emoji', () => {
  it('is trained in by the real trainer and by the command line, and its runs are found', async () => {
    const { folder, runs, queue, launch, becomes } = await scene(join('Prompts für alles 🎯', '100 % #1 & "more"'));
    const of = await queue();
    await launch();
    await becomes(of, 'done');
    const { code, err } = await run(
      folder,
      'train',
      'weather.prompt',
      '--method',
      'soft',
      '--runs',
      runs,
      ...asOptions,
    );
    expect({ code, failed: /\[[a-z-]+\]$/m.exec(err)?.[0] }).toEqual({ code: 0, failed: undefined });
    const listed = await json<readonly RunRecord[]>(folder, 'runs', 'list', '--runs', runs);
    expect(listed.map(({ status, template }) => [status, template.path])).toEqual([
      ['done', join(folder, 'weather.prompt')],
      ['done', join(folder, 'weather.prompt')],
    ]);
    const numbers = await Promise.all(listed.map(({ id }) => numbersOf(join(runs, id))));
    expect(numbers[0]).toEqual(numbers[1]);
    expect(
      (await run(folder, 'export', listed[0]!.id, '--runs', runs, '--format', 'peft', '--to', 'out 🎁')).code,
    ).toBe(0);
    expect(await readdir(join(folder, 'out 🎁'))).toContain('adapter_config.json');
  });
});

describe('a clock that jumps', () => {
  it('back and forth by a day between heartbeats changes neither who works on a run nor its numbers', async () => {
    const { folder, runs, queue, launch } = await scene();
    // As the clock looks while the system sets it again and again: another day at every reading.
    const jumping = join(folder, 'jumping.cjs');
    await writeFile(
      jumping,
      `const real = Date;
let turn = 0;
const jumped = () => real.now() + [0, 86400000, -86400000][turn++ % 3];
globalThis.Date = class extends real {
  constructor(...given) {
    if (given.length > 0) super(...given);
    else super(jumped());
  }
  static now() {
    return jumped();
  }
};
`,
    );
    const of = await queue();
    const child = spawn(process.execPath, ['-r', jumping, trainer.module, '--serve', runs], {
      stdio: 'ignore',
      env: { ...process.env, ...stopAt('"step":4,"dev"') },
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await untilStopped(child.pid!);
    const seen = new Set<string>();
    for (let status = ''; status !== 'done';) {
      seen.add((status = (await readRun(of)).status));
      await launch();
      child.kill('SIGCONT');
    }
    // Whoever looks meanwhile sees it at work, and every further trainer finds that there is one.
    expect([...seen]).toEqual(['running', 'done']);
    expect((await readRun(of)).generation).toBe(1);
    expect(await numbersOf(of)).toEqual(await undisturbed());
    const { result, started, finished } = await readRun(of);
    expect(result!.seconds).toBeLessThan(3600);
    expect(Math.abs(Date.parse(finished!) - Date.parse(started!))).toBeLessThan(3 * 86_400_000);
  });
});

describe('a machine that sleeps', () => {
  /** As after a night: what the run last said of itself is long past. */
  const age = async (of: string) => {
    const path = join(of, 'run.json');
    const record = JSON.parse(await readFile(path, 'utf8')) as RunRecord;
    await writeFile(
      path,
      JSON.stringify({
        ...record,
        process: { ...record.process, heartbeat: new Date(Date.now() - 8 * 3_600_000).toISOString() },
      }),
    );
  };

  it('holds its runs while it sleeps: no second trainer takes them, and they go on when it wakes', async () => {
    const { folder, runs, queue, launch, launchUntil, becomes } = await scene();
    const of = await queue();
    const sleeper = await launchUntil(8);
    await age(of);
    expect((await readRun(of)).status).toBe('running');
    await launch();
    expect((await livingTrainer(runs))?.pid).toBe(sleeper);
    const { code, err } = await run(
      folder,
      'train',
      'weather.prompt',
      '--method',
      'soft',
      '--resume',
      of,
      '--runs',
      runs,
    );
    expect({ code, err: err.trim() }).toEqual({
      code: 1,
      err: expect.stringMatching(/is at work\. Stop it first\. \[run-busy\]$/),
    });
    process.kill(sleeper, 'SIGCONT');
    await becomes(of, 'done');
    expect((await readRun(of)).generation).toBe(1);
    expect(await numbersOf(of)).toEqual(await undisturbed());
  });

  it('and whose run another machine has taken over meanwhile writes nothing more to it when it wakes', async ({
    skip,
  }) => {
    const { folder, runs, queue, launchUntil, becomes } = await scene();
    // A space of its own for process numbers is as good as another machine: neither can ask whether the other's
    // process lives.
    const elsewhere = ['--pid', '--fork', '--mount-proc'];
    if (
      !(await call('unshare', [...elsewhere, 'true']).then(
        () => true,
        () => false,
      ))
    )
      return leaveOut(skip, 'another space of process numbers can be had by root on Linux only');
    const of = await queue();
    const sleeper = await launchUntil(8);
    await age(of);
    await call(
      'unshare',
      [
        ...elsewhere,
        process.execPath,
        resolve('dist/cli.js'),
        'train',
        'weather.prompt',
        '--method',
        'soft',
        '--resume',
        of,
        '--runs',
        runs,
      ],
      { cwd: folder },
    );
    expect(await readRun(of)).toMatchObject({ status: 'done', generation: 2 });
    const before = await readFile(join(of, 'metrics.jsonl'), 'utf8');
    process.kill(sleeper, 'SIGCONT');
    // It ends its work on the run, and looks for other work.
    const next = await queue({ 'tune.steps': '2' });
    await becomes(next, 'done');
    expect((await readRun(next)).generation).toBe(1);
    expect(await readRun(of)).toMatchObject({ status: 'done', generation: 2 });
    expect(await readFile(join(of, 'metrics.jsonl'), 'utf8')).toBe(before);
    expect(await numbersOf(of)).toEqual(await undisturbed());
    await nothingStays(of);
  });
});
