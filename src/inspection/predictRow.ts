import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { Failure } from '../failure';
import type { LanguageModel } from '../model/openModel';
import { openGenerator } from '../decoding/generator';
import { answerOptions } from '../scoring/answerOptions';
import { requireNumbers, scoreRows } from '../scoring/scoreSplit';
import { resolveSettings } from '../template/read/resolveSettings';
import type { Settings } from '../template/settings/settings';
import { requireTemplate, type PromptTemplate } from '../template/read/template';
import { loadTemplate } from '../template/read/loadTemplate';
import { partialReader } from '../template/read/partials';
import type { Example } from '../objective/example';
import { openObjective } from '../objective/objective';
import type { SoftPrompt } from '../objective/prompt';
import { openSource, type ExampleSource } from '../objective/rows/source';
import type { Task } from '../objective/task';
import { closeTask } from '../objective/rows/splits';
import { batchOptions } from '../objective/batch';
import { openAdapter, withInstruction } from '../runs/work/openAdapter';
import { openTask, requireFitting } from '../runs/work/openTask';
import { settledSettings, withExamplesOf } from '../runs/work/measuring/showExamples';
import type { RunRecord } from '../runs/record/record';
import { holdsExamples, insertExamples } from '../template/examples/insertExamples';
import { requireProduced } from '../runs/record/producedRun';
import { readRun } from '../runs/store/runFolder';
import type { RowPrediction } from './rowPrediction';
import type { PredictRequest } from './trainerContract';
import { findRun } from '../runs/store/scanRuns';

interface Subject {
  readonly template: PromptTemplate;
  readonly settings: Settings;
  readonly prompt?: SoftPrompt;
  /** Folder of the adapter. */
  readonly adapterFolder: string;
  /** The run that is asked, and its folder. */
  readonly record?: RunRecord;
  readonly runFolder?: string;
}

/**
 * Lets the model answer one row, with the text alone or with a run's trained prompt.
 * @throws Failure when template, data or model cannot be used, the trained prompt does not fit, or "row-missing"
 */
export async function predictRow(request: PredictRequest, signal?: AbortSignal): Promise<RowPrediction> {
  const {
    template,
    settings,
    prompt,
    adapterFolder,
    record,
    runFolder = '',
  } = await subjectOf(await templateOf(request), request);
  const opened = await withExamplesOf(await openTask(template, settings), record ?? {}, runFolder);
  const { task, model } = opened;
  try {
    if (prompt) requireFitting(prompt, opened, adapterFolder);
    const source = openSource(task, model, request.split);
    if (request.row >= source.rows)
      throw new Failure(
        'row-missing',
        l10n.t`There is no row ${request.row + 1}: ${request.split} has ${source.rows}.`,
        { file: template.path },
        l10n.t`Choose a row up to ${source.rows}.`,
      );
    const [example] = await source.examples([request.row]);
    return task.labels.length > 0
      ? await classify(opened, example!, { prompt, split: request.split, signal })
      : await generate(opened, example!, { prompt, signal });
  } finally {
    await closeTask(task);
  }
}

async function templateOf({ file, text }: PredictRequest): Promise<PromptTemplate> {
  if (text === undefined) return loadTemplate(file);
  return requireTemplate(text, file, partialReader(file));
}

async function subjectOf(template: PromptTemplate, { run, runs }: PredictRequest): Promise<Subject> {
  if (run === undefined) return { template, settings: resolveSettings(template, 'hard', {}), adapterFolder: '' };
  const folder = await findRun(runs, run);
  const record = await readRun(folder);
  requireProduced(record, folder, l10n.t`predict with`);
  const { method, settings, rewritten, examples } = record;
  const adapterFolder = join(folder, 'adapter');
  const source = holdsExamples(template) ? undefined : examples?.source;
  const shown = source === undefined ? template : insertExamples(template, source);
  const ofRun = { adapterFolder, record, runFolder: folder };
  const settled = (given: Settings): Settings => (examples ? settledSettings(given) : given);
  if (method === 'hard') return { ...ofRun, template: shown, settings: settled(resolveSettings(shown, method, {})) };
  const { prompt, instruction } = await openAdapter(adapterFolder);
  const trained = withInstruction(shown, rewritten?.instruction ?? instruction);
  const sizes = {
    'tune.length': settings.length,
    'tune.layers': settings.layers,
    'tune.instruction': settings.instruction,
  };
  return { ...ofRun, template: trained, settings: settled(resolveSettings(trained, method, sizes)), prompt };
}

interface Asked {
  readonly prompt?: SoftPrompt;
  readonly signal?: AbortSignal;
}

async function classify(
  { task, model }: { readonly task: Task; readonly model: LanguageModel },
  example: Example,
  { prompt, split, signal }: Pick<PredictRequest, 'split'> & Asked,
): Promise<RowPrediction> {
  const objective = openObjective(model);
  const only: ExampleSource = { rows: 1, examples: () => Promise.resolve([example]) };
  try {
    for await (const {
      rows: [scored],
    } of scoreRows(
      { task, objective, batch: batchOptions(task, model, 'scoring'), source: only, rows: 1, signal },
      prompt,
    )) {
      requireNumbers([scored!], (row) => ({ file: task.splits[split]?.path, line: task.splits[split]?.lineOf(row) }));
      return {
        expected: example.expected,
        probabilities: task.labels.map((label, i) => ({ label, probability: scored!.probabilities[i]! })),
      };
    }
    throw new Error('A source with one row gave none.');
  } finally {
    await objective.close();
  }
}

async function generate(
  { task, model }: { readonly task: Task; readonly model: LanguageModel },
  example: Example,
  { prompt, signal }: Asked,
): Promise<RowPrediction> {
  const generator = await openGenerator(model);
  try {
    const [answer] = await generator.generate([example.prompt], prompt, {
      ...answerOptions(task, model),
      row: () => example.row,
      signal,
    });
    return { expected: example.expected, text: answer!.text.trim() };
  } finally {
    await generator.close();
  }
}
