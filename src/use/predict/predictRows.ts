import * as l10n from '@vscode/l10n';
import { realpath } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { asFailure } from '../../classifyError';
import { asChosenFile, asInput } from '../../data/fileNaming';
import type { EachRow, EachRowBatch } from '../../data/rows/eachRow';
import { formatOf } from '../../data/format';
import { readableNames } from '../../data/rows/rowBatches';
import { fileOfSource } from '../../data/table/tableFormat';
import { Failure, withLocation } from '../../failure';
import { sha256 } from '../../files/sha256';
import { largest } from '../../lists';
import { requireInputColumns } from '../../objective/rows/requireColumns';
import type { Input } from '../../runs/ask/encodeInput';
import { openRowAnswerer, type RowAnswer, type RowAnswerer } from '../answerRows';
import type { UsedPrompt } from '../openPromptAt';
import { addedColumns, type AddedColumns, type ColumnChoice } from './addedColumns';
import { openInput, type InputChoice, type InputRows } from './inputRows';
import { openRowReader, type RowReader } from './rowReader';
import { changed, openOutputFile, unfinishedFolder, type Output, type Tally } from './outputFile';
import { outputForm, type OutputForm } from './outputForm';
import { promptHash } from './promptHash';

/** Rows without answers, and what is to become of them. */
export interface PredictRequest extends ColumnChoice {
  readonly prompt: UsedPrompt;
  readonly input: InputChoice;
  /** A file; or somewhere that takes text in the form of an extension, such as `.jsonl`. */
  readonly output: { readonly file: string; readonly replaces: boolean } | (Output & { readonly extension?: string });
  /** Whether the first row without a prediction ends the work. */
  readonly isStrict?: boolean;
}

export interface PredictProgress extends Tally {
  /** Share of the input that has been read; absent where its size is not known. */
  readonly share?: number;
  readonly secondsLeft?: number;
}

export interface PredictResult extends Tally {
  /** Rows that an earlier process had written. */
  readonly resumed: number;
  readonly seconds: number;
  /** Absolute path, where the output is a file. */
  readonly output?: string;
}

export interface PredictOptions {
  readonly signal?: AbortSignal;
  onProgress?(progress: PredictProgress): void;
}

/** Rows that are answered and written together. */
const chunkRows = 512;

/**
 * Answers every row of an input and writes it with what was answered, in order, however many there are. An output file
 * that another process had begun is gone on with behind the last row that it had written.
 * @throws Failure "output-exists", "output-is-input", "output-busy", "output-changed", "output-columns", "data-…"
 * where the input cannot be read, of a strict work that of a row; the signal's reason when it is aborted
 */
export async function predictRows(request: PredictRequest, options: PredictOptions = {}): Promise<PredictResult> {
  requireProbabilities(request);
  const { output: to } = request;
  if ('file' in to) await requireOther(request.input, to.file);
  const input = await openInput(request.input).catch((error: unknown) => {
    throw asChosenFile(error, asInput());
  });
  try {
    const output = 'file' in to ? await openOutputFile(to.file, { ...to, asked: hashOf(request, to.file) }) : to;
    try {
      return await writeAll({ request, input, output }, options);
    } finally {
      await output.close();
    }
  } catch (error) {
    throw withLocation(roomFor(asChosenFile(error, asInput()), request), { file: input.name });
  } finally {
    await input.close();
  }
}

/** @throws Failure "invalid-value" for a threshold of answers that have no probability */
function requireProbabilities({ threshold, prompt: { task } }: PredictRequest): void {
  if (threshold === undefined || task.labels.length > 0) return;
  throw new Failure(
    'invalid-value',
    l10n.t`The answers are texts, which have no probability that a threshold could look at.`,
    { file: task.template.path },
    l10n.t`Leave out --threshold.`,
  );
}

