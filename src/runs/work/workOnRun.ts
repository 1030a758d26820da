import * as l10n from '@vscode/l10n';
import { evaluateText } from './measuring/evaluateRun';
import type { RunOptions } from '../store/runEvent';
import { requireProduced } from '../record/producedRun';
import { readRun } from '../store/runFolder';
import { continueTraining } from './trainRun';
import { isStopped } from '../../classifyError';

/**
 * Does the work that a run's folder stands for: trains, or evaluates a text alone. One that is stopped ends well.
 * @throws Failure as whatever went wrong; the folder says the same
 */
export async function workOnRun(folder: string, options: RunOptions = {}): Promise<void> {
  try {
    const record = await readRun(folder);
    requireProduced(record, folder, l10n.t`work on`);
    if (record.method === 'hard') {
      await evaluateText(folder, options);
      return;
    }
    const { failure } = await continueTraining(folder, options);
    if (failure) throw failure;
  } catch (error) {
    if (!isStopped(error)) throw error;
  }
}
