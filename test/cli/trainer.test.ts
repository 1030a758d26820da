import { fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openChannel, silentSide } from '../../src/runs/messageChannel';
import { processTransport } from '../../src/runs/processTransport';
import { protocolVersion, trainerSide, type TrainerCalls, type TrainerEvents } from '../../src/runs/protocol';
import { listRuns, readRun } from '../../src/runs/runFolder';
import { weather, workspace } from './run';

/** The trainer as the editor has it: a forked process and a channel to it. */
function forkTrainer() {
  const child = fork(resolve('dist/trainer.js'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
  const exited = new Promise<number | null>((fulfil) => child.on('exit', fulfil));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const heard: { [K in keyof TrainerEvents]: TrainerEvents[K][] } = { ready: [], run: [], progress: [], log: [], heartbeat: [] };
  let onProgress: (event: TrainerEvents['progress']) => void = () => undefined;
  const channel = openChannel<object, object, TrainerCalls, TrainerEvents>({
    transport: processTransport(child),
    local: silentSide,
    handlers: {},
    remote: trainerSide,
    listeners: {
      ready: (event) => heard.ready.push(event),
      run: (event) => heard.run.push(event),
      progress: (event) => { heard.progress.push(event); onProgress(event); },
      log: (event) => heard.log.push(event),
      heartbeat: (event) => heard.heartbeat.push(event),
    },
  });
  const reaches = (step: number) => new Promise<void>((fulfil) => {
    onProgress = ({ progress }) => { if (progress.phase === 'training' && progress.step >= step) fulfil(); };
  });
  return { child, channel, heard, reaches, exited };
}

const request = (folder: string, set: Readonly<Record<string, string>> = {}) => ({ file: join(folder, 'weather.prompt'), method: 'soft' as const, set, runs: join(folder, 'runs') });
const long = { 'tune.steps': '2000', 'tune.evalEvery': '2000' };

describe('the trainer process', () => {
  it('says that it is ready, trains, and tells of the run and its progress on the way', async () => {
    const folder = await workspace(weather);
    const { channel, heard } = forkTrainer();
    const result = await channel.call('train', request(folder));
    expect(result.status).toBe('done');
    expect(heard.ready).toEqual([{ version: protocolVersion }]);
    expect(heard.run).toEqual([{ id: result.run, folder: result.folder }]);
    expect(heard.progress.at(-1)).toMatchObject({ run: result.run, progress: { phase: 'finished', step: 6, steps: 6 } });
    expect((await readRun(result.folder)).result).toMatchObject({ method: 'soft', run: result.run });
  });

  it('stops a training on request and then does the next piece of work', async () => {
    const folder = await workspace(weather);
    const { channel, reaches } = forkTrainer();
    const working = channel.call('train', request(folder, long));
    await reaches(3);
    await channel.call('stop', {});
    expect((await working).status).toBe('stopped');
    const compared = await channel.call('compare', { file: join(folder, 'weather.prompt'), methods: ['hard', 'soft'], runs: join(folder, 'runs') });
    expect(compared.runs).toHaveLength(2);
    expect((await listRuns(join(folder, 'runs'))).map(({ status }) => status).sort()).toEqual(['done', 'done', 'stopped']);
  });

  it('answers wrong input with the failure itself', async () => {
    const folder = await workspace({ ...weather, 'test.jsonl': '\n' });
    const { channel } = forkTrainer();
    await expect(channel.call('train', request(folder))).rejects.toMatchObject({ code: 'data-empty', place: { file: join(folder, 'test.jsonl') } });
    await expect(channel.call('evaluate', { file: join(folder, 'none.prompt'), method: 'hard', runs: folder })).rejects.toMatchObject({ code: 'template-missing' });
  });

  it('keeps the checkpoint and ends when whoever forked it is gone', async () => {
    const folder = await workspace(weather);
    const { child, channel, reaches, exited } = forkTrainer();
    channel.call('train', request(folder, long)).catch(() => undefined);
    await reaches(3);
    child.disconnect();
    expect(await exited).toBe(0);
    expect((await listRuns(join(folder, 'runs'))).map(({ status }) => status)).toEqual(['stopped']);
  });
});
