import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { baseModelMismatch, type AdapterBase } from '../../../adapters/peft';
import { Failure, withLocation } from '../../../failure';
import { collapsedOnto } from '../../../scoring/collapse';
import { recordedConstraint } from '../../../scoring/recordedConstraint';
import { evaluate } from '../../../scoring/evaluate';
import { hostedModelOf } from '../../../template/read/hostedModel';
import { resolveSettings } from '../../../template/read/resolveSettings';
import type { Method, Settings } from '../../../template/settings/settings';
import type { PromptTemplate } from '../../../template/read/template';
import { holdsExamples, insertExamples } from '../../../template/examples/insertExamples';
import { loadTemplate } from '../../../template/read/loadTemplate';
import { trainedParameters, type SoftPrompt } from '../../../objective/prompt';
import type { EvaluationOutcome } from './evaluationOutcome';
import { evaluateHosted } from './evaluateHosted';
import { resultOf, resultText } from './evaluationResult';
import { errorOf, startRun, type LiveRun } from '../liveRun';
import { writePredictions } from '../../store/files/predictionsFile';
import { logPath } from '../../store/files/logFile';
import { atWork, newRecord, withSources } from '../../record/newRecord';
import { closeTask, requireSplit } from '../../../objective/rows/splits';
import { openAdapter, requireNoExamplesOfRun, withInstruction } from '../openAdapter';
import { completeRun } from './measureRun';
import { finalSplit, openTask, requireFitting, type OpenTask } from '../openTask';
import { openWithExamples, requireNoneShown, settledSettings, withExamplesOf } from './showExamples';
import { watchMemory } from '../peakMemory';
import { checkRows, provenanceOf, withShared } from './rowsOfRun';
import { differencesFrom, keptSettings, modelDifference, requireMeant } from '../study/sameSubject';
import { unmeasuredLabels } from '../unmeasuredLabels';
import { warnRun } from '../warnRun';
import { requireModelOfStudy } from '../study/modelOfStudy';
import { showPhase } from '../timeLeft';
import { dayOfRun, formDifference, formOf, type RecordedForm } from '../../../objective/recordedForm';
import type { Provenance } from '../../record/provenance';
import { requireProduced, type ProducedRun } from '../../record/producedRun';
import type { RunProgress, RunRecord } from '../../record/record';
import type { Split } from '../../record/words/recordWords';
import { recordedTemplate } from '../../record/recordedTemplate';
import { lacksResult } from '../../record/runStage';
import type { RunOptions } from '../../store/runEvent';
import { createRun, readRun } from '../../store/runFolder';
import { findRun } from '../../store/scanRuns';
import { asFailure, failureLog, isStopped } from '../../../classifyError';
import { readVersions } from '../../record/versions';

/**
 * What is evaluated: the text alone, a run's trained prompt (or only the text it rewrote), or an adapter from anywhere.
 */
export type EvaluationSubject =
  | { readonly kind: 'hard' }
  | { readonly kind: 'run'; readonly run: string; readonly textOnly?: boolean }
  | { readonly kind: 'adapter'; readonly folder: string };

export interface EvaluateRunRequest {
  readonly file: string;
  readonly subject: EvaluationSubject;
  /** Test, or the last split there is, when left out. */
  readonly split?: Split;
  readonly set: Readonly<Record<string, unknown>>;
  /** The runs folder. */
  readonly runs: string;
  /** Measures a run on a template or model that is not that of its training; the result says so. */
  readonly force?: boolean;
}

interface Trained {
  readonly method: Method;
  /** Settings that give the template the sizes of the prompt. */
  readonly set: Readonly<Record<string, unknown>>;
  /** The task description that belongs to the prompt, where it is not the template's own. */
  readonly instruction?: string;
  /** Absent where nothing learned is evaluated. */
  readonly prompt?: SoftPrompt;
  /** The model that an adapter from anywhere says it was trained for. */
  readonly base?: AdapterBase;
  /** How the model read the prompt in the training, where that is known. */
  readonly form?: RecordedForm;
  /** Folder of the adapter. */
  readonly adapterFolder: string;
  readonly run: string | null;
  readonly folder?: string;
  /** The run that is evaluated. */
  readonly record?: RunRecord;
  /** How the prompt came about: null where nothing was trained, absent where it is not known. */
  readonly selection?: Provenance['selection'];
}

/**
 * Evaluates a prompt on a split. A hard evaluation leaves a run folder like a training does; a run whose training is at
 * its end, but which could not be measured, gets the result.
 * @throws Failure when the input is wrong, or the trained prompt does not fit the template
 */
export async function evaluateRun(request: EvaluateRunRequest, options: RunOptions = {}): Promise<EvaluationOutcome> {
  const template = await loadTemplate(request.file);
  return request.subject.kind === 'hard'
    ? evaluateHard(template, request, options)
    : evaluateTrained(template, request, options);
}

