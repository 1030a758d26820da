import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { asFailure, isStopped, traceOf } from '../../../classifyError';
import { Failure, withLocation } from '../../../failure';
import { collapsedOnto } from '../../../scoring/collapse';
import { recordedConstraint } from '../../../scoring/recordedConstraint';
import { evaluate } from '../../../scoring/evaluate';
import { trainedParameters, type SoftPrompt } from '../../../objective/prompt';
import { closeTask } from '../../../objective/rows/splits';
import type { Settings } from '../../../template/settings/settings';
import type { RunRecord } from '../../record/record';
import type { Split } from '../../record/words/recordWords';
import { recordedTemplate } from '../../record/recordedTemplate';
import { readVersions } from '../../record/versions';
import type { RunOptions } from '../../store/runEvent';
import { logPath } from '../../store/files/logFile';
import { readPredictions, writePredictions } from '../../store/files/predictionsFile';
import { readRun } from '../../store/runFolder';
import { resultOf, resultText } from './evaluationResult';
import { errorOf, startRun, type LiveRun } from '../liveRun';
import { openAdapter } from '../openAdapter';
import type { EvaluationOutcome } from './evaluationOutcome';
import { finalSplit, requireFitting, type OpenTask } from '../openTask';
import { openRecorded } from './showExamples';
import { watchMemory, type MemoryWatch } from '../peakMemory';
import { evaluateTexts, rewritesText } from '../rewriting';
import { showPhase } from '../timeLeft';
import { modelDifference, requireMeant } from '../study/sameSubject';
import { checkRows, provenanceOf, withShared, type RowsOfRun } from './rowsOfRun';
import { formDifference, formOf } from '../../../objective/recordedForm';
import { withSources } from '../../record/newRecord';

/** What a run came to once its training was at its end. */
export type Measured = Required<Pick<RunRecord, 'result'>> &
  Pick<RunRecord, 'collapsed' | 'originalResult' | 'textResult' | 'textGain'>;

interface Measuring {
  readonly opened: OpenTask;
  readonly prompt: SoftPrompt;
  readonly rows: RowsOfRun;
  /** The record with what its training came to. */
  readonly record: RunRecord;
  readonly memory: MemoryWatch;
  readonly options: RunOptions;
  /** When the work began, in milliseconds of `performance.now()`. */
  readonly began: number;
  /** Seconds that the training took where that was another work. */
  readonly trainedSeconds?: number;
}

/**
 * Evaluates the trained prompt on the test split, which neither training nor choosing has read; and beside it the
 * texts, where one was rewritten.
 */
export async function measure(run: LiveRun, measuring: Measuring): Promise<Measured> {
  const { opened, prompt, rows, record, memory, options, began, trainedSeconds = 0 } = measuring;
  const { task, model } = opened;
  const split = finalSplit(task);
  const evaluation = await evaluate(task, model, prompt, {
    split,
    signal: options.signal,
    onProgress: showPhase('testing', (progress) => run.progress(progress)),
  });
  await writePredictions(run.folder, evaluation.predictions, run);
  const seconds = trainedSeconds + (performance.now() - began) / 1000;
  const provenance = (selection: RunRecord['selection'] | null) =>
    provenanceOf(task, split, { rows, selection, trainedOn: record.data });
  const { selection } = record;
  const texts = rewritesText(task.settings)
    ? await evaluateTexts(run, opened, {
        original: recordedTemplate({ template: record.template, examples: record.examples }),
        split,
        options,
        provenance: {
          original: provenance(null),
          rewritten: provenance(
            selection && { trainingRows: selection.trainingRows, instruction: selection.instruction },
          ),
        },
      })
    : {};
  const { steps, method } = task.settings;
  run.progress({ phase: 'finished', step: steps, steps, ...bestNumbers(record.best) });
  const collapsed = task.labels.length > 0 ? collapsedOnto(evaluation.predictions) : undefined;
  return {
    result: resultOf(evaluation, {
      method,
      split,
      trainedParameters: trainedParameters(prompt),
      seconds,
      peakMemoryBytes: memory.stop(),
      run: run.id,
      form: formOf(task),
      ...recordedConstraint(task),
      provenance: provenance(selection),
    }),
    ...(collapsed !== undefined && { collapsed }),
    ...texts,
  };
}

