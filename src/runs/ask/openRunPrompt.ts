import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { Failure } from '../../failure';
import type { SoftPrompt } from '../../objective/prompt';
import { dayOfRun, formDifference, formOf } from '../../objective/recordedForm';
import { requireProduced } from '../record/producedRun';
import type { RunRecord } from '../record/record';
import { recordedTemplate } from '../record/recordedTemplate';
import { readRun } from '../store/runFolder';
import { openAdapter } from '../work/openAdapter';
import { openTaskWithoutRows, requireFitting, type OpenTask } from '../work/openTask';
import { settledSettings, withExamplesOf } from '../work/measuring/showExamples';
import { modelDifference, requireMeant } from '../work/study/sameSubject';

/** A run's prompt, ready to be put before its model with any input. */
export interface RunPrompt extends OpenTask {
  /** What was learned; absent for a hard prompt. */
  readonly prompt?: SoftPrompt;
}

/**
 * The run's prompt as it was measured: its own text, its settings, what it learned. Its data need not be there.
 * @throws Failure when the run's template, model or adapter cannot be used
 */
export async function openRunPrompt(folder: string): Promise<RunPrompt> {
  const record = await readRun(folder);
  requireProduced(record, folder, l10n.t`ask`);
  const template = recordedTemplate(record);
  const opened = await withExamplesOf(
    await openTaskWithoutRows(template, settledSettings(record.settings), dayOfRun(record)),
    record,
    folder,
  );
  const differences = [
    modelDifference(record.model, opened.model),
    formDifference(record.form, formOf(opened.task)),
  ].filter((difference) => difference !== undefined);
  requireMeant(differences, {
    run: record.id,
    file: template.path,
    isMeant: false,
    remedy: l10n.t`Restore it, or train a new run.`,
  });
  if (record.method === 'hard') return opened;
  const adapterFolder = join(folder, 'adapter');
  const { prompt } = await openAdapter(adapterFolder).catch((error: unknown) => {
    throw error instanceof Failure && error.code === 'adapter-missing' ? withoutPrompt(record, folder) : error;
  });
  requireFitting(prompt, opened, adapterFolder);
  return { ...opened, prompt };
}

const withoutPrompt = ({ id, status }: RunRecord, folder: string): Failure =>
  new Failure(
    'adapter-missing',
    l10n.t`The run ${id} has no trained prompt: it is ${status}.`,
    { file: folder },
    status === 'done'
      ? l10n.t`Its adapter was deleted; train it again.`
      : l10n.t`Let it come to its end, or choose another run.`,
  );
