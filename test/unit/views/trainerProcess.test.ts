import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTrainerProcess, describeExit, trainerEnvironment, type TrainerProcess } from '../../../src/views/trainerProcess';

const request = (file: string) => ({ file, method: 'soft' as const, set: {}, runs: '/runs' });

describe('the trainer process', () => {
  let trainer: TrainerProcess;
  const listeners = { run: vi.fn(), progress: vi.fn(), log: vi.fn(), busy: vi.fn() };
  beforeEach(() => {
    vi.clearAllMocks();
    trainer = createTrainerProcess(join(__dirname, 'fakeTrainer.cjs'), listeners);
  });
  afterEach(() => trainer.dispose());

  it('is not started before there is work, and lives on for the next', async () => {
    expect(trainer.pid).toBeUndefined();
    await trainer.work('train', request('a'));
    const { pid } = trainer;
    expect(pid).toBeGreaterThan(0);
    await trainer.work('train', request('b'));
    expect(trainer.pid).toBe(pid);
  });

  it('gives the result and passes on what the trainer says meanwhile, NaN included', async () => {
    await expect(trainer.work('train', request('a'))).resolves.toEqual({ run: 'r1', folder: '/runs/r1', status: 'done' });
    expect(listeners.run).toHaveBeenCalledWith({ id: 'r1', folder: '/runs/r1' });
    expect(listeners.progress).toHaveBeenCalledWith({ run: 'r1', progress: { phase: 'training', step: 1, steps: 2, loss: Number.NaN } });
    expect(listeners.busy.mock.calls).toEqual([[true], [false]]);
  });

  it('does one piece of work at a time', async () => {
    const first = trainer.work('train', request('a'));
    await expect(trainer.work('train', request('b'))).rejects.toMatchObject({ code: 'trainer-busy' });
    await first;
    expect(trainer.busy).toBe(false);
  });

  it('tells truthfully how the process ended, and starts another for the next work', async () => {
    await expect(trainer.work('train', request('die'))).rejects.toMatchObject({
      code: 'trainer-ended', message: 'The trainer was ended by SIGKILL (often for want of memory). Its last words: no memory left',
    });
    await expect(trainer.work('train', request('a'))).resolves.toMatchObject({ status: 'done' });
  });

  it('passes on the trainer’s own failures and is free again', async () => {
    await expect(trainer.work('train', request('wrong'))).rejects.toMatchObject({ code: 'data-missing', message: 'No data.' });
    expect(trainer.busy).toBe(false);
  });

  it('does nothing when asked to stop without a process', async () => {
    await expect(trainer.stop()).resolves.toBeUndefined();
    expect(trainer.pid).toBeUndefined();
  });
});

describe('the trainer’s environment', () => {
  it('leaves out what belongs to the editor and its debugger', () => {
    expect(trainerEnvironment({ PATH: '/bin', NODE_OPTIONS: '--require x', VSCODE_PID: '7' })).toEqual({ PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' });
  });
});

describe('the sentence on an exit', () => {
  it('names the code when there is no signal', () => {
    expect(describeExit(3, null, [])).toBe('The trainer ended with exit code 3.');
  });
});