/** What dev came to at its best, for the line that says how far a run is. */
function bestNumbers(best: RunRecord['best']): Pick<RunRecord['progress'], 'devAccuracy' | 'devScore'> {
  return best?.score ? { devScore: best.score } : { devAccuracy: best?.accuracy };
}

/** Notes the end of a run that was measured. */
export async function endMeasured(run: LiveRun, measured: Measured): Promise<RunRecord> {
  await run.log(
    `Done: ${resultText(measured.result)}` +
      (measured.collapsed === undefined ? '' : l10n.t`; nearly every row was called "${measured.collapsed}"`),
  );
  // A provider may have refused the graph meanwhile.
  const versions = await readVersions();
  return run.end('done', (record) => ({
    ...record,
    ...measured,
    versions: { ...versions, numbers: record.versions.numbers ?? 1 },
  }));
}

/**
 * Measures a run whose training is at its end, again or for the first time: its adapter, with the text that the run
 * trained, on the data as they are now.
 * @throws Failure as the evaluation does; the caller ends the run
 */
export async function measureTrained(run: LiveRun, options: RunOptions): Promise<RunRecord> {
  const { record, folder } = run;
  const memory = watchMemory();
  await run.log(`Measuring: ${record.method} on ${record.template.path}`);
  run.progress({ phase: 'loading', step: record.progress.step, steps: record.settings.steps });
  const opened = await openRecorded(record, folder);
  const began = performance.now();
  try {
    const differences = [
      modelDifference(record.model, opened.model),
      formDifference(record.form, formOf(opened.task)),
    ].filter((difference) => difference !== undefined);
    requireMeant(differences, { run: run.id, file: record.template.path, isMeant: false });
    const { prompt } = await openAdapter(join(folder, 'adapter'));
    requireFitting(prompt, opened, join(folder, 'adapter'));
    const split: Split = finalSplit(opened.task);
    const rows = await checkRows(opened, {
      check: [split],
      signal: options.signal,
      progress: (now) => run.progress(now),
    });
    const measured = await measure(run, {
      opened,
      prompt,
      rows,
      record,
      memory,
      options,
      began,
      trainedSeconds: record.trainingSeconds,
    });
    await run.change((current) =>
      withMeasuredFile(current, withShared(withSources(current, opened.task, opened.model), rows), split),
    );
    return await endMeasured(run, measured);
  } finally {
    memory.stop();
    await closeTask(opened.task);
  }
}

/**
 * Gives a run that was trained, but could not be measured, its result.
 * @param settings those of its template now, of which data and how rows are shortened are taken over
 * @throws Failure as the evaluation does; the run then says so
 */
export async function completeRun(folder: string, settings: Settings, given: RunOptions): Promise<EvaluationOutcome> {
  const run = await startRun(folder, (await readRun(folder)).id, given);
  const options: RunOptions = { ...given, signal: run.signal };
  try {
    const { data, truncate } = settings;
    const taken = await run.change((record) => ({
      ...record,
      settings: { ...record.settings, data: { ...record.settings.data, test: data.test }, truncate },
    }));
    const { result } = await measureTrained({ ...run, record: { ...taken, method: run.record.method } }, options);
    return { result: result!, predictions: await readPredictions(folder), folder };
  } catch (error) {
    if (isStopped(error, options.signal)) {
      await run.end('stopped');
      throw new Failure('run-stopped', l10n.t`The run was stopped.`, { file: folder });
    }
    const failure = asFailure(withLocation(error, { file: run.record.template.path }), logPath(folder));
    await run.log(`Failed: ${traceOf(error)}`).catch(() => undefined);
    await run.end('failed', (current) => ({ ...current, error: errorOf(failure) })).catch(() => undefined);
    throw failure;
  }
}

/** What the training read stays as it was noted; only the file that is measured may be another. */
function withMeasuredFile(record: RunRecord, now: RunRecord, split: Split): RunRecord {
  return split === 'test' ? { ...record, data: { ...record.data, test: now.data.test } } : record;
}
