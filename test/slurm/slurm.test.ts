import { setTimeout } from 'node:timers/promises';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secondsOf } from '../../src/cluster/jobLines';
import { refreshStates } from '../../src/cluster/refreshStates';
import type { RunRecord } from '../../src/runs/record/record';
import { readRun } from '../../src/runs/store/runFolder';
import { readMetrics } from '../../src/runs/store/files/metrics';
import { readSlurmTicket } from '../../src/runs/slurm/slurmTicket';
import { json, jsonLines, run, tinyWeather } from '../support/runs/runCli';
import { numbersOf } from '../support/runs/runNumbers';
import { until as untilSo } from '../support/running/until.mjs';
import { startCluster, type Cluster } from './cluster.mjs';
import { longestWait } from './longestWait.mjs';

/** As long as a run that is caught in the middle must be, and no longer; it is frozen while something is done to it. */
const long: Readonly<Record<string, string>> = { 'tune.steps': '240', 'tune.evalEvery': '20' };

let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  cluster = await startCluster();
  Object.assign(process.env, { SLURM_CONF: cluster.env.SLURM_CONF, PATH: cluster.env.PATH });
  folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-study-'));
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(tinyWeather)) await writeFile(join(folder, name), text);
});

afterAll(async () => {
  await cluster?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const settings = (set: Readonly<Record<string, string>>) =>
  Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`]);

const modest = ['--on', 'slurm', '--cpus', '1', '--mem', '600M'];

interface Handed {
  readonly submission: string;
  readonly jobs: readonly { readonly job: string; readonly tasks: number }[];
  readonly runs: readonly string[];
  readonly report?: { readonly job: string; readonly to: string };
}

/** Hands a training over to Slurm. @returns what the program says of it */
async function hand(set: Readonly<Record<string, string>>, ...options: readonly string[]): Promise<Handed> {
  return json<Handed>(folder, 'train', 'weather.prompt', '--method', 'soft', ...settings(set), ...modest, ...options);
}

/** Waits for a state of a run or of the cluster, as long as the test may take: the machine may do much else. */
function until<T>(what: string, look: () => T | Promise<T>, seen: () => Promise<string> | string = () => '') {
  return untilSo(what, look, { seen: async () => `${await seen()}\n${cluster.seen()}`, longest: longestWait });
}

const runFolder = (id: string, runs = '.prompt-tuner/runs') => join(folder, runs, id);

/** The runs of a runs folder, by their folders. */
const listed = async (runs: string): Promise<readonly string[]> =>
  (await readdir(join(folder, runs)).catch(() => [])).filter((name) => !name.startsWith('.')).sort();

/** A run as everyone reads it, once Slurm was asked. */
async function shown(id: string, runs?: string): Promise<RunRecord> {
  const of = runFolder(id, runs);
  await refreshStates(dirname(of));
  return readRun(of);
}

/** Between two questions to Slurm, which has other work; in milliseconds. */
const pauseMilliseconds = 300;

async function becomes(id: string, status: RunRecord['status'], runs?: string): Promise<RunRecord> {
  return until(
    `${id} to be ${status}`,
    async () => {
      await setTimeout(pauseMilliseconds);
      const record = await shown(id, runs);
      return record.status === status && record;
    },
    async () => JSON.stringify(await readRun(runFolder(id, runs))),
  );
}

/**
 * Stops the process of a run where it is, between two of its instructions, once it has taken steps and kept some. It is
 * let go in short pieces, so that a quick machine does not take it to its end in between.
 */
async function freeze(id: string, runs?: string): Promise<number> {
  const of = runFolder(id, runs);
  const pid = await until(`${id} to be at work`, async () => {
    const { status, process: owner } = await readRun(of);
    return status === 'running' && owner?.pid;
  });
  return until(`steps of ${id}`, async () => {
    process.kill(pid, 'SIGSTOP');
    const { lines } = await readMetrics(of);
    const { status } = await readRun(of);
    if (lines.length >= 30 && existsSync(join(of, 'checkpoint')) && status === 'running') return pid;
    process.kill(pid, 'SIGCONT');
    return undefined;
  });
}

interface Caught {
  readonly id: string;
  readonly pid: number;
}

/** Hands long runs over and freezes each at work; none starts before all are watched, and so none ends unseen. */
async function caught(set = long, options: readonly string[] = [], runs?: string): Promise<readonly Caught[]> {
  cluster.call('scontrol', 'update', 'PartitionName=main', 'State=DOWN');
  const handed = await hand(set, ...options, ...(runs === undefined ? [] : ['--runs', runs]));
  const frozen = handed.runs.map(async (id) => ({ id, pid: await freeze(id, runs) }));
  cluster.call('scontrol', 'update', 'PartitionName=main', 'State=UP');
  return Promise.all(frozen);
}

/** Waits until a frozen process has the signal to end. */
function isToldToEnd(pid: number): Promise<true> {
  return until(`a signal to ${pid}`, async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const [, pending = '0'] = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(status) ?? [];
    // Slurm itself wakes a process that it ends.
    return (BigInt(`0x${pending}`) & terminate) !== 0n || !/^State:\s*T/m.test(status);
  });
}

/** Lets a frozen process go on once it has the signal to end, so that it does not come to its end before. */
async function wake(pid: number): Promise<void> {
  await isToldToEnd(pid);
  signalIfThere(pid, 'SIGCONT');
}

/** The bit of SIGTERM among pending signals (proc(5)). */
const terminate = 1n << 14n;

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** The process that started another (proc(5)): of a task, Slurm's own that watches over it. */
async function parentOf(pid: number): Promise<number> {
  return Number(/^PPid:\s*(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1]);
}

/** What Slurm calls the task of a run. */
async function taskOf(id: string): Promise<string> {
  const { task } = (await readSlurmTicket(runFolder(id)))!;
  const record = await shown(id);
  expect(record).toMatchObject({ slurm: { id: expect.stringMatching(new RegExp(`_${task}$`)) as string } });
  return record.slurm!.id!;
}

/** Slurm lets a task that was started before wait two minutes; a test need not, unless it was so slow itself. */
async function startsAgain(id: string, task: string): Promise<void> {
  const hasBegun = async () => ((await readRun(runFolder(id))).allocations?.length ?? 0) > 1;
  const waits = () => cluster.call('squeue', '-h', '-j', task, '-o', '%T').trim() === 'PENDING';
  await until(`${task} to wait`, async () => (await hasBegun()) || waits());
  // A node refuses a task within the second in which it has ended it: that is what Slurm waits for.
  const second = Math.floor(Date.now() / 1000);
  await until('another second', () => Math.floor(Date.now() / 1000) > second + 1);
  if (!waits()) return;
  expect(await shown(id)).toMatchObject({ slurm: { state: expect.stringMatching(/^(PENDING|RUNNING)$/) as string } });
  cluster.call('scontrol', 'update', `JobId=${task}`, 'StartTime=now');
}

/** The same long run here, without Slurm: made once. */
let here: Promise<object> | undefined;
function undisturbed(): Promise<object> {
  return (here ??= (async () => {
    const args = ['train', 'weather.prompt', '--method', 'soft', ...settings(long), '--runs', 'here', '--json'];
    const { out, code, err } = await run(folder, ...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return numbersOf(runFolder(String(jsonLines(out).at(-1)!.run), 'here'));
  })());
}

async function isAsUndisturbed(id: string): Promise<void> {
  expect(await numbersOf(runFolder(id))).toEqual(await undisturbed());
}

/** Runs whose tasks stand still until Slurm warns or ends them; they cost nothing while others are tested. */
let overdue: Promise<string> | undefined;
let warned: Promise<{ readonly id: string; readonly task: string }> | undefined;

/** A run that was warned, and waits for its next stay. */
async function warn(): Promise<{ readonly id: string; readonly task: string }> {
  const [{ id, pid }] = (await caught(long, ['--time', '60'])) as [Caught];
  const task = await taskOf(id);
  // A minute and more from now, so that the warning comes, and comes soon.
  const minutes = Math.floor(secondsOf(cluster.call('squeue', '-h', '-j', task, '-o', '%M'))! / 60) + 2;
  cluster.call('scontrol', 'update', `JobId=${task}`, `TimeLimit=${minutes}`);
  await isToldToEnd(pid);
  // The warning is all that is wanted: however long the run takes to keep its checkpoint, Slurm does not end it.
  cluster.call('scontrol', 'update', `JobId=${task}`, 'TimeLimit=600');
  signalIfThere(pid, 'SIGCONT');
  await until('the end of the stay', () => cluster.call('squeue', '-h', '-j', task, '-o', '%T').trim() === 'PENDING');
  return { id, task };
}

/** A run whose task does not even come to its program, and hears no warning. */
async function overstay(): Promise<string> {
  await mkdir(join(folder, 'overdue'), { recursive: true });
  await writeFile(join(folder, 'overdue/slurm.yaml'), `prologue: "trap '' TERM; sleep infinity"\ntime: 1\n`);
  return (await hand(long, '--runs', 'overdue/runs')).runs[0]!;
}

const jobs = (): string => cluster.call('squeue', '-h', '--array', '-o', '%i');

describe('a study on Slurm', () => {
  it('of 12 runs over two slots comes to the numbers of the same study here, and is compared at the end', async () => {
    const study = { 'tune.learningRate': '[0.01, 0.05, 0.2]', 'tune.seeds': '4' };
    const { runs, jobs, report } = await hand(study, '--array-limit', '2');
    // One array holds 11 tasks here (MaxArraySize).
    expect(jobs.map(({ tasks }) => tasks)).toEqual([11, 1]);
    warned = warn();
    overdue = overstay();
    const local = await run(
      folder,
      'train',
      'weather.prompt',
      '--method',
      'soft',
      ...settings(study),
      '--runs',
      'grid',
    );
    expect(local.code).toBe(0);
    let most = 0;
    await until('the comparison', () => {
      const states = cluster.call('squeue', '-h', '--array', '-j', jobs.map(({ job }) => job).join(), '-o', '%T');
      most = Math.max(most, states.match(/RUNNING/g)?.length ?? 0);
      return existsSync(report!.to);
    });
    expect(most).toBeLessThanOrEqual(2);
    const numbers = async (folders: readonly string[]) => {
      const each = await Promise.all(
        folders.map(async (of) => {
          const { learningRate, seed } = (await readRun(of)).settings;
          return [`${learningRate} ${seed}`, await numbersOf(of)] as const;
        }),
      );
      return Object.fromEntries(each);
    };
    const grid = (await readdir(join(folder, 'grid'))).map((id) => runFolder(id, 'grid'));
    const ours = await numbers(runs.map((id) => runFolder(id)));
    expect(Object.keys(ours)).toHaveLength(12);
    expect(ours).toEqual(await numbers(grid));
    const records = await Promise.all(runs.map((id) => readRun(runFolder(id))));
    expect(new Set(records.map((record) => record.study?.id)).size).toBe(1);
    expect(records[0]!.allocations).toMatchObject([{ job: `${jobs[0]!.job}_0`, restarts: 0, threads: 1, step: 0 }]);
    expect(await readFile(report!.to, 'utf8')).toContain('weather');
  });

  it('asks for the memory that a step takes here, and for the cores that it computes with', async () => {
    const { runs } = await json<Handed>(
      folder,
      ...['compare', 'weather.prompt', '--methods', 'hard,soft', '--seeds', '1', '--on', 'slurm', '--cpus', '2'],
      ...['--report', 'compared.html', '--runs', 'measured'],
    );
    expect(runs).toHaveLength(2);
    await until('the report', () => existsSync(join(folder, 'compared.html')));
    for (const id of runs) {
      const { status, method, result, allocations } = await shown(id, 'measured');
      expect({ status, threads: allocations?.[0]?.threads }).toEqual({ status: 'done', threads: 2 });
      const job = allocations![0]!.job;
      const asked = Number(/\bmem=(\d+)M/.exec(cluster.call('scontrol', 'show', 'job', job))![1]);
      expect(asked * 2 ** 20).toBeGreaterThan(result!.peakMemoryBytes!);
      if (method === 'hard') expect(result!.trainedParameters).toBe(0);
    }
  });
});

describe('a run on Slurm', () => {
  it('that Slurm takes back and starts again comes to the same numbers', async () => {
    const [{ id, pid }] = (await caught()) as [Caught];
    const task = await taskOf(id);
    cluster.call('scontrol', 'requeue', task);
    await wake(pid);
    await startsAgain(id, task);
    await becomes(id, 'done');
    await isAsUndisturbed(id);
  });

  it('whose process is killed says so, and goes on from its checkpoint when it is handed over again', async () => {
    const [{ id, pid }] = (await caught()) as [Caught];
    process.kill(pid, 'SIGKILL');
    const { error, slurm } = await becomes(id, 'failed');
    expect(slurm?.state).toBe('FAILED');
    expect(error).toEqual({
      code: 'slurm-ended',
      message:
        'The task was killed by signal 9 before the run could say how it went (FAILED). ' +
        'What it wrote last is in its Slurm log. Resume it to try again.',
    });
    await run(folder, 'runs', 'resume', id);
    await becomes(id, 'done');
    await isAsUndisturbed(id);
  });

  it('that is cancelled by scancel is stopped with its checkpoint, at work and while it waits', async () => {
    const [{ id, pid }] = (await caught()) as [Caught];
    const waiting = (await hand(long, '--sbatch', '--hold')).runs[0]!;
    cluster.call('scancel', await taskOf(id), await taskOf(waiting));
    await wake(pid);
    await becomes(id, 'stopped');
    await becomes(waiting, 'stopped');
    await run(folder, 'runs', 'resume', id);
    await becomes(id, 'done');
    await isAsUndisturbed(id);
    expect((await run(folder, 'runs', 'delete', waiting)).code).toBe(0);
  });

  it('is stopped, paused and resumed from here, and not deleted while it is with Slurm', async () => {
    const both = await caught({ ...long, 'tune.seed': '[1, 2]' });
    const [stopped, paused] = both.map(({ id }) => id);
    expect((await run(folder, 'runs', 'delete', paused!)).err).toContain('is at work. Stop it first. [run-busy]');
    expect(await run(folder, 'runs', 'stop', stopped!)).toMatchObject({ code: 0, err: '' });
    expect(await run(folder, 'runs', 'pause', paused!)).toMatchObject({ code: 0, err: '' });
    for (const { pid } of both) await wake(pid);
    await becomes(stopped!, 'stopped');
    const task = await taskOf(paused!);
    await until('the task to be held', async () => (await shown(paused!)).slurm?.reason?.includes('held'));
    expect((await run(folder, 'runs', 'show', paused!)).out).toContain(`Slurm ${task}: held`);
    expect((await run(folder, 'runs', 'list')).out).toMatch(new RegExp(`${paused!} +paused`));
    expect((await run(folder, 'runs', 'delete', paused!)).err).toContain(`is with Slurm as ${task}. Stop it first.`);
    await run(folder, 'runs', 'resume', paused!);
    await becomes(paused!, 'done');
    await run(folder, 'runs', 'resume', stopped!);
    await becomes(stopped!, 'done');
    await isAsUndisturbed(stopped!);
  });
});

describe('what Slurm refuses', () => {
  it.each([
    ['a partition that is not there', ['--partition', 'nowhere'], 'invalid partition specified: nowhere'],
    ['an account that may not', ['--partition', 'paid', '--account', 'other'], 'Invalid account'],
    ['more memory than any node has', ['--mem', '999G'], 'Memory specification can not be satisfied'],
  ])('for %s is said in one sentence and leaves no run', async (_, options, sentence) => {
    const [before, others] = [await listed('.prompt-tuner/runs'), jobs()];
    const { code, err } = await run(
      folder,
      ...['train', 'weather.prompt', '--method', 'soft', '--set', 'tune.seeds=3', ...modest, ...options],
    );
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toEqual([expect.stringContaining(sentence) as string]);
    expect(err).toContain('[slurm-refused]');
    expect(await listed('.prompt-tuner/runs')).toEqual(before);
    expect(
      jobs()
        .split('\n')
        .filter((job) => !others.includes(job)),
    ).toEqual([]);
  });
});

describe('a shared folder that is full', () => {
  it('fails the run in words and loses nothing: it goes on once there is room', async ({ skip }) => {
    const runs = 'small';
    const full = join(folder, runs);
    await mkdir(full);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', full], { stdio: 'ignore' });
    } catch {
      skip('no file system can be mounted here');
    }
    try {
      const [{ id, pid }] = (await caught(long, [], runs)) as [Caught];
      await fill(join(full, 'ballast'));
      process.kill(pid, 'SIGCONT');
      const { error } = await becomes(id, 'failed', runs);
      expect(error?.code).toBe('disk-full');
      // The run has given back what it kept for its last words.
      await fill(join(full, 'ballast'));
      const refused = await run(folder, ...['train', 'weather.prompt', '--method', 'soft', ...modest, '--runs', runs]);
      expect({ code: refused.code, err: refused.err }).toEqual({
        code: 3,
        err: expect.stringContaining('[disk-full]') as string,
      });
      expect(await listed(runs)).toEqual([id, 'ballast'].sort());
      await rm(join(full, 'ballast'));
      await run(folder, 'runs', 'resume', id, '--runs', runs);
      await becomes(id, 'done', runs);
      expect(await numbersOf(runFolder(id, runs))).toEqual(await undisturbed());
    } finally {
      execFileSync('umount', ['--lazy', full], { stdio: 'ignore' });
    }
  });
});

describe('a run whose time is over on Slurm', () => {
  it('whose time is nearly over keeps a checkpoint and goes on in its next stay, to the same numbers', async () => {
    const { id, task } = await warned!;
    await startsAgain(id, task);
    const { allocations } = await becomes(id, 'done');
    expect(allocations!.map(({ restarts }) => restarts)).toEqual([0, 1]);
    expect(allocations![1]!.step).toBeGreaterThan(0);
    await isAsUndisturbed(id);
  });

  it('that outstays its time limit was ended by Slurm, which is said with what to do', async () => {
    const id = await overdue!;
    const { error } = await becomes(id, 'failed', 'overdue/runs');
    expect(error).toEqual({
      code: 'slurm-time',
      message:
        'Slurm ended the run at its time limit of 60 s (TIMEOUT). ' +
        'Resume it: it goes on from its checkpoint. A longer time limit (--time) needs fewer of them.',
    });
  });
});

// Last, because they take the cluster apart.
describe('a run on a cluster that fails', () => {
  it('stays what it was while the controller is away, and is found again when it is back', async () => {
    const [{ id, pid }] = (await caught()) as [Caught];
    await taskOf(id);
    await cluster.stopController();
    const { out, err, code } = await run(folder, 'runs', 'list');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`${id} +running`));
    expect(err).toContain('Slurm does not answer squeue');
    process.kill(pid, 'SIGCONT');
    await until('the end', async () => (await readRun(runFolder(id))).status === 'done');
    await cluster.startController();
    await becomes(id, 'done');
    await isAsUndisturbed(id);
  });

  it('goes on elsewhere when its node dies, and waits with a reason while all nodes are drained', async () => {
    cluster.call('scontrol', 'update', 'NodeName=n2', 'State=DRAIN', 'Reason=test');
    const [{ id, pid }] = (await caught()) as [Caught];
    const task = await taskOf(id);
    await cluster.nodes.n1.stop('SIGKILL');
    // Nobody is left who could tell the controller how the task ended.
    for (const each of [await parentOf(pid), pid]) process.kill(each, 'SIGKILL');
    // As an administrator says it, or a check of the node: when the controller notices by itself is its own affair.
    cluster.call('scontrol', 'update', 'NodeName=n1', 'State=DOWN', 'Reason=test');
    await startsAgain(id, task);
    await until('a reason', async () =>
      (await shown(id)).slurm?.reason?.match(/DRAINED|NodeDown|ReqNodeNotAvail|Resources/),
    );
    expect((await shown(id)).status).toBe('queued');
    cluster.call('scontrol', 'update', 'NodeName=n2', 'State=RESUME');
    const { allocations } = await becomes(id, 'done');
    expect(allocations).toHaveLength(2);
    await isAsUndisturbed(id);
    cluster.startNode('n1');
    // Of a node with two partitions sinfo goes on saying "mixed" for a while after it was down.
    await until('the node', () => / State=IDLE /.test(cluster.call('scontrol', '--oneliner', 'show', 'node', 'n1')));
  });
});

/** Writes until nothing more fits. */
async function fill(path: string): Promise<void> {
  for (let size = 1 << 20; size >= 512; size >>= 1)
    for (;;)
      try {
        await writeFile(path, Buffer.alloc(size), { flag: 'a' });
      } catch {
        break;
      }
}
