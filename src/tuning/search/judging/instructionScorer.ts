import { append } from '../../../lists';
import { mean, sampleVariance } from '../../../scoring/statistics/mean';
import type { Row } from '../../../data/dataset';
import { Failure } from '../../../failure';
import type { LanguageModel } from '../../../model/openModel';
import { scoreRows } from '../../../scoring/scoreSplit';
import { type ScoredRow } from '../../../scoring/scoredRow';
import { renderPrompt } from '../../../template/render/render';
import { encodePrompt, type PromptTokens } from '../../../template/render/tokens';
import { answersOf, encodeRow, longestAnswer, type Example } from '../../../objective/example';
import type { OpenObjective } from '../../../objective/objective';
import type { ExampleSource, RowSource } from '../../../objective/rows/source';
import { templateFor, type Task } from '../../../objective/task';
import { requireSplit } from '../../../objective/rows/splits';
import { batchOptions, type BatchOptions } from '../../../objective/batch';

/** What instructions are judged with. */
export interface InstructionScorer {
  readonly model: LanguageModel;
  readonly objective: OpenObjective;
  readonly signal?: AbortSignal;
  /** The rows with the original instruction: labels and answers are the same with any. */
  readonly original: Readonly<Record<'train' | 'dev', RowSource>>;
}

/** Paired difference of two instructions on the same rows. */
export interface PairedGain {
  /** Mean loss saved, nats. */
  readonly gain: number;
  readonly standardError: number;
}

/**
 * Loss of each of the given rows; undefined when a prompt no longer fits into the context.
 * @throws the signal's reason
 */
export async function rowLosses(
  scorer: InstructionScorer,
  task: Task,
  split: 'train' | 'dev',
  rows: readonly number[],
): Promise<ReadonlyMap<number, number> | undefined> {
  const scored = await scoreThese(scorer, task, split, rows);
  return scored && new Map(scored.map(({ example, loss }) => [example.row, loss]));
}

/** What became of each of the given rows; undefined as in {@link rowLosses}. @throws the signal's reason */
export async function scoreThese(
  { model, objective, signal, original }: InstructionScorer,
  task: Task,
  split: 'train' | 'dev',
  rows: readonly number[],
): Promise<readonly ScoredRow[] | undefined> {
  const dataset = requireSplit(task, split);
  const [read, examples] = [await original[split].read(rows), await original[split].examples(rows)];
  const rendered = examples.map((example, i): Example | undefined => {
    if (example.shortened) return shortenedFor(task, model, { dataset, row: read[i]!, index: example.row });
    const { ids, before } = promptOf(task, read[i]!);
    return { ...example, prompt: ids, ...answersOf(example, before, task, model) };
  });
  const isTooLong = (example: Example | undefined) =>
    !example || example.prompt.length + longestAnswer(example) > task.contextLength;
  if (rendered.some(isTooLong)) return undefined;
  const source: ExampleSource = { rows: rows.length, examples: async (chosen) => chosen.map((i) => rendered[i]!) };
  const scored: ScoredRow[] = [];
  // Batches are many and small: a second graph for those without padding would take longer to open than it saves.
  const options: BatchOptions = { ...batchOptions(task, model, 'scoring'), packFrom: 'always' };
  for await (const batch of scoreRows(
    { task, objective, batch: options, source, rows: rows.length, signal },
    undefined,
  ))
    append(scored, batch.rows);
  return scored;
}

/** A row that is too long, cut anew for this instruction; undefined where it cannot be. */
function shortenedFor(task: Task, model: LanguageModel, given: Parameters<typeof encodeRow>[2]): Example | undefined {
  try {
    return encodeRow(task, model, given);
  } catch (error) {
    if (error instanceof Failure && error.code === 'prompt-too-long') return undefined;
    throw error;
  }
}

/** The prompt's tokens, without finding out which of them are the instruction: that takes several times as long. */
function promptOf(task: Task, row: Row): PromptTokens {
  const prompt = renderPrompt(templateFor(task, row), row, task.encoder);
  const segments = prompt.segments.map((segment) =>
    segment.kind === 'text' ? { ...segment, instruction: false } : segment,
  );
  return encodePrompt({ ...prompt, segments }, task.layout, task.encoder);
}

/** @param rows at least two, each in both maps */
export function pairedGain(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  rows: readonly number[],
): PairedGain {
  const saved = rows.map((row) => before.get(row)! - after.get(row)!);
  return { gain: mean(saved), standardError: Math.sqrt(sampleVariance(saved) / saved.length) };
}
