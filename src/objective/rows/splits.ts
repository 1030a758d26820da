import * as l10n from '@vscode/l10n';
import { dirname, resolve } from 'node:path';
import { openDataset, type Dataset } from '../../data/dataset';
import { isTable } from '../../data/format';
import { fileOfSource, formatOfSource } from '../../data/table/tableFormat';
import { Failure } from '../../failure';
import type { OutputField, PromptTemplate } from '../../template/read/template';
import type { Settings } from '../../template/settings/settings';
import { answeredRows } from './answeredRows';

export type Split = 'train' | 'dev' | 'test';

/** The data files of a template, open for reading. */
export type Splits = Partial<Readonly<Record<Split, Dataset>>>;

/** What of a task its data are found by. */
interface SplitTask {
  readonly template: Pick<PromptTemplate, 'path'>;
  readonly splits: Splits;
}

/**
 * Opens the data files that settings name.
 * @throws Failure "data-missing" where none is named, and as `openDataset` does
 */
export async function openSplits(
  template: Pick<PromptTemplate, 'path'>,
  settings: Pick<Settings, 'data'>,
  output: Pick<OutputField, 'name' | 'object'>,
): Promise<Splits> {
  const folder = dirname(resolve(template.path));
  const opened: Partial<Record<Split, Dataset>> = {};
  try {
    for (const split of ['train', 'dev', 'test'] as const) {
      const source = settings.data[split];
      if (source !== undefined)
        opened[split] = answeredRows(
          await openDataset(resolve(folder, fileOfSource(source)), formatOfSource(source)),
          output,
          { isTable: isTable(fileOfSource(source), formatOfSource(source)) },
        );
    }
  } catch (error) {
    await closeSplits(opened);
    throw error;
  }
  if (Object.keys(opened).length === 0) {
    throw new Failure(
      'data-missing',
      l10n.t`The template names no data.`,
      { file: template.path },
      l10n.t`Add tune.data with the paths of train, dev and test, for example \`tune.data: { train: data/train.jsonl \
}\`.`,
    );
  }
  return opened;
}

/** Closes the data files of a task. */
export const closeTask = ({ splits }: Pick<SplitTask, 'splits'>): Promise<void> => closeSplits(splits);

export async function closeSplits(splits: Splits): Promise<void> {
  await Promise.all(Object.values(splits).map((dataset) => dataset.close()));
}

/** The dataset of a split. @throws Failure "data-missing" */
export function requireSplit(task: SplitTask, split: Split): Dataset {
  const dataset = task.splits[split];
  if (!dataset)
    throw new Failure(
      'data-missing',
      l10n.t`The template names no ${split} data.`,
      { file: task.template.path },
      l10n.t`Add a path for ${split} to tune.data.`,
    );
  return dataset;
}