async function evaluateHard(
  template: PromptTemplate,
  request: EvaluateRunRequest,
  options: RunOptions,
): Promise<EvaluationOutcome> {
  const record = newRecord(template, resolveSettings(template, 'hard', request.set));
  const folder = await createRun(request.runs, atWork(record));
  return evaluateText(folder, options, request.split);
}

/**
 * Evaluates the text alone in the folder of a run that was made for it.
 * @param split test, or the last split there is, when left out
 * @throws Failure when the input is wrong, "run-busy", "run-done", "run-stopped"
 */
export async function evaluateText(folder: string, given: RunOptions = {}, split?: Split): Promise<EvaluationOutcome> {
  const run = await startRun(folder, (await readRun(folder)).id, given);
  const options: RunOptions = { ...given, signal: run.signal };
  const {
    template: { path },
    settings,
  } = run.record;
  run.emit({ kind: 'run', run: run.id, folder, method: 'hard', file: path });
  try {
    run.progress({ phase: 'loading', step: 0, steps: 0 });
    const template = recordedTemplate(run.record);
    const { result, predictions, collapsed } = hostedModelOf(template.model)
      ? await evaluateHosted(run, { template, settings, split }, options)
      : await evaluateSubject({ template, settings, split, options, live: run });
    await writePredictions(folder, predictions, run);
    const unmeasured = unmeasuredLabels(template, { predictions, split: result.split });
    if (unmeasured !== undefined) await warnRun(run, unmeasured);
    await run.log(`Done: ${resultText(result)}`);
    await run.end('done', (current) => ({ ...current, result, ...(collapsed !== undefined && { collapsed }) }));
    return { result, predictions, folder };
  } catch (error) {
    if (isStopped(error, options.signal)) {
      await run.end('stopped');
      throw new Failure('run-stopped', l10n.t`The run was stopped.`, { file: folder });
    }
    const failure = asFailure(withLocation(error, { file: path }), logPath(folder));
    await run.log(failureLog(failure, error)).catch(() => undefined);
    await run.end('failed', (current) => ({ ...current, error: errorOf(failure) })).catch(() => undefined);
    throw failure;
  }
}

async function evaluateTrained(
  written: PromptTemplate,
  request: EvaluateRunRequest,
  options: RunOptions,
): Promise<EvaluationOutcome> {
  const trained = await readTrained(request, written);
  const { record } = trained;
  const settings = resolveSettings(written, trained.method, { ...trained.set, ...request.set });
  // The file is compared as it is written: the instruction and the examples that the run found are its own.
  const differences = record ? differencesFrom(record, { template: written, settings }) : [];
  const source = holdsExamples(written) ? undefined : record?.examples?.source;
  const shown = source === undefined ? written : insertExamples(written, source);
  const template = withInstruction(shown, trained.instruction);
  options.onEvent?.({
    kind: 'run',
    run: trained.run ?? '',
    folder: trained.folder ?? trained.adapterFolder,
    method: trained.method,
    file: template.path,
  });
  if (record && trained.prompt && lacksResult(record) && request.split === undefined && differences.length === 0)
    return completeRun(trained.folder!, settings, options);
  const { result, predictions } = await evaluateSubject({
    template,
    settings: record?.examples ? settledSettings(settings) : settings,
    split: request.split,
    options,
    trained,
    differences,
    force: request.force,
  });
  return { result, predictions, ...(trained.folder && { folder: trained.folder }) };
}

async function readTrained({ subject, runs }: EvaluateRunRequest, written: PromptTemplate): Promise<Trained> {
  if (subject.kind === 'run') {
    const folder = await findRun(runs, subject.run);
    const record = await readRun(folder);
    requireProduced(record, folder, l10n.t`measure again`);
    const trained = await trainedOf(folder, record, subject.textOnly ?? false);
    return { ...trained, record, form: record.form, set: { ...keptSettings(record, written), ...trained.set } };
  }
  const adapter = await openAdapter(subject.kind === 'adapter' ? subject.folder : '.');
  requireNoExamplesOfRun(adapter);
  const { folder, prompt, use, base, instruction, form } = adapter;
  const { format = 'auto' } = written.written;
  const set = { ...(form && format === 'auto' && { 'tune.format': form.format }), ...use.set };
  return { ...use, set, instruction, prompt, base, form, adapterFolder: folder, run: null };
}

