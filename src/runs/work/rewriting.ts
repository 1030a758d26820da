import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { decimals } from '../../words/formatNumbers';
import { recordedConstraint } from '../../scoring/recordedConstraint';
import { evaluate, type Evaluation } from '../../scoring/evaluate';
import type { Settings } from '../../template/settings/settings';
import { replaceInstruction } from '../../template/edit/replaceInstruction';
import { selectionRows, selectionWarning } from '../../tuning/search/searchContext';
import { hardTask } from '../../tuning/search/text/hardTask';
import type { SearchEvent } from '../../tuning/search/searchEvent';
import { searchInstruction, type SearchResult } from '../../tuning/search/searchInstruction';
import type { PromptTemplate } from '../../template/read/template';
import { writeJson } from '../../files/jsonFile';
import { resultOf } from './measuring/evaluationResult';
import type { LiveRun } from './liveRun';
import type { OpenTask } from './openTask';
import { formOf } from '../../objective/recordedForm';
import { isOnTrainingRows } from '../record/words/describeProvenance';
import type { Provenance } from '../record/provenance';
import type { EvaluationResult, Rewriting, RunRecord } from '../record/record';
import { warnRun } from './warnRun';
import { showPhase } from './timeLeft';
import type { Split } from '../record/words/recordWords';
import { readSearch, removeSearch, writeSearch } from '../store/files/searchFile';
import type { RunOptions } from '../store/runEvent';
import { writeOriginalPredictions } from '../store/files/originalPredictions';
import { openWriters } from './openWriters';
import { textDifference } from './study/textDifference';

/** Whether a run rewrites the text of the task description before it trains. */
export const rewritesText = ({ method, instruction }: Pick<Settings, 'method' | 'instruction'>): boolean =>
  method === 'v2' && (instruction === 'text' || instruction === 'both');

/**
 * Searches for a better task description and keeps it in the run, with every accepted edit in `instruction.json`. The
 * test split is not read.
 * @param options `isUsable` says whether a text leaves room for every row
 * @throws the signal's reason when it is stopped, and Failure as `searchInstruction` does
 */
export async function rewriteInstruction(
  run: LiveRun,
  { task, model }: OpenTask,
  { isUsable, ...options }: RunOptions & { isUsable(instruction: string): Promise<boolean> },
): Promise<Rewriting> {
  const {
    template: { text, path },
    settings: { searchBudget: budget, seed },
  } = task;
  const { signal } = options;
  const { dev, train } = task.splits;
  const warning = selectionWarning(dev?.rows, train!.rows);
  if (warning !== undefined) await warnRun(run, warning);
  run.progress({ phase: 'searching', step: 0, steps: budget });
  const { writers, close } = await openWriters(run, { task, model }, options);
  const resume = await readSearch(run.folder);
  const result = await follow(
    searchInstruction(task, model, { budget, seed, signal, resume, writers }),
    run,
    selectionRows({ dev: dev?.rows, train: train!.rows }).by === 'dev'
      ? l10n.t`dev loss`
      : l10n.t`loss on training rows held out`,
  ).finally(close);
  // A search cut short would go on elsewhere; one that ran to its end is the same every time.
  signal?.throwIfAborted();
  const { original, rewritten: found } = result;
  const isKept = found === original || (await isUsable(found));
  if (!isKept) await run.log('The instruction found leaves too little room for the longest rows.');
  const [instruction, edits] = isKept ? [found, result.edits] : [original, []];
  const rewriting = {
    original,
    instruction,
    edits,
    front: result.front,
    text: instruction === original ? text : replaceInstruction(text, path, instruction),
  };
  await writeJson(join(run.folder, 'instruction.json'), result, run);
  await run.change((record) => ({ ...record, rewritten: rewriting }));
  await removeSearch(run.folder);
  await run.log(
    instruction === original
      ? l10n.t`The search found no better instruction; it stays as written.`
      : `Instruction: ${instruction}`,
  );
  return rewriting;
}

/** @param judged what edits are chosen by, in words */
async function follow(
  events: AsyncGenerator<SearchEvent, SearchResult>,
  run: LiveRun,
  judged: string,
): Promise<SearchResult> {
  const show = showPhase('searching', (progress) => run.progress(progress));
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    const event = next.value;
    if (event.kind === 'checkpoint') {
      await writeSearch(run.folder, event.state, run);
      continue;
    }
    run.emit({ kind: 'search', run: run.id, event });
    if (event.kind === 'progress') show(Math.min(event.done, event.budget), event.budget);
    if (event.kind === 'accepted') {
      const {
        edit: { before, after, gain, standardError },
        devLoss,
        devAccuracy,
      } = event;
      await run.log(
        l10n.t`Instruction edit: "${before}" → "${after}" saves ${decimals(gain, 4)} \
± ${decimals(standardError, 4)} nats; ${judged} ${decimals(devLoss, 4)}` +
          (devAccuracy === undefined ? '' : `, accuracy ${decimals(devAccuracy, 4)}`),
      );
    }
  }
}

/** What the texts alone do, before and after the search, without anything learned. */
export type TextResults = Pick<RunRecord, 'originalResult' | 'textResult' | 'textGain'>;

/** Evaluates both texts of a rewriting on one split. @param original the template as it was written */
export async function evaluateTexts(
  run: LiveRun,
  { task, model }: OpenTask,
  {
    original,
    split,
    options,
    provenance,
  }: {
    readonly original: PromptTemplate;
    readonly split: Split;
    readonly options: RunOptions;
    readonly provenance: Readonly<Record<'original' | 'rewritten', Provenance>>;
  },
): Promise<TextResults> {
  const rewritten = hardTask(task);
  const evaluateText = (template: PromptTemplate): Promise<Evaluation> =>
    evaluate({ ...rewritten, template }, model, undefined, {
      split,
      signal: options.signal,
      onProgress: showPhase('testing', (progress) => run.progress(progress)),
    });
  const keep = (evaluation: Evaluation, text: keyof typeof provenance): EvaluationResult =>
    resultOf(evaluation, {
      method: 'hard',
      split,
      trainedParameters: 0,
      seconds: evaluation.seconds,
      peakMemoryBytes: process.memoryUsage.rss(),
      run: run.id,
      form: formOf(task),
      ...recordedConstraint(task),
      provenance: provenance[text],
    });
  const before = await evaluateText(original);
  if (split === 'test') await writeOriginalPredictions(run.folder, before.predictions, run);
  if (rewritten.template.text === original.text)
    return { originalResult: keep(before, 'original'), textResult: keep(before, 'original') };
  const after = await evaluateText(rewritten.template);
  const { mean, low, high, p } = textDifference(after, before.predictions, task.settings);
  return {
    originalResult: keep(before, 'original'),
    textResult: keep(after, 'rewritten'),
    // Of rows that were trained on, a gain says nothing.
    ...(!isOnTrainingRows({ split, n: after.n, provenance: provenance.rewritten }) && {
      textGain: { mean, interval: [low, high] as const, p },
    }),
  };
}
