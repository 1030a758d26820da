import * as l10n from '@vscode/l10n';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isObject } from '../../channel/guards';
import { fileOfSource, type DataSource } from '../../data/table/tableFormat';
import { Failure } from '../../failure';
import { makeFolder, writeAtomically } from '../../files/atomicFile';
import { parseJson } from '../../files/jsonFile';
import { sha256 } from '../../files/sha256';
import { placementName } from '../../adapters/placement';
import { withMoves, type Move } from '../../runs/record/movedFiles';
import type { RunRecord } from '../../runs/record/record';
import { rootOf, templatesByText, textHash } from '../../runs/store/followTemplates';
import { createRun } from '../../runs/store/runFolder';
import { partialFile } from '../../template/read/partials';
import { withEdits } from '../../template/settings/writeSettings';
import { splitPromptFile } from '../../template/syntax/dotprompt';
import { readFrontMatter } from '../../template/syntax/frontMatter';
import { findData, findModel, type FoundFile, type Missing } from './findSources';
import { modelEdit } from './portableTemplate';
import { readShared, type OpenShared } from './readShared';
import { checkFiles } from './sharedRecord';
import { isThere } from '../../files/isThere';

export interface ImportRequest {
  /** The file of a shared run. */
  readonly file: string;
  /** The runs folder. */
  readonly runs: string;
  /** The model, where it is not found by its name. */
  readonly model?: string;
  /** Data files, or folders that hold them. */
  readonly data?: readonly string[];
  /** Paths of further models to look among. */
  readonly known?: readonly string[];
}

export interface ImportedRun {
  readonly run: string;
  readonly folder: string;
  readonly template: string;
  /** Whether the template was written because no file here holds its text. */
  readonly isNewTemplate: boolean;
  /** What the run needs for some of what can be done with it, and is not here. */
  readonly missing: readonly Missing[];
}

/**
 * Puts a shared run into a runs folder: whole, or not at all. Its template is the file here that holds the same text,
 * else is written; model and data are found by their hashes.
 * @throws Failure "run-exists", "shared-foreign", "shared-damaged", "shared-newer", "shared-other"
 */
export async function importRun({ file, runs, model, data = [], known = [] }: ImportRequest): Promise<ImportedRun> {
  const shared = await readShared(resolve(file));
  const { id } = shared.record;
  const folder = join(resolve(runs), id);
  if (await isThere(folder))
    throw new Failure(
      'run-exists',
      l10n.t`The run ${id} is here already.`,
      { file: folder },
      l10n.t`Delete it first, or import into another folder with --runs.`,
    );
  const root = rootOf(runs);
  const template = await placeOfTemplate(shared.record, root);
  const from = dirname(template.path);
  const foundModel = await findModel(shared.record.model, { from, given: model, known });
  const foundData = await findData(shared.record, { from, root, given: data });
  const opened = 'reference' in foundModel ? withModel(shared, foundModel.reference) : shared;
  const record = {
    ...withData(opened.record, template.path, foundData.found),
    model: { ...opened.record.model, path: 'folder' in foundModel ? foundModel.folder : '' },
  };
  const written = template.isNew ? await writeTemplate(record) : [];
  try {
    await createRun(runs, record, opened.files);
  } catch (error) {
    await Promise.all(written.map((path) => rm(path, { force: true })));
    throw error;
  }
  const missing = [
    ...('what' in foundModel ? [foundModel] : []),
    ...foundData.missing,
    ...(await missingChecks(record, from)),
  ];
  return { run: id, folder, template: template.path, isNewTemplate: template.isNew, missing };
}

/** Where the template of a shared run is, or goes: beside what is there, nothing of which it may replace. */
async function placeOfTemplate(
  { id, template: { path, text, partials = {} } }: RunRecord,
  root: string,
): Promise<{ readonly path: string; readonly isNew: boolean }> {
  const same = [...((await templatesByText(root))?.get(textHash(text)) ?? [])].sort();
  const [own] = same.filter((found) => basename(found) === path).concat(same);
  if (own !== undefined) return { path: own, isNew: false };
  const names = [path, ...Object.keys(partials).map(partialFile)];
  const taken = await Promise.all(names.map((name) => isThere(join(root, name))));
  return { path: join(taken.some(Boolean) ? join(root, id) : root, path), isNew: true };
}

