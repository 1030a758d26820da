import * as l10n from '@vscode/l10n';
import { requireMethodThere } from '../template/read/needsLocalModel';
import { isStopped } from '../classifyError';
import { Failure } from '../failure';
import type { RunOptions } from '../runs/store/runEvent';
import { evaluateRun } from '../runs/work/measuring/evaluateRun';
import { requireTrainable, trainRun, type TrainRunRequest } from '../runs/work/trainRun';
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

/** Trains one run. @throws Failure as `trainRun` does */
export type Train = (
  request: TrainRunRequest,
  options: RunOptions,
) => Promise<{ readonly folder: string; readonly failure?: Failure }>;

/** How the trainings of a comparison are carried out. */
export interface Trainings {
  readonly train: Train;
  /** Trainings at once; more than one only where each has a process of its own. */
  readonly atOnce: number;
}

const oneByOne: Trainings = { train: trainRun, atOnce: 1 };

/**
 * Evaluates the hard prompt and trains each other method, for every file, on the same data and split.
 * A run that fails is kept, and says so; the method's further seeds are not tried.
 * @throws Failure when the input is wrong
 */
export async function runComparison(
  request: CompareRequest,
  options: RunOptions = {},
  trainings = oneByOne,
): Promise<ComparedRuns> {
  if (request.files.length === 0)
    throw new Failure('nothing-to-compare', l10n.t`No template is named.`, {}, l10n.t`Give at least one .prompt file.`);
  const templates = await Promise.all(
    request.files.map(async (file): Promise<NamedTemplate> => ({ file, template: await loadTemplate(file) })),
  );
  // The hard prompt costs least and is what all else is measured against, so it comes first.
  const methods = [...new Set(request.methods)].sort((a, b) => Number(b === 'hard') - Number(a === 'hard'));
  for (const method of methods) if (method !== 'hard') requireTrainable(method);
  for (const { template } of templates) for (const method of methods) requireMethodThere(template, method);
  const parts = templates.flatMap((named) =>
    formsOf(request).flatMap((form) => methods.flatMap((method) => unitsOf(named, method, form))),
  );
  const done = await carryOut(parts, { options, trainings });
  const files = new Map<string, string>();
  parts.forEach(({ named }, i) => done[i]?.runs.forEach(({ record }) => files.set(record.template.path, named.file)));
  const failure = done.find((outcome) => outcome?.failure)?.failure;
  return {
    runs: done.flatMap((outcome) => outcome?.runs ?? []),
    files,
    ...(failure && { failure }),
    stopped: options.signal?.aborted ?? false,
  };
}

/** One run that is to be made. */
interface Unit {
  readonly named: NamedTemplate;
  readonly method: Method;
  readonly request: CompareRequest;
  /** What it shares with the method's other seeds, none of which is tried after one has failed. */
  readonly seeds: object;
}

/** The runs of a method: one for each seed. */
function unitsOf(named: NamedTemplate, method: Method, request: CompareRequest): readonly Unit[] {
  const seeds = {};
  if (method === 'hard') return [{ named, method, request, seeds }];
  const settings = resolveSettings(named.template, method, request.set);
  return Array.from({ length: request.seeds ?? settings.seeds }, (_, index) => {
    const set = { ...request.set, 'tune.seed': String(settings.seed + index) };
    return { named, method, request: { ...request, set }, seeds };
  });
}

interface Work {
  readonly options: RunOptions;
  readonly trainings: Trainings;
}

/**
 * Makes the runs, as many at once as are trained at once; texts alone are measured by this process, before those.
 * @returns what each came to, in their order; undefined for those that were not tried
 * @throws Failure of the first whose input is wrong, once those at work have stopped
 */
async function carryOut(
  units: readonly Unit[],
  { options, trainings }: Work,
): Promise<readonly (OutcomeOfUnit | undefined)[]> {
  const done = new Array<OutcomeOfUnit | undefined>(units.length).fill(undefined);
  const failed = new Set<object>();
  const giveUp = new AbortController();
  const signal = AbortSignal.any([giveUp.signal, ...(options.signal ? [options.signal] : [])]);
  const take = async (waiting: number[]): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      const unit = units[place]!;
      if (signal.aborted || failed.has(unit.seeds)) continue;
      const outcome = await runUnit(unit, { options: { ...options, signal }, trainings });
      if (outcome.failure) failed.add(unit.seeds);
      done[place] = outcome;
    }
  };
  const places = units.map((_, place) => place);
  const isHard = (place: number): boolean => units[place]!.method === 'hard';
  if (trainings.atOnce === 1) await take(places);
  else {
    await take(places.filter(isHard));
    const waiting = places.filter((place) => !isHard(place));
    await allStopped(
      Array.from({ length: trainings.atOnce }, () => take(waiting)),
      () => giveUp.abort(),
    );
  }
  return done;
}

/** Waits for all work; where some is rejected, the other is told to stop first. @throws the first reason */
async function allStopped(work: readonly Promise<void>[], stop: () => void): Promise<void> {
  const ends = await Promise.allSettled(
    work.map((each) =>
      each.catch((reason: unknown) => {
        stop();
        throw reason;
      }),
    ),
  );
  const rejected = ends.find((end) => end.status === 'rejected');
  if (rejected) throw rejected.reason;
}

/** The request once for each form of the prompt, and each of the examples that a list of `tune.examples` names. */
const formsOf = (request: CompareRequest): readonly CompareRequest[] =>
  settingsOfForms(request.set, request.formats).flatMap((set) => {
    const { [examplesKey]: examples, ...others } = set;
    if (typeof examples !== 'string') return [{ ...request, set }];
    return expandGrid({ [examplesKey]: examples }).cells.map((cell) => ({ ...request, set: { ...others, ...cell } }));
  });

const examplesKey = 'tune.examples';

interface OutcomeOfUnit {
  readonly runs: readonly AnsweredRun[];
  readonly failure?: Failure;
}

function runUnit(unit: Unit, work: Work): Promise<OutcomeOfUnit> {
  return unit.method === 'hard' ? evaluateHard(unit, work) : trainUnit(unit, work);
}

async function evaluateHard({ named: { file }, request }: Unit, { options }: Work): Promise<OutcomeOfUnit> {
  const { set, runs } = request;
  try {
    const { folder } = await evaluateRun({ file, subject: { kind: 'hard' }, set, runs }, options);
    return { runs: folder === undefined ? [] : [await readAnsweredRun(folder)] };
  } catch (error) {
    if (isStopped(error, options.signal)) return { runs: [] };
    throw error;
  }
}

async function trainUnit({ named: { file }, method, request }: Unit, work: Work): Promise<OutcomeOfUnit> {
  const { set, runs } = request;
  const { folder, failure } = await work.trainings.train({ file, method, set, runs }, work.options);
  return { runs: [await readAnsweredRun(folder)], ...(failure && { failure }) };
}
