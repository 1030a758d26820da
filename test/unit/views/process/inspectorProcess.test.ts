import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { childEnvironment } from '../../../../src/runs/queue/launchQueueWorker';
import {
  createInspectorProcess,
  describeExit,
  type InspectorProcess,
} from '../../../../src/views/process/inspectorProcess';
import { support } from '../../../support/running/paths';

const request = (file: string) => ({ file, split: 'test' as const, row: 0, runs: '/runs' });

describe('the process that answers a window', () => {
  let trainer: InspectorProcess;
  const log = vi.fn<(line: string) => void>();
  const settings = { nodePath: '', threads: 2, within: ['/work'] };
  beforeEach(() => {
    vi.clearAllMocks();
    trainer = createInspectorProcess({
      module: join(support, 'standIns', 'fakeTrainer.cjs'),
      settings: () => settings,
      log,
    });
  });
  afterEach(() => trainer.dispose());

  it('is not started before there is a question, and lives on for the next', async () => {
    expect(trainer.pid).toBeUndefined();
    await trainer.work('predict', request('a'));
    const { pid } = trainer;
    expect(pid).toBeGreaterThan(0);
    await trainer.work('predict', request('b'));
    expect(trainer.pid).toBe(pid);
  });

  it('gives the answer, and keeps to the threads and folders of the settings', async () => {
    await expect(trainer.work('predict', request('a'))).resolves.toEqual({ expected: 'wet' });
    expect(log).toHaveBeenCalledWith('threads 2, within /work');
  });

  it('tells truthfully how the process ended, and starts another for the next question', async () => {
    await expect(trainer.work('predict', request('die'))).rejects.toMatchObject({
      code: 'trainer-ended',
      message: 'The trainer was ended by SIGKILL (often because memory ran out). Last output: no memory left',
    });
    await expect(trainer.work('predict', request('a'))).resolves.toEqual({ expected: 'wet' });
  });

  it('says so to whoever waits for more of an answer', async () => {
    const { question } = await trainer.work('askInput', { folder: '/runs/a', input: { text: 'x' } });
    await expect(trainer.work('answerSoFar', { question, from: 0 })).resolves.toMatchObject({ more: 'So' });
    await expect(trainer.work('answerSoFar', { question, from: 2 })).rejects.toMatchObject({
      code: 'trainer-ended',
      message: 'The trainer was ended by SIGKILL (often because memory ran out). Last output: no memory left',
    });
  });

  it('passes on the trainer’s own failures', async () => {
    await expect(trainer.work('predict', request('wrong'))).rejects.toMatchObject({
      code: 'data-missing',
      message: 'No data.',
    });
  });

  it('refuses what has another shape, and logs that it did', async () => {
    await trainer.work('predict', request('babble'));
    expect(log).toHaveBeenCalledWith('An event "ready" that is unknown or of another shape was refused.');
  });

  it('does nothing when asked to stop without a process', async () => {
    await expect(trainer.stop()).resolves.toBeUndefined();
    expect(trainer.pid).toBeUndefined();
  });

  it('names the setting’s program when it cannot be started', async () => {
    const wrong = createInspectorProcess({
      module: 'x',
      settings: () => ({ ...settings, nodePath: '/nowhere/node' }),
      log,
    });
    await expect(wrong.work('predict', request('a'))).rejects.toMatchObject({
      code: 'trainer-ended',
      message: expect.stringContaining('/nowhere/node') as string,
    });
  });
});

describe('the trainer’s environment', () => {
  it('leaves out what belongs to the editor, its debugger and Electron', () => {
    const given = {
      PATH: '/bin',
      NODE_OPTIONS: '--require x',
      VSCODE_PID: '7',
      ELECTRON_NO_ASAR: '1',
      ELECTRON_RUN_AS_NODE: '0',
      HF_HOME: '/models',
    };
    expect(childEnvironment(given)).toEqual({ PATH: '/bin', HF_HOME: '/models', ELECTRON_RUN_AS_NODE: '1' });
  });
});

describe('the sentence on an exit', () => {
  it('names the code when there is no signal', () => {
    expect(describeExit(3, null, [])).toBe('The trainer ended with exit code 3.');
  });
});
