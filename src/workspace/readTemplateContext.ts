import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { readColumns } from '../data/readColumns';
import { surveyRows, type RowSurvey } from '../data/surveyRows';
import { Failure } from '../failure';
import { listModels } from '../model/open/listModels';
import { findFolder } from '../model/open/modelFiles';
import { mayRead } from '../fileAccess';
import { analysisOf } from '../template/read/analysisCache';
import type { Analysis } from '../template/read/analysis';
import { keyColumns, rowKey } from '../template/read/rowKey';
import {
  type TemplateContext,
  type LastRun,
  type SplitSummary,
  type SplitName,
} from '../template/read/templateContext';
import { splits } from '../template/settings/settingKeys';
import { partialReader } from '../template/read/partials';
import { modelTokenizer } from './modelTokenizer';
import { rememberByFile } from './fileCache';
import { isOnTrainingRows, measuredRows, selectionText } from '../runs/record/describeProvenance';
import { listRuns } from '../runs/store/scanRuns';

export interface ContextRequest {
  /** Read the rows of the data files. */
  readonly rows?: boolean;
  /** Read tokenizer and sizes of the model; its graph is never opened. */
  readonly tokens?: boolean;
  /** Folder of the runs; without it there are no last runs. */
  readonly runsFolder?: string;
  readonly signal?: AbortSignal;
}

/** Rows that are compared with each other; a longer file is looked through up to here. */
const mostRows = 100_000;
/** Rows kept to show as samples and to measure a typical prompt by. */
const keptRows = 20;

const dataExtension = /\.(?:jsonl|ndjson|json|csv|tsv)$/i;

/**
 * Reads the context of a template: partials, data files, models, and, on request, rows, tokenizer and runs.
 * The context says what could not be read. Files are read again only when they have changed.
 * @throws the signal's reason once it is aborted, and nothing else
 */
export async function readTemplateContext(
  text: string,
  path: string,
  wanted: ContextRequest = {},
): Promise<TemplateContext> {
  const folder = dirname(resolve(path));
  const readPartial = partialReader(path);
  const analysis = analysisOf(text, path, readPartial);
  const written = analysis.frontMatter.value.model;
  const model = typeof written === 'string' && written !== '' ? written : 'builtin';
  const [names, dataFiles, models, columns, rows, tokens, lastRuns] = await Promise.all([
    partialNames(folder),
    dataFilesBelow(folder),
    modelsAtHand(model, folder),
    columnsOf(analysis, folder),
    wanted.rows ? rowContext(analysis, folder, wanted.signal) : {},
    wanted.tokens ? tokenContext(model, folder) : {},
    wanted.runsFolder === undefined ? undefined : lastRunsOf(resolve(path), wanted.runsFolder),
  ]);
  wanted.signal?.throwIfAborted();
  return {
    readPartial,
    partialNames: names,
    dataFiles,
    models,
    columns,
    lastRuns,
    ...rows,
    ...tokens,
    fileExists: (file) => existsSync(resolve(folder, file)),
    mayRead: (file) => mayRead(resolve(folder, file)),
  };
}

async function partialNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries.flatMap((name) => /^_(.+)\.prompt$/.exec(name)?.[1] ?? []);
}

/** Data files in the template's folder and those just below it. */
async function dataFilesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && !/^(?:\.|node_modules$)/.test(entry.name))
      .map(async ({ name }) =>
        (await readdir(join(folder, name)).catch(() => [])).map((file) => join(folder, name, file)),
      ),
  );
  const files = [
    ...entries.filter((entry) => entry.isFile()).map((entry) => join(folder, entry.name)),
    ...below.flat(),
  ];
  return files
    .filter((file) => dataExtension.test(file))
    .map((file) => relative(folder, file).split(sep).join('/'))
    .sort();
}

async function modelsAtHand(model: string, folder: string): Promise<readonly string[]> {
  const [listed, found] = await Promise.all([
    listModels(),
    findFolder(model, folder).then(
      () => true,
      () => false,
    ),
  ]);
  const ids = listed.map(({ id }) => id).filter((id) => id !== 'builtin');
  return found && model !== 'builtin' && !ids.includes(model) ? [...ids, model] : ids;
}

function fileOf({ written }: Analysis, split: SplitName, folder: string): string | undefined {
  const file = written.data?.[split];
  return file === undefined ? undefined : resolve(folder, file);
}

const columnsRead = rememberByFile<readonly string[]>();
const surveys = rememberByFile<RowSurvey>();

/** Columns of the first data file that can be read; errors in the others are reported when their rows are read. */
async function columnsOf(analysis: Analysis, folder: string): Promise<readonly string[] | undefined> {
  for (const split of splits) {
    const file = fileOf(analysis, split, folder);
    const columns =
      file === undefined ? undefined : await columnsRead(file, '', () => readColumns(file)).catch(() => undefined);
    if (columns) return columns;
  }
  return undefined;
}

async function rowContext(
  analysis: Analysis,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<Partial<TemplateContext>> {
  const columns = keyColumns(analysis);
  const label = analysis.output?.values ? analysis.output.name : undefined;
  const seen: Partial<Record<SplitName, SplitSummary>> = {};
  const unreadable: Partial<Record<SplitName, string>> = {};
  let samples: TemplateContext['sampleRows'];
  for (const split of splits) {
    const file = fileOf(analysis, split, folder);
    if (file === undefined) continue;
    try {
      const survey = await surveys(file, JSON.stringify([columns, label]), () =>
        surveyRows(file, { keyOf: (row) => rowKey(row, columns), label, samples: keptRows, mostRows, signal }),
      );
      seen[split] = { file: analysis.written.data![split]!, ...survey };
      samples ??= survey.samples;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      // A file that is not there, or may not be read, has its own finding.
      if (error.code !== 'data-missing' && error.code !== 'outside-workspace') unreadable[split] = sentenceOf(error);
    }
  }
  return {
    splits: seen,
    unreadable,
    sampleRows: samples,
    dataLabels: label === undefined ? undefined : seen.train?.labels,
  };
}

async function tokenContext(model: string, from: string): Promise<Partial<TemplateContext>> {
  try {
    const { tokenizer, sizes } = await modelTokenizer(model, from);
    return { encoder: tokenizer, sizes, contextLength: sizes.contextLength };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { noTokens: error.message };
  }
}

/** The newest finished run of each method on this template, but for those measured on the rows of train. */
async function lastRunsOf(path: string, runsFolder: string): Promise<readonly LastRun[]> {
  const runs = (await listRuns(runsFolder)).filter(
    ({ template, status, result }) =>
      status === 'done' && result && !isOnTrainingRows(result) && resolve(template.path) === path,
  );
  const newest = runs.filter(({ method }, index) => runs.findIndex((other) => other.method === method) === index);
  return newest.map(({ id, method, result, finished, created }) => ({
    run: id,
    method,
    accuracy: result!.accuracy,
    accuracyInterval: result!.accuracyInterval,
    loss: result!.loss,
    n: result!.n,
    rows: measuredRows(result!),
    chosen: selectionText(result!),
    finished: finished ?? created,
  }));
}

/** What is wrong with a data file, with the line; the finding itself shows which file. */
function sentenceOf({ location, message, remedy }: Failure): string {
  return [location.line === undefined ? '' : `Line ${location.line}:`, message, remedy].filter(Boolean).join(' ');
}
