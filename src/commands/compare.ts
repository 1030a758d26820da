import { resolve } from 'node:path';
import { writeAtomically } from '../files/atomicFile';
import { compareRuns, type CompareRequest } from '../comparison/runComparison';
import type { Comparison } from '../comparison/comparisonRows';
import { comparedTasks } from '../comparison/taskComparison';
import { comparisonReport } from '../comparison/report/report';
import type { RunOptions } from '../runs/store/runEvent';

/** Compares, and writes the report where one is asked for. @returns the comparison and the report's path */
export async function compareAndReport(
  request: CompareRequest & { readonly report?: string },
  options: RunOptions,
): Promise<{ readonly comparison: Comparison; readonly report?: string }> {
  const comparison = await compareRuns(request, options);
  if (request.report === undefined) return { comparison };
  const report = resolve(request.report);
  await writeAtomically(report, comparisonReport({ tasks: comparedTasks(comparison.entries), created: new Date() }));
  return { comparison, report };
}
