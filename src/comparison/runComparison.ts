import * as l10n from '@vscode/l10n';
import { requireMethodThere } from '../template/read/needsLocalModel';
import { isStopped } from '../classifyError';
import { Failure } from '../failure';
import type { RunOptions } from '../runs/store/runEvent';
import { evaluateRun } from '../runs/work/measuring/evaluateRun';
import { requireTrainable, trainRun } from '../runs/work/trainRun';
import { resolveSettings } from '../template/read/resolveSettings';
import { loadTemplate } from '../template/read/loadTemplate';
import type { PromptTemplate } from '../template/read/template';
import { expandGrid, settingsOfForms } from '../template/settings/settingGrid';
import type { Format, Method } from '../template/settings/settings';
import type { AnsweredRun } from './analysis/answeredStudy';
import { readAnsweredRun } from './analysis/readAnsweredRun';

export interface CompareRequest {
  readonly files: readonly string[];
  readonly methods: readonly Method[];
  /** Forms of the prompt to put side by side; that of the template when left out. */
  readonly formats?: readonly Format[];
  /** Seeds for each trained method, from `tune.seed` upwards; the template's `tune.seeds` when left out. */
  readonly seeds?: number;
  readonly set: Readonly<Record<string, unknown>>;
  /** The runs folder. */
  readonly runs: string;
}

/** The runs that were made to be compared. */
export interface ComparedRuns {
  readonly runs: readonly AnsweredRun[];
  /** The templates as they were named, by their absolute paths. */
  readonly files: ReadonlyMap<string, string>;
  /** Why the first run that failed did. */
  readonly failure?: Failure;
  readonly stopped: boolean;
}

interface NamedTemplate {
  readonly template: PromptTemplate;
  readonly file: string;
}

/**
 * Evaluates the hard prompt and trains each other method, for every file, on the same data and split.
 * A run that fails is kept, and says so; the method's further seeds are not tried.
 * @throws Failure when the input is wrong
 */
export async function runComparison(request: CompareRequest, options: RunOptions = {}): Promise<ComparedRuns> {
  if (request.files.length === 0)
    throw new Failure('nothing-to-compare', l10n.t`No template is named.`, {}, l10n.t`Give at least one .prompt file.`);
  const templates = await Promise.all(
    request.files.map(async (file): Promise<NamedTemplate> => ({ file, template: await loadTemplate(file) })),
  );
  // The hard prompt costs least and is what all else is measured against, so it comes first.
  const methods = [...new Set(request.methods)].sort((a, b) => Number(b === 'hard') - Number(a === 'hard'));
  for (const method of methods) if (method !== 'hard') requireTrainable(method);
  for (const { template } of templates) for (const method of methods) requireMethodThere(template, method);
  const done: RunsOfMethod[] = [];
  const files = new Map<string, string>();
  const parts = templates.flatMap((named) =>
    formsOf(request).flatMap((form) => methods.map((method) => ({ named, method, request: form }))),
  );
  for (const { named, method, request: form } of parts) {
    if (options.signal?.aborted) break;
    const outcome = await runMethod(named, method, { request: form, options });
    done.push(outcome);
    for (const { record } of outcome.runs) files.set(record.template.path, named.file);
  }
  const failure = done.find((outcome) => outcome.failure)?.failure;
  return {
    runs: done.flatMap(({ runs }) => runs),
    files,
    ...(failure && { failure }),
    stopped: options.signal?.aborted ?? false,
  };
}

/** The request once for each form of the prompt, and each of the examples that a list of `tune.examples` names. */
const formsOf = (request: CompareRequest): readonly CompareRequest[] =>
  settingsOfForms(request.set, request.formats).flatMap((set) => {
    const { [examplesKey]: examples, ...others } = set;
    if (typeof examples !== 'string') return [{ ...request, set }];
    return expandGrid({ [examplesKey]: examples }).cells.map((cell) => ({ ...request, set: { ...others, ...cell } }));
  });

const examplesKey = 'tune.examples';

interface RunsOfMethod {
  readonly runs: readonly AnsweredRun[];
  readonly failure?: Failure;
}

interface Work {
  readonly request: CompareRequest;
  readonly options: RunOptions;
}

function runMethod(named: NamedTemplate, method: Method, work: Work): Promise<RunsOfMethod> {
  return method === 'hard' ? evaluateHard(named, work) : trainSeeds(named, method, work);
}

async function evaluateHard({ file }: NamedTemplate, { request, options }: Work): Promise<RunsOfMethod> {
  const { set, runs } = request;
  try {
    const { folder } = await evaluateRun({ file, subject: { kind: 'hard' }, set, runs }, options);
    return { runs: folder === undefined ? [] : [await readAnsweredRun(folder)] };
  } catch (error) {
    if (isStopped(error, options.signal)) return { runs: [] };
    throw error;
  }
}

async function trainSeeds(
  { file, template }: NamedTemplate,
  method: Method,
  { request, options }: Work,
): Promise<RunsOfMethod> {
  const settings = resolveSettings(template, method, request.set);
  const runs: AnsweredRun[] = [];
  let failure: Failure | undefined;
  for (let index = 0; index < (request.seeds ?? settings.seeds) && !failure && !options.signal?.aborted; index++) {
    const set = { ...request.set, 'tune.seed': String(settings.seed + index) };
    const outcome = await trainRun({ file, method, set, runs: request.runs }, options);
    runs.push(await readAnsweredRun(outcome.folder));
    failure = outcome.failure;
  }
  return { runs, ...(failure && { failure }) };
}
