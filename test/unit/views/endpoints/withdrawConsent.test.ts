import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RunRecord } from '../../../../src/runs/record/record';
import { withdrawConsent, type WithdrawalParts } from '../../../../src/views/endpoints/withdrawConsent';
import { createWithdrawals } from '../../../../src/views/endpoints/withdrawals';
import { dayTemplate } from '../../../support/runs/hostedRun';
import { record } from '../../../support/runs/records';
import { editor, resetEditor } from '../../../support/standIns/vscodeStub';

const ours = 4711;

async function runOf(id: string, more: Partial<RunRecord>): Promise<RunRecord> {
  const folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-withdraw-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'day.prompt');
  await writeFile(path, dayTemplate());
  const base = record(id);
  return {
    ...base,
    status: 'running',
    process: { pid: ours, heartbeat: '' },
    model: { ...base.model, id: 'openai:little' },
    template: { path, text: dayTemplate(), sha256: '' },
    ...more,
  };
}

function openWindow(records: readonly RunRecord[]) {
  const stopped: string[] = [];
  const withdrawals = createWithdrawals();
  const kept = new Map<string, unknown>([['promptTuner.endpointConsent', ['http://there /rows.jsonl']]]);
  const parts = {
    memory: { get: (name: string) => kept.get(name), update: (name: string, value: unknown) => kept.set(name, value) },
    watcher: { refresh: () => Promise.resolve(), runs: records.map((one) => ({ record: one, folder: one.id })) },
    client: { stop: (folder: string) => Promise.resolve(void stopped.push(folder)) },
    withdrawals,
    processes: [{ pid: undefined }, { pid: ours }],
  } as unknown as WithdrawalParts;
  return { parts, stopped, kept, withdrawals };
}

beforeEach(() => resetEditor(true));

describe('consent that is taken back', () => {
  it('stops the runs of this window that are sending rows, and no other', async () => {
    const { parts, stopped, kept, withdrawals } = openWindow([
      await runOf('sending', {}),
      await runOf('done', { status: 'done' }),
      await runOf('terminal', { process: { pid: 1, heartbeat: '' } }),
      await runOf('here', { model: { ...record('here').model, id: 'builtin' }, method: 'soft' }),
    ]);
    await withdrawConsent(parts);
    expect(stopped).toEqual(['sending']);
    expect(withdrawals.count()).toBe(1);
    expect(kept.get('promptTuner.endpointConsent')).toBeUndefined();
    expect(JSON.stringify(editor.shown)).toContain(
      'Stopped 1 run that sent rows. What was answered is kept, and Resume asks you again.',
    );
  });

  it('is noted where nothing is being sent', async () => {
    const { parts, stopped } = openWindow([]);
    await withdrawConsent(parts);
    expect(stopped).toEqual([]);
    expect(JSON.stringify(editor.shown)).toContain('You will be asked again before rows are sent to an endpoint.');
  });
});
