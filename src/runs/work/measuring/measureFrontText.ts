import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import { closeTask } from '../../../objective/rows/splits';
import { formDifference, formOf } from '../../../objective/recordedForm';
import { evaluate, type Evaluation } from '../../../scoring/evaluate';
import { recordedConstraint } from '../../../scoring/recordedConstraint';
import { replaceInstruction } from '../../../template/edit/replaceInstruction';
import { requireTemplate, type PromptTemplate } from '../../../template/read/template';
import { hardTask } from '../../../tuning/search/text/hardTask';
import { changeIdleRun } from '../../record/changeRun';
import { frontOfRun } from '../../record/frontOfRun';
import type { Provenance } from '../../record/provenance';
import { recordedTemplate } from '../../record/recordedTemplate';
import type { RunRecord, TextOnTest } from '../../record/record';
import { readOriginalPredictions, writeOriginalPredictions } from '../../store/files/originalPredictions';
import type { PredictionLine } from '../../store/files/predictionLine';
import { readRun } from '../../store/runFolder';
import { resultOf } from './evaluationResult';
import type { OpenTask } from '../openTask';
import { modelDifference, requireMeant } from '../study/sameSubject';
import { openRecorded } from './showExamples';
import { textDifference } from '../study/textDifference';

export interface MeasureTextOptions {
  readonly signal?: AbortSignal;
  /** Called once the rows are known, and after each batch: rows answered, of all that must be. */
  onProgress?(done: number, total: number): void;
}

/**
 * Measures a text of a run's front on the rows of test that the run was measured on, and keeps that with the run. A
 * text that was measured is not measured again. Stopped, the run stays as it was.
 * @param text as the front has it
 * @throws Failure "outdated" where the front has no such text, "data-missing" where the run was not measured on test,
 *   "evaluate-changed" where model or rows are not those of the run, "run-busy"
 */
export async function measureFrontText(folder: string, text: string, options: MeasureTextOptions = {}): Promise<void> {
  const record = await readRun(folder);
  const found = requireText(record, { text, folder });
  if (found.test) return;
  const written = requireMeasured(record, folder);
  const opened = await openRecorded(record, folder);
  try {
    requireSame(record, { opened, written });
    const { original, total } = await answersOfOriginal(opened, { record, folder, options });
    const evaluation = await evaluateText(opened, templateWith(record, text), {
      signal: options.signal,
      onProgress: (done, rows) => options.onProgress?.(total - rows + done, total),
    });
    options.signal?.throwIfAborted();
    const { mean, low, high, p } = textDifference(evaluation, original, record.settings);
    const measured: TextOnTest = {
      text,
      measured: new Date().toISOString(),
      result: resultOf(evaluation, {
        method: 'hard',
        split: 'test',
        trainedParameters: 0,
        seconds: evaluation.seconds,
        peakMemoryBytes: process.memoryUsage.rss(),
        run: record.id,
        form: formOf(opened.task),
        ...recordedConstraint(opened.task),
        provenance: { ...written, ...chosenBy(record) },
      }),
      gain: { mean, interval: [low, high] },
      p,
    };
    await changeIdleRun(folder, (current) => withText(current, measured));
  } finally {
    await closeTask(opened.task);
  }
}

/** The text came about as the chosen one did. */
const chosenBy = ({ selection }: RunRecord): Pick<Provenance, 'selection'> =>
  selection ? { selection: { trainingRows: selection.trainingRows, instruction: selection.instruction } } : {};

/** Of two who asked for the same text at once, the first one's number stays. */
function withText(record: RunRecord, measured: TextOnTest): RunRecord {
  const { textsOnTest = [] } = record;
  if (textsOnTest.some(({ text }) => text === measured.text)) return record;
  return { ...record, textsOnTest: [...textsOnTest, measured] };
}

function requireText(record: RunRecord, { text, folder }: { readonly text: string; readonly folder: string }) {
  const found = frontOfRun(record)?.texts.find((each) => each.text === text);
  if (found) return found;
  throw new Failure(
    'outdated',
    l10n.t`The search of ${record.id} has kept no such text.`,
    { file: folder },
    l10n.t`Open the run again.`,
  );
}

/** Where the rows come from that the text as it was written was measured on. */
function requireMeasured({ id, originalResult }: RunRecord, folder: string): Provenance {
  if (originalResult?.split === 'test' && originalResult.provenance) return originalResult.provenance;
  throw new Failure(
    'data-missing',
    l10n.t`The run ${id} was not measured on test rows, so that no other text of it can be.`,
    { file: folder },
    l10n.t`Add test to tune.data, and train it again.`,
  );
}

/** A number on other rows, or of another model, would not stand beside those of the run. */
function requireSame(
  record: RunRecord,
  { opened: { task, model }, written }: { readonly opened: OpenTask; readonly written: Provenance },
): void {
  const differences = [
    modelDifference(record.model, model),
    formDifference(record.form, formOf(task)),
    task.splits.test?.sha256 === written.sha256 ? undefined : l10n.t`the data of test`,
  ].filter((difference) => difference !== undefined);
  requireMeant(differences, {
    run: record.id,
    file: record.template.path,
    isMeant: false,
    remedy: l10n.t`Restore it, or train a new run.`,
  });
}

interface Originals {
  readonly original: readonly PredictionLine[];
  /** Rows to answer in all: those of the text, and before them those of the original where none were kept. */
  readonly total: number;
}

/** Runs of earlier versions have not kept them. */
async function answersOfOriginal(
  opened: OpenTask,
  {
    record,
    folder,
    options: { signal, onProgress },
  }: { readonly record: RunRecord; readonly folder: string; readonly options: MeasureTextOptions },
): Promise<Originals> {
  const kept = await readOriginalPredictions(folder);
  const rows = record.originalResult!.n;
  if (kept.length === rows) return { original: kept, total: rows };
  const template = recordedTemplate({ template: record.template, examples: record.examples });
  const { predictions } = await evaluateText(opened, template, {
    signal,
    onProgress: (done) => onProgress?.(done, 2 * rows),
  });
  await writeOriginalPredictions(folder, predictions);
  return { original: predictions, total: 2 * rows };
}

const evaluateText = (
  { task, model }: OpenTask,
  template: PromptTemplate,
  options: MeasureTextOptions,
): Promise<Evaluation> => evaluate({ ...hardTask(task), template }, model, undefined, { split: 'test', ...options });

/** The run's template with another instruction. */
function templateWith(record: RunRecord, text: string): PromptTemplate {
  const { text: file, path, partials } = recordedTemplate({ template: record.template, examples: record.examples });
  return requireTemplate(replaceInstruction(file, path, text), path, (name) => partials[name]);
}
