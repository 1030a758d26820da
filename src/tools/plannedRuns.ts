import { basename } from 'node:path';
import { checkText } from '../workspace/checkFiles';
import { Failure } from '../failure';
import { counted } from '../words/formatNumbers';
import { runsOfComparison, type CompareRequest, type NewRunRequest } from '../runs/queue/queue';
import { askedElsewhere } from '../runs/work/askedElsewhere';
import { loadTemplate } from '../template/read/loadTemplate';
import { resolveSettings } from '../template/read/resolveSettings';
import { writtenSetting } from '../template/settings/settingText';
import type { Method, Settings } from '../template/settings/settings';
import type { PromptTemplate } from '../template/read/template';
import { requireTemplate, runsFolderFor, type Workplace } from './workplace';

/** What an agent asks to be run. */
export interface WantedRuns {
  readonly template: string;
  readonly methods: readonly Method[];
  readonly seeds: number | undefined;
  readonly settings: Readonly<Record<string, unknown>> | undefined;
}

/** What will be run. */
export interface PlannedRuns {
  readonly template: PromptTemplate;
  readonly request: CompareRequest;
  readonly runs: readonly NewRunRequest[];
  /** Of the first run. */
  readonly settings: Settings;
}

/**
 * Looks at everything that can be wrong before anything is begun.
 * @throws Failure of the first error in the template, of a setting, "endpoint-consent" for a model that runs elsewhere,
 * "nothing-to-train" for a training without rows
 */
export async function planRuns(place: Workplace, wanted: WantedRuns, signal: AbortSignal): Promise<PlannedRuns> {
  const file = requireTemplate(place, wanted.template);
  await requireNoErrors(place, file, signal);
  const template = await loadTemplate(file);
  const set = settingsGiven(wanted.settings ?? {});
  const request = { file, methods: wanted.methods, seeds: wanted.seeds, set, runs: runsFolderFor(place, file) };
  const runs = await runsOfComparison(request);
  const settings = resolveSettings(template, runs[0]!.method, runs[0]!.set);
  await requireNoneElsewhere(runs);
  if (wanted.methods.some((method) => method !== 'hard') && settings.data.train === undefined)
    throw new Failure(
      'nothing-to-train',
      'There are no rows to learn from.',
      { file },
      'Name a file as "train" under tune.data in the template.',
    );
  return { template, request, runs, settings };
}

/** An agent cannot agree for the person whose rows they are. @throws Failure "endpoint-consent" */
async function requireNoneElsewhere(runs: readonly NewRunRequest[]): Promise<void> {
  const asked = await askedElsewhere(runs);
  if (!asked) return;
  const { model, prompt } = asked;
  if (prompt === undefined)
    throw new Failure(
      'endpoint-consent',
      `The model ${model} runs elsewhere, and only a person can agree that rows are sent there.`,
      { file: runs[0]!.file },
      'Ask the person to run "Evaluate Hard Prompt" in the window, or "prompt-tuner evaluate" in a terminal.',
    );
  throw new Failure(
    'endpoint-consent',
    `${basename(prompt)} in tune.propose asks the model ${model}, which runs elsewhere, and only a person can agree ` +
      'that rows of train are sent there with their answers.',
    { file: prompt },
    'Ask the person to run "Train P-Tuning v2 Prompt" in the window, or "prompt-tuner train" in a terminal; or call ' +
      'this again with the setting { "propose": "none" }, and tell the person that this model was not asked.',
  );
}

/** @throws Failure of the first error, which says how many there are */
async function requireNoErrors(place: Workplace, file: string, signal: AbortSignal): Promise<void> {
  const findings = await checkText(await place.read(file), file, { rows: true, tokens: true, signal });
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return;
  const { line, column } = first.range.start;
  throw new Failure(
    first.code,
    `The template has ${counted(errors.length, 'error')}, the first: ${first.message}`,
    { file, line: line + 1, column: column + 1 },
    'Mend the template, call checkTemplate until it names no error, then call this again.',
  );
}

/** `steps` or `tune.steps` → a value in YAML, as the command line takes it. */
function settingsGiven(given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name.startsWith('tune.') ? name : `tune.${name}`,
      writtenSetting(value),
    ]),
  );
}
