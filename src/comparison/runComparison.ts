import { dirname, join, resolve } from 'node:path';
import { Failure } from '../failure';
import { resolveSettings } from '../template/read/resolveSettings';
import type { Method } from '../template/settings/settings';
import type { PromptTemplate } from '../template/read/template';
import { loadTemplate } from '../template/read/loadTemplate';
import { compareEntries, type Comparison } from './comparisonRows';
import { type Entry, type Trial } from './trial';
import { evaluateRun } from '../runs/work/evaluateRun';
import { readTrial } from './readTrial';
import type { RunOptions } from '../runs/store/runEvent';
import { requireTrainable, trainRun } from '../runs/work/trainRun';
import { isStopped } from '../classifyError';

export interface CompareRequest {
  readonly files: readonly string[];
  readonly methods: readonly Method[];
  /** Seeds for each trained method, from `tune.seed` upwards; the template's `tune.seeds` when left out. */
  readonly seeds?: number;
  readonly set: Readonly<Record<string, unknown>>;
  /** The runs folder. */
  readonly runs: string;
}

interface Plan {
  readonly template: PromptTemplate;
  readonly file: string;
  readonly task: string;
  readonly label: string;
}

/**
 * Evaluates the hard prompt and trains each other method, for every file, on the same data and split.
 * Variants (`name.variant.prompt`) lie in one task with `name.prompt`. A run that fails leaves a row that says so.
 * @throws Failure when the input is wrong
 */
export async function compareRuns(request: CompareRequest, options: RunOptions = {}): Promise<Comparison> {
  if (request.files.length === 0)
    throw new Failure('nothing-to-compare', 'No template is named.', {}, 'Give at least one .prompt file.');
  const plans = await Promise.all(request.files.map(planOf));
  // The hard prompt costs least and is what all else is measured against, so it comes first.
  const methods = [...new Set(request.methods)].sort((a, b) => Number(b === 'hard') - Number(a === 'hard'));
  for (const method of methods) if (method !== 'hard') requireTrainable(method);
  const entries: Entry[] = [];
  for (const plan of plans) {
    for (const method of methods) {
      if (options.signal?.aborted) break;
      entries.push(
        await (method === 'hard'
          ? hardEntry(plan, request, options)
          : trainedEntry(plan, method, { request, options })),
      );
    }
  }
  return { rows: compareEntries(entries), entries, stopped: options.signal?.aborted ?? false };
}

async function planOf(file: string): Promise<Plan> {
  const template = await loadTemplate(file);
  const label = template.variant ? `${template.name}.${template.variant}` : template.name;
  return { template, file, task: join(dirname(resolve(file)), template.name), label };
}

async function hardEntry(plan: Plan, request: CompareRequest, options: RunOptions): Promise<Entry> {
  const entry = { task: plan.task, file: plan.file, template: plan.label, method: 'hard' as const };
  try {
    const { folder } = await evaluateRun(
      { file: plan.file, subject: { kind: 'hard' }, set: request.set, runs: request.runs },
      options,
    );
    return { ...entry, trials: folder === undefined ? [] : [await readTrial(folder)] };
  } catch (error) {
    if (isStopped(error, options.signal)) return { ...entry, trials: [] };
    throw error;
  }
}

async function trainedEntry(
  plan: Plan,
  method: Method,
  { request, options }: { request: CompareRequest; options: RunOptions },
): Promise<Entry> {
  const settings = resolveSettings(plan.template, method, request.set);
  const trials: Trial[] = [];
  let failure: Failure | undefined;
  for (let index = 0; index < (request.seeds ?? settings.seeds) && !failure && !options.signal?.aborted; index++) {
    const set = { ...request.set, 'tune.seed': String(settings.seed + index) };
    const outcome = await trainRun({ file: plan.file, method, set, runs: request.runs }, options);
    trials.push(await readTrial(outcome.folder));
    failure = outcome.failure;
  }
  return { task: plan.task, file: plan.file, template: plan.label, method, trials, failure };
}
