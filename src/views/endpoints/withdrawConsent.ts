import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { QueueClient } from '../../cluster/queueClient';
import { counted } from '../../words/formatNumbers';
import type { InspectorProcess } from '../process/inspectorProcess';
import type { RunWatcher } from '../runs/runWatcher';
import { asksElsewhere } from './beginRuns';
import { forgetConsent } from './consent';
import type { Withdrawals } from './withdrawals';

export interface WithdrawalParts {
  readonly memory: vscode.Memento;
  readonly withdrawals: Withdrawals;
  readonly watcher: Pick<RunWatcher, 'refresh' | 'runs'>;
  readonly client: Pick<QueueClient, 'stop'>;
  /** The processes of this window that ask models elsewhere. */
  readonly processes: readonly Pick<InspectorProcess, 'pid'>[];
}

/**
 * Takes back everything that was agreed to: what was agreed to for good, and runs of this window that are sending rows,
 * which stop. They keep what they have, and whoever resumes them is asked again.
 */
export async function withdrawConsent(parts: WithdrawalParts): Promise<void> {
  const { memory, withdrawals, watcher, client, processes } = parts;
  // First of all, so that nothing begins while the runs that there are come to their end.
  withdrawals.add();
  await forgetConsent(memory);
  await watcher.refresh();
  const own = watcher.runs.filter(
    ({ record: { status, process } }) =>
      status === 'running' && process && processes.some(({ pid }) => pid === process.pid),
  );
  const asks = await Promise.all(own.map(({ record }) => asksElsewhere(record)));
  const sending = own.filter((_, i) => asks[i]);
  await Promise.all(sending.map(({ folder }) => client.stop(folder)));
  void vscode.window.showInformationMessage(
    sending.length === 0
      ? l10n.t`You will be asked again before rows are sent to an endpoint.`
      : l10n.t`Stopped ${counted(sending.length, 'run')} that sent rows. What was answered is kept, and Resume asks \
you again.`,
  );
}