/** @throws Failure "output-is-input" */
async function requireOther(input: InputChoice, output: string): Promise<void> {
  if ('stream' in input) return;
  const [from, to] = await Promise.all(
    [fileOfSource(input.source), output].map((path) => realpath(path).catch(() => resolve(path))),
  );
  if (from !== to) return;
  throw new Failure(
    'output-is-input',
    l10n.t`The output would be written over the input.`,
    { file: output },
    l10n.t`Name another file with --to.`,
  );
}

const hashOf = ({ prompt, prefix, threshold, input }: PredictRequest, file: string): string =>
  sha256(
    JSON.stringify([
      promptHash(prompt),
      prefix,
      threshold ?? null,
      extname(file),
      'stream' in input ? input.extension : input.source,
    ]),
  );

/** What a full disk leaves, and how the work goes on. */
function roomFor(error: unknown, { output }: PredictRequest): unknown {
  const failure = error instanceof Failure ? error : asFailure(error);
  if (failure.code !== 'disk-full' || !('file' in output)) return error;
  return new Failure(
    failure.code,
    failure.message,
    { file: unfinishedFolder(output.file) },
    l10n.t`Free some space and give the same command again: it goes on behind the last row that was written.`,
  );
}

interface Work {
  readonly request: PredictRequest;
  readonly input: InputRows;
  readonly output: Output;
}

async function writeAll({ request, input, output }: Work, options: PredictOptions): Promise<PredictResult> {
  const began = performance.now();
  const added = addedColumns(request.prompt.task, request);
  const { tally: begun = noRows, read } = output.begun ?? {};
  const reader = openRowReader(input, begun.rows);
  const first = await reader.first();
  const form = first && (await formFor(first, { request, input, added }));
  const last = await passOver(reader, begun.rows);
  if (read !== undefined && reader.read() !== read) throw changedInput(request);
  if (form && read === undefined) await output.append(form.head, { tally: noRows, read: reader.read() });
  const answerer = openRowAnswerer(request.prompt);
  let tally = begun;
  let from = shareBehind(last, input);
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const rows = await reader.next(chunkRows);
      if (rows.length === 0) break;
      const to = shareBehind(rows.at(-1), input);
      const progress = openProgress({ began, tally, begun, from, to, rows: rows.length }, options);
      const inputs = rows.map((each, i) => inputOf(each, tally.rows + i, input));
      const answers = await answerReadable(answerer, rows, { inputs, signal: options.signal, progress });
      requirePrompts(answers, rows, tally);
      if (request.isStrict) requireAnswers(answers, rows);
      const values = answers.map((answer) => added.valuesOf(answer));
      const text = form!.write(rows, values).join(form!.between);
      const isFirst = tally.rows === 0;
      tally = withAnswers(tally, answers, request);
      await output.append(isFirst ? text : form!.between + text, { tally, read: reader.read() });
      from = to;
    }
  } finally {
    await answerer.close();
  }
  if (form) await output.finish(tally.rows > 0 ? form.tail : form.emptyTail);
  else await output.finish('');
  const seconds = (performance.now() - began) / 1000;
  const place = 'file' in request.output ? { output: resolve(request.output.file) } : {};
  return { ...tally, resumed: begun.rows, seconds, ...place };
}

/** @returns the last of so many rows, or of all where there are not as many */
async function passOver(reader: RowReader, rows: number): Promise<EachRow | undefined> {
  let last: EachRow | undefined;
  for (let passed = 0; passed < rows;) {
    const some = await reader.next(Math.min(chunkRows, rows - passed));
    if (some.length === 0) break;
    passed += some.length;
    last = some.at(-1);
  }
  return last;
}

const noRows: Tally = { rows: 0, errors: 0, review: 0, truncated: 0 };

const changedInput = ({ output }: PredictRequest): Failure =>
  changed('file' in output ? output.file : '', l10n.t`of rows that the input does not begin with any longer`);

