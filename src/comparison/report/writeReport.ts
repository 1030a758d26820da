import { basename, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { writeAtomically } from '../../files/atomicFile';
import { comparisonTable, type TableFormat } from '../exportTable';
import type { AnsweredRun } from '../analysis/answeredStudy';
import { readAnsweredRun } from '../analysis/readAnsweredRun';
import { compareTasks } from '../compareTasks';
import { exportAnswers, type ExportedStudy } from '../rows/exportAnswers';
import type { TaskComparison } from '../taskComparison';
import { comparisonReport } from './report';
import { findRun } from '../../runs/store/scanRuns';

/**
 * Writes the report on runs that exist: one HTML file that needs nothing else. Runs that differ only in their seed are
 * put together.
 * @param folders run folders
 * @returns the path of the file
 * @throws Failure "nothing-to-compare" when none of the runs has results
 */
export async function exportReport(folders: readonly string[], to: string): Promise<string> {
  return (await writeComparison(folders, { format: 'html', to })).file!;
}

export interface ComparisonFormat {
  readonly format: 'html' | TableFormat;
  readonly to?: string;
  /** Id of a run that the others are measured against; left out, one is chosen. */
  readonly baseline?: string;
  /** Every answer instead of every study; only of `csv` and `json`. */
  readonly rows?: boolean;
}

/** The comparison of runs in any form, in a file where one is named. @returns the text, and the path of the file */
export async function writeComparison(
  folders: readonly string[],
  { format, to, baseline, rows }: ComparisonFormat,
): Promise<{ readonly text: string; readonly file?: string }> {
  const runs = await readRuns(folders);
  const tasks = compareTasks(runs, baseline);
  const text = rows
    ? exportAnswers(answeredStudies(tasks, runs), format === 'csv' ? format : 'json')
    : format === 'html'
      ? comparisonReport({ tasks, runs, created: new Date() })
      : comparisonTable(tasks, format);
  if (to === undefined) return { text };
  const file = resolve(to);
  await writeAtomically(file, text);
  return { text, file };
}

/** The studies as the comparison names them, with the answers of their runs. */
function answeredStudies(tasks: readonly TaskComparison[], runs: readonly AnsweredRun[]): readonly ExportedStudy[] {
  const answers = new Map(runs.map((run) => [run.record, run]));
  return tasks.flatMap(({ studies }) =>
    studies.map((study) => ({ name: study.name, runs: study.runs.map((record) => answers.get(record)!) })),
  );
}

/** Folders of runs named by id, its beginning, or their path. @throws Failure when a run is not there */
export function findRuns(runsFolder: string, references: readonly string[]): Promise<readonly string[]> {
  return Promise.all(references.map((reference) => findRun(runsFolder, reference)));
}

/** Id of the run named, which must be one of those compared. @throws Failure when it is not there or not among them */
export async function chosenBaseline(
  runsFolder: string,
  reference: string,
  folders: readonly string[],
): Promise<string> {
  const folder = await findRun(runsFolder, reference);
  if (!folders.some((other) => resolve(other) === resolve(folder)))
    throw new Failure(
      'baseline-missing',
      l10n.t`The baseline ${reference} is not among the runs compared.`,
      {},
      l10n.t`Name it as one of the runs too.`,
    );
  return basename(folder);
}

/** @throws Failure "nothing-to-compare" when none of the runs has results */
async function readRuns(folders: readonly string[]): Promise<readonly AnsweredRun[]> {
  const runs = await Promise.all([...new Set(folders)].map(readAnsweredRun));
  if (runs.some(({ record }) => record.result)) return runs;
  throw new Failure(
    'nothing-to-compare',
    l10n.t`None of the runs has results.`,
    folders[0] === undefined ? {} : { file: folders[0] },
    l10n.t`Name runs that have come to an end.`,
  );
}