async function trainedOf(folder: string, record: ProducedRun, textOnly: boolean): Promise<Trained> {
  const adapterFolder = join(folder, 'adapter');
  const { id: run, method, rewritten, settings, selection: selected } = record;
  if (textOnly) {
    if (!rewritten)
      throw new Failure(
        'not-rewritten',
        l10n.t`The run ${run} has not rewritten its instruction.`,
        { file: folder },
        l10n.t`Leave out --text-only, or name a run of v2 with tune.instruction text or both.`,
      );
    const selection = selected && { trainingRows: selected.trainingRows, instruction: selected.instruction };
    return { method: 'hard', set: {}, instruction: rewritten.instruction, adapterFolder, run, folder, selection };
  }
  if (method === 'hard') return { method, set: {}, adapterFolder, run, folder, selection: null };
  const { prompt, instruction } = await openAdapter(adapterFolder);
  const set = {
    'tune.length': settings.length,
    'tune.layers': settings.layers,
    'tune.instruction': settings.instruction,
  };
  return {
    method,
    set,
    instruction: rewritten?.instruction ?? instruction,
    prompt,
    adapterFolder,
    run,
    folder,
    selection: selected,
  };
}

interface SubjectEvaluation {
  readonly template: PromptTemplate;
  readonly settings: Settings;
  readonly split?: Split;
  readonly options: RunOptions;
  readonly trained?: Trained;
  readonly live?: LiveRun;
  /** In what the template is not that of the training. */
  readonly differences?: readonly string[];
  readonly force?: boolean;
}

async function evaluateSubject({
  template,
  settings,
  split: wanted,
  options,
  trained,
  live,
  differences = [],
  force = false,
}: SubjectEvaluation): Promise<EvaluationOutcome & { readonly collapsed?: string }> {
  const memory = watchMemory();
  const dated = live?.record ?? trained?.record;
  const day = dated ? dayOfRun(dated) : trained?.form?.chatTemplate?.day;
  const { began, record, ...opened } = live
    ? await openWithExamples(live, { template, record: live.record }, options)
    : await openTrained(template, settings, { trained, day });
  const { task, model } = opened;
  try {
    requireModelOfStudy(options, model);
    if (trained?.prompt) requireFitting(trained.prompt, opened, trained.adapterFolder);
    const mismatch = trained?.base && baseModelMismatch(trained.base, model);
    if (mismatch) options.onEvent?.({ kind: 'warning', run: '', line: mismatch });
    const otherModel = trained?.record && modelDifference(trained.record.model, model);
    const otherForm = formDifference(trained?.form, formOf(task));
    if (otherForm && !trained?.run)
      options.onEvent?.({ kind: 'warning', run: '', line: l10n.t`Not as in the adapter's training: ${otherForm}.` });
    const forced = [
      ...differences,
      ...(otherForm ? [otherForm] : []),
      ...(otherModel ? [otherModel] : mismatch ? [l10n.t`the model`] : []),
    ];
    if (trained?.run) requireMeant(forced, { run: trained.run, file: template.path, isMeant: force });
    const versions = await readVersions();
    await live?.change((record) => ({ ...withSources(record, task, model), versions }));
    const split = wanted ?? finalSplit(task);
    requireSplit(task, split);
    requireNoneShown(split, record);
    if (live && split === 'dev' && (record?.examples?.search?.devRows ?? 0) > 0)
      await warnRun(
        live,
        l10n.t`The rows of dev that are measured have also decided between the examples that were found and those \
drawn first.`,
      );
    const show = (progress: RunProgress) => {
      if (live) live.progress(progress);
      else options.onEvent?.({ kind: 'progress', run: trained?.run ?? '', progress });
    };
    const rows = await checkRows(opened, { check: [split], signal: options.signal, progress: show });
    await live?.change((record) => withShared(record, rows));
    const evaluation = await evaluate(task, model, trained?.prompt, {
      split,
      signal: options.signal,
      onProgress: showPhase('testing', (progress) =>
        show(progress.step === progress.steps ? { ...progress, phase: 'finished' } : progress),
      ),
    });
    const result = resultOf(evaluation, {
      method: settings.method,
      split,
      trainedParameters: trained?.prompt ? trainedParameters(trained.prompt) : 0,
      seconds: (performance.now() - began) / 1000,
      peakMemoryBytes: memory.stop(),
      run: live?.id ?? trained?.run ?? null,
      form: formOf(task),
      ...recordedConstraint(task),
      provenance: provenanceOf(task, split, {
        rows,
        selection: trained ? trained.selection : null,
        trainedOn: trained?.selection ? trained.record?.data : undefined,
        forced,
      }),
    });
    const collapsed = task.labels.length > 0 ? collapsedOnto(evaluation.predictions) : undefined;
    return { result, predictions: evaluation.predictions, ...(collapsed !== undefined && { collapsed }) };
  } finally {
    memory.stop();
    await closeTask(task);
  }
}

async function openTrained(
  template: PromptTemplate,
  settings: Settings,
  { trained, day }: { readonly trained: Trained | undefined; readonly day: string | undefined },
): Promise<OpenTask & { readonly began: number; readonly record?: RunRecord }> {
  const opened = await openTask(template, settings, day);
  const began = performance.now();
  const { record, folder } = trained ?? {};
  return { ...(record && folder !== undefined ? await withExamplesOf(opened, record, folder) : opened), record, began };
}