async function formFor(
  first: EachRowBatch,
  {
    request,
    input,
    added,
  }: { readonly request: PredictRequest; readonly input: InputRows; readonly added: AddedColumns },
): Promise<OutputForm> {
  const { prompt, output } = request;
  const { columns } = first;
  const { template } = prompt.task;
  if (columns)
    await requireInputColumns(
      { ...template, output: template.output! },
      { path: input.name, columns: readableNames(columns), repeatedColumns: columns.repeated },
      input.source,
    );
  const extension = 'file' in output ? output.file : output.extension && `output${output.extension}`;
  return outputForm({
    input: input.format,
    output: extension === undefined ? input.format : formatOf(extension),
    first,
    added,
    endsInReturns: input.endsInReturns(),
  });
}

const inputOf = ({ record, row = {} }: EachRow, index: number, { name, format }: InputRows): Input => ({
  row,
  index,
  location: { file: name, line: record.line, column: record.column },
  isTable: format.separator !== undefined,
});

interface Answering {
  readonly inputs: readonly Input[];
  readonly signal?: AbortSignal;
  progress(done: number): void;
}

/** The answers of all rows; of one that could not be read, why. */
async function answerReadable(
  answerer: RowAnswerer,
  rows: readonly EachRow[],
  { inputs, signal, progress }: Answering,
): Promise<readonly RowAnswer[]> {
  const readable = inputs.filter((_, i) => !rows[i]!.failure);
  const answers = [...(await answerer.answer(readable, { signal, onAnswered: progress }))];
  progress(rows.length);
  return rows.map(({ failure }) => (failure ? { failure } : answers.shift()!));
}

/** Where no row of the first has what the template reads, no other will. @throws Failure "data-column" */
function requirePrompts(answers: readonly RowAnswer[], rows: readonly EachRow[], { rows: before }: Tally): void {
  if (before > 0) return;
  const lacks = (answer: RowAnswer): boolean => 'failure' in answer && answer.failure.code === 'data-column';
  if (answers.every(lacks)) requireAnswers(answers, rows);
}

/** @throws Failure of the first row without an answer */
function requireAnswers(answers: readonly RowAnswer[], rows: readonly EachRow[]): void {
  const place = answers.findIndex((answer) => 'failure' in answer);
  const answer = answers[place];
  if (answer && 'failure' in answer) throw withLocation(answer.failure, { line: rows[place]!.record.line });
}

function withAnswers(tally: Tally, answers: readonly RowAnswer[], { threshold }: PredictRequest): Tally {
  const number = (test: (answer: RowAnswer) => boolean): number => answers.filter(test).length;
  const needsReview = (answer: RowAnswer): boolean =>
    threshold !== undefined && !('probabilities' in answer && largest(answer.probabilities) >= threshold);
  return {
    rows: tally.rows + answers.length,
    errors: tally.errors + number((answer) => 'failure' in answer),
    review: tally.review + number(needsReview),
    truncated: tally.truncated + number((answer) => 'text' in answer && answer.truncated),
  };
}

/** Share of the input up to a row; undefined for an input whose size is not known. */
const shareBehind = (row: EachRow | undefined, { bytes }: InputRows): number | undefined =>
  bytes === undefined ? undefined : bytes === 0 ? 1 : (row?.record.end ?? 0) / bytes;

interface ChunkProgress {
  /** When the work began, as performance.now() has it. */
  readonly began: number;
  readonly tally: Tally;
  readonly begun: Tally;
  /** Shares of the input before and behind the rows. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly rows: number;
}

function openProgress(
  { began, tally, begun, from, to, rows }: ChunkProgress,
  { onProgress }: PredictOptions,
): (done: number) => void {
  return (done) => {
    const written = tally.rows + done;
    if (from === undefined || to === undefined) return onProgress?.({ ...tally, rows: written });
    const share = from + ((to - from) * done) / rows;
    const fresh = written - begun.rows;
    const all = share > 0 ? written / share : written;
    const seconds = (performance.now() - began) / 1000;
    const left = fresh > 0 ? { secondsLeft: (seconds / fresh) * Math.max(0, all - written) } : {};
    onProgress?.({ ...tally, rows: written, share, ...left });
  };
}
