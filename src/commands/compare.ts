import { dirname, join, resolve } from 'node:path';
import { writeAtomically } from '../files/atomicFile';
import { compareTasks } from '../comparison/compareTasks';
import { comparisonRows, type ComparisonRow } from '../comparison/comparisonRows';
import { comparisonReport } from '../comparison/report/report';
import { runComparison, type CompareRequest, type Trainings } from '../comparison/runComparison';
import type { TaskComparison } from '../comparison/taskComparison';
import type { Failure } from '../failure';
import { defaultThreads } from '../objective/objective';
import { threadsOfEach } from '../runs/separate/ownProcess';
import type { Asking } from '../runs/separate/trainingContract';
import { trainSeparately } from '../runs/separate/trainSeparately';
import type { RunOptions } from '../runs/store/runEvent';
import { atModelLine } from '../template/read/modelLocation';
import { loadTemplate } from '../template/read/loadTemplate';
import type { Format } from '../template/settings/settings';
import { formatOf } from '../template/render/promptForm';
import { modelTokenizer } from '../workspace/modelTokenizer';

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
  request: CompareRequest & { readonly report?: string; readonly jobs?: number; readonly asking?: Asking },
  options: RunOptions,
): Promise<ComparisonOutcome> {
  for (const format of request.formats ?? []) for (const file of request.files) await requireForm(file, format);
  const { runs, files, failure, stopped } = await runComparison(request, options, trainingsAtOnce(request));
  const tasks = compareTasks(runs);
  const outcome = { tasks, rows: comparisonRows(tasks, files), ...(failure && { failure }), stopped };
  if (request.report === undefined) return outcome;
  const report = resolve(request.report);
  await writeAtomically(report, comparisonReport({ tasks, runs, created: new Date() }));
  return { ...outcome, report };
}

/** Several at once share the cores: each computes with as many threads as are its part. */
function trainingsAtOnce({
  jobs = 1,
  asking,
}: {
  readonly jobs?: number;
  readonly asking?: Asking;
}): Trainings | undefined {
  if (jobs === 1) return undefined;
  const threads = threadsOfEach(jobs, defaultThreads());
  const place = { module: join(__dirname, 'trainer.js'), threads, ...(asking && { asking }) };
  return { train: (request, options) => trainSeparately(request, options, place), atOnce: jobs };
}

/** Before anything is run. @throws Failure "chat-missing" for a form that the model of a template cannot read */
async function requireForm(file: string, format: Format): Promise<void> {
  const template = await loadTemplate(file);
  try {
    const { tokenizer } = await modelTokenizer(template.model, dirname(resolve(template.path)));
    formatOf(tokenizer, { format });
  } catch (error) {
    throw atModelLine(error, template);
  }
}
