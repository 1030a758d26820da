import { join } from 'node:path';
import type { Dataset, Row } from '../../data/dataset';
import { encodeRows, type Example } from '../../objective/example';
import type { SoftPrompt } from '../../objective/prompt';
import { dayOfRun, formDifference, formOf } from '../../objective/recordedForm';
import { closeTask } from '../../objective/rows/splits';
import { requireProduced } from '../record/producedRun';
import { recordedTemplate } from '../record/recordedTemplate';
import { readRun } from '../store/runFolder';
import { openAdapter } from '../work/openAdapter';
import { openTask, requireFitting, type OpenTask } from '../work/openTask';
import { modelDifference, requireMeant } from '../work/sameSubject';

/** A run's prompt, ready to be put before its model with any input. */
export interface RunPrompt extends OpenTask {
  /** What was learned; absent for a hard prompt. */
  readonly prompt?: SoftPrompt;
}

/**
 * The run's prompt as it was measured: its own text, its settings, what it learned.
 * @throws Failure when the run's template, data, model or adapter cannot be used
 */
export async function openRunPrompt(folder: string): Promise<RunPrompt> {
  const record = await readRun(folder);
  requireProduced(record, folder, 'ask');
  const template = recordedTemplate(record);
  const opened = await openTask(template, record.settings, dayOfRun(record));
  // The rows are not needed any more: what is answered comes from a person.
  await closeTask(opened.task);
  const differences = [
    modelDifference(record.model, opened.model),
    formDifference(record.form, formOf(opened.task)),
  ].filter((difference) => difference !== undefined);
  requireMeant(differences, { run: record.id, file: template.path, isMeant: false });
  if (record.method === 'hard') return opened;
  const adapterFolder = join(folder, 'adapter');
  const { prompt } = await openAdapter(adapterFolder);
  requireFitting(prompt, opened, adapterFolder);
  return { ...opened, prompt };
}

/**
 * An input as the model reads it, by the names of the template's variables; what it expects stands for nothing.
 * @throws Failure "prompt-too-long" and others that {@link encodeRows} has
 */
export async function encodeInput(
  { task, model }: RunPrompt,
  input: Readonly<Record<string, string>>,
): Promise<Example> {
  const row = { ...input, [task.answerField]: task.labels[0] ?? '–' };
  const [example] = await encodeRows(task, model, oneRow(row), [0]);
  return example!;
}

/** A data file that has one row and is none. */
function oneRow(row: Row): Dataset {
  return {
    path: 'the input',
    columns: Object.keys(row),
    repeatedColumns: [],
    rows: 1,
    sha256: '',
    read: (indices) => Promise.resolve(indices.map(() => row)),
    async *all() {
      yield row;
    },
    lineOf: () => 1,
    close: () => Promise.resolve(),
  };
}