/** @returns the files written */
async function writeTemplate({ template: { path, text, partials = {} } }: RunRecord): Promise<readonly string[]> {
  const files = [
    ...Object.entries(partials).map(([name, partial]) => [join(dirname(path), partialFile(name)), partial] as const),
    [path, text] as const,
  ];
  for (const [file, content] of files) {
    await makeFolder(dirname(file));
    await writeAtomically(file, content);
  }
  return files.map(([file]) => file);
}

/** The shared run with the model as it is called here, wherever its text names it. */
function withModel(shared: OpenShared, reference: string): OpenShared {
  const { record, files } = shared;
  if (reference === record.model.id) return shared;
  const text = renamed(record.template.text, reference);
  const placementFile = `adapter/${placementName}`;
  return {
    record: {
      ...record,
      template: { ...record.template, text, sha256: sha256(text) },
      model: { ...record.model, id: reference },
      ...(record.rewritten && { rewritten: { ...record.rewritten, text: renamed(record.rewritten.text, reference) } }),
    },
    files: {
      ...files,
      ...(files[placementFile] && { [placementFile]: placementWith(files[placementFile], reference) }),
    },
  };
}

function renamed(text: string, reference: string): string {
  const { frontMatter } = splitPromptFile(text);
  return frontMatter
    ? withEdits(
        text,
        modelEdit(readFrontMatter(frontMatter), () => reference),
      )
    : text;
}

function placementWith(content: Uint8Array, reference: string): Uint8Array {
  const placement = parseJson(Buffer.from(content).toString('utf8'));
  if (!isObject(placement) || typeof placement.template !== 'string') return content;
  const { model } = placement;
  const changed = {
    ...placement,
    template: renamed(placement.template, reference),
    ...(isObject(model) && { model: { ...model, id: reference } }),
  };
  return Buffer.from(`${JSON.stringify(changed, null, 2)}\n`);
}

/** The record with the paths that its template and data have here. */
function withData(record: RunRecord, path: string, found: readonly FoundFile[]): RunRecord {
  const folder = dirname(path);
  const here = (name: string): string => resolve(folder, name);
  const moves: readonly Move[] = found.map(({ name, path: to }) => ({ from: here(name), to }));
  const { train, dev, test } = record.data;
  const placed: RunRecord = {
    ...record,
    template: { ...record.template, path },
    data: {
      ...(train && { train: { ...train, path: here(train.path) } }),
      ...(dev && { dev: { ...dev, path: here(dev.path) } }),
      ...(test && { test: { ...test, path: here(test.path) } }),
    },
    settings: { ...record.settings, data: sourcesHere(record.settings.data, { folder, found }) },
  };
  return withMoves(placed, moves);
}

function sourcesHere(
  data: RunRecord['settings']['data'],
  { folder, found }: { readonly folder: string; readonly found: readonly FoundFile[] },
): RunRecord['settings']['data'] {
  const sourceHere = (source: DataSource): DataSource => {
    const named = fileOfSource(source);
    const moved = found.find(({ name, path }) => name === named && path !== resolve(folder, named));
    if (!moved) return source;
    const file = relative(folder, moved.path).split(sep).join('/');
    return typeof source === 'string' ? file : { ...source, file };
  };
  return Object.fromEntries(Object.entries(data).map(([split, source]) => [split, source && sourceHere(source)]));
}

async function missingChecks({ settings }: RunRecord, from: string): Promise<readonly Missing[]> {
  const checks = await Promise.all(
    checkFiles(settings).map(async (name) => ((await isThere(resolve(from, name))) ? [] : [name])),
  );
  return checks.flat().map((name) => ({
    what: l10n.t`check of answers`,
    name,
    sha256: '',
    lookedIn: [from],
    remedy: l10n.t`Ask for it and put it there.`,
  }));
}
