import { resolve } from 'node:path';
import { writeAtomically } from '../files/atomicFile';
import { compareTasks } from '../comparison/compareTasks';
import { comparisonRows, type ComparisonRow } from '../comparison/comparisonRows';
import { comparisonReport } from '../comparison/report/report';
import { runComparison, type CompareRequest } from '../comparison/runComparison';
import type { TaskComparison } from '../comparison/taskComparison';
import type { Failure } from '../failure';
import type { RunOptions } from '../runs/store/runEvent';

/** What `compare` came to. */
export interface ComparisonOutcome {
  readonly tasks: readonly TaskComparison[];
  /** The same for `--json`. */
  readonly rows: readonly ComparisonRow[];
  /** Path of the report. */
  readonly report?: string;
  /** Why the first run that failed did. */
  readonly failure?: Failure;
  readonly stopped: boolean;
}

/** Compares, and writes the report where one is asked for. */
export async function compareAndReport(
  request: CompareRequest & { readonly report?: string },
  options: RunOptions,
): Promise<ComparisonOutcome> {
  const { runs, files, failure, stopped } = await runComparison(request, options);
  const tasks = compareTasks(runs);
  const outcome = { tasks, rows: comparisonRows(tasks, files), ...(failure && { failure }), stopped };
  if (request.report === undefined) return outcome;
  const report = resolve(request.report);
  await writeAtomically(report, comparisonReport({ tasks, runs, created: new Date() }));
  return { ...outcome, report };
}
