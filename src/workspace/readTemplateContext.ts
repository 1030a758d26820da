import { decidingOf, type StudyResults } from '../comparison/study/studyResults';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Failure } from '../failure';
import { nameModels } from '../model/open/listModels';
import { findModelFiles } from '../model/open/modelFiles';
import { ollamaExtras } from '../model/stores/ollama';
import { storeOf } from '../model/stores/stores';
import { foldersUpwards, mayRead } from '../fileAccess';
import { analysisOf, inForm } from '../template/read/analysisCache';
import { type TemplateContext, type LastRun } from '../template/read/templateContext';
import { partialReader } from '../template/read/partials';
import { dataFilesNear, neededColumns } from './dataFiles';
import { longRows } from './measureRows';
import { modelTokenizer } from './modelTokenizer';
import { isOnTrainingRows, measuredRows, selectionText } from '../runs/record/words/describeProvenance';
import { columnContext, rowContext } from './readDataContext';
import { listRuns } from '../runs/store/scanRuns';
import { changesSince } from '../runs/work/study/changesSince';
import { givenTitle } from '../comparison/study/methodText';
import { seedsText, standingResults } from '../comparison/study/standingResults';
import { sentences } from '../words/listed';
import type { Analysis } from '../template/read/analysis';
import { hostedModelOf } from '../template/read/hostedModel';
import { readTemplate } from '../template/read/template';
import type { Format } from '../template/settings/settings';

export interface ContextRequest {
  /** Read the rows of the data files. */
  readonly rows?: boolean;
  /** Read tokenizer and sizes of the model; its graph is never opened. */
  readonly tokens?: boolean;
  /** Folder of the runs; without it there are no last runs. */
  readonly runsFolder?: string;
  readonly signal?: AbortSignal;
  /** A form of the prompt that outranks the template's. */
  readonly format?: Format;
}

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
  const analysis = inForm(analysisOf(text, path, readPartial), wanted.format);
  const written = analysis.frontMatter.value.model;
  const model = typeof written === 'string' && written !== '' ? written : 'builtin';
  const [names, dataFiles, modelNames, columns, rows, tokens, lastRuns] = await Promise.all([
    partialNames(folder),
    dataFilesNear(folder, neededColumns(analysis)),
    modelContext(model, folder),
    columnContext(analysis),
    wanted.rows ? rowContext(analysis, wanted.signal) : {},
    wanted.tokens ? tokenContext(model, folder) : {},
    wanted.runsFolder === undefined ? undefined : lastRunsOf(analysis, resolve(path), wanted.runsFolder),
  ]);
  const lengths = wanted.rows && wanted.tokens ? await longRows(analysis, { ...tokens, ...rows }, wanted.signal) : {};
  wanted.signal?.throwIfAborted();
  return {
    ...(wanted.format && { format: wanted.format }),
    readPartial,
    partialNames: names,
    dataFiles,
    ...modelNames,
    ...columns,
    lastRuns,
    ...rows,
    ...tokens,
    ...lengths,
    fileExists: (file) => existsSync(resolve(folder, file)),
    mayRead: (file) => mayRead(resolve(folder, file)),
  };
}

async function partialNames(folder: string): Promise<readonly string[]> {
  const folders = await Promise.all(foldersUpwards(folder).map((each) => readdir(each).catch(() => [])));
  return [...new Set(folders.flat().flatMap((name) => /^_(.+)\.prompt$/.exec(name)?.[1] ?? []))];
}

/** The models that a template can name, what is shown beside their names, and why the one it names is missing. */
async function modelContext(
  model: string,
  folder: string,
): Promise<Pick<TemplateContext, 'models' | 'modelDetails' | 'modelMissing'>> {
  const [named, missing] = await Promise.all([nameModels(), whyMissing(model, folder)]);
  const models = named.filter(({ id }) => id !== 'builtin');
  const ids = models.map(({ id }) => id);
  return {
    models: missing || hostedModelOf(model) || model === 'builtin' || ids.includes(model) ? ids : [...ids, model],
    modelDetails: Object.fromEntries(models.map(({ id, details }) => [id, details])),
    // A hub's model may be downloaded, and a path is looked for by the check itself.
    ...(missing && storeOf(model) && { modelMissing: sentences([missing.message, missing.remedy]) }),
  };
}

/** Why a model is not on this machine; undefined for one that is, even if it cannot be opened. */
async function whyMissing(model: string, from: string): Promise<Failure | undefined> {
  if (hostedModelOf(model)) return undefined;
  try {
    await findModelFiles(model, from);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, location } = error;
    // Of a model that is not there, no file can be named.
    const isThere = location.file !== undefined && code !== 'outside-workspace' && code !== 'untrusted';
    return isThere ? undefined : error;
  }
}

async function tokenContext(model: string, from: string): Promise<Partial<TemplateContext>> {
  if (hostedModelOf(model)) return {};
  try {
    const { tokenizer, sizes } = await modelTokenizer(model, from);
    const foreign = await foreignTemplate(model);
    return {
      encoder: tokenizer,
      sizes,
      contextLength: sizes.contextLength,
      ...(foreign !== undefined && { foreignTemplate: foreign }),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { noTokens: error.message };
  }
}

async function foreignTemplate(model: string): Promise<string | undefined> {
  const named = storeOf(model);
  if (named?.store.name !== 'ollama') return undefined;
  return (await ollamaExtras(named.name))?.template == null ? undefined : named.store.title;
}

/** The result that stands for each method on this template, but for those measured on the rows of train. */
async function lastRunsOf(analysis: Analysis, path: string, runsFolder: string): Promise<readonly LastRun[]> {
  const runs = (await listRuns(runsFolder)).filter(
    ({ template, result }) => result && !isOnTrainingRows(result) && resolve(template.path) === path,
  );
  if (runs.length === 0) return [];
  const now = readTemplate(analysis.text, path, partialReader(path)).template;
  return standingResults(runs).map(({ run, results, result }) => ({
    run: run.id,
    method: givenTitle(run) ?? run.method,
    score: scoreOf(results),
    loss: results.loss ?? NaN,
    n: results.n,
    rows: measuredRows(result),
    chosen: selectionText(result),
    seeds: seedsText(results),
    changed: changesSince(run, now),
    finished: run.finished ?? run.created,
  }));
}

/** What decides of a study, with what a lens says of it. */
function scoreOf(results: StudyResults): LastRun['score'] {
  const { name, value, interval, scale } = decidingOf(results);
  return value === null ? null : { name, value, interval, scale };
}
