import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { openDataset } from '../../data/dataset';
import { fileOfSource, formatOfSource, type TextFormat } from '../../data/table/tableFormat';
import { Failure } from '../../failure';
import { filesBelow } from '../../files/filesBelow';
import { clauses } from '../../words/listed';
import { describeModel } from '../../model/open/describeModel';
import { listModels } from '../../model/open/listModels';
import { findModelFiles } from '../../model/open/modelFiles';
import type { RunRecord } from '../../runs/record/record';
import { lastPart } from './portablePaths';

/** What a shared run needs and does not bring. */
export interface Missing {
  readonly what: string;
  readonly name: string;
  readonly sha256: string;
  /** Where it was looked for, in words. */
  readonly lookedIn: readonly string[];
  /** How to bring it. */
  readonly remedy: string;
}

/** A model on this machine, by what a template writes, and its folder. */
export interface FoundModel {
  readonly reference: string;
  readonly folder: string;
}

/**
 * The model of a shared run, by its hash: the one that a person names, the one that the run names, else one at hand
 * that is called the same.
 * @param from the template's folder
 * @throws Failure "shared-other" where a person names another model
 */
export async function findModel(
  { id, sha256 }: RunRecord['model'],
  { from, given, known }: { readonly from: string; readonly given?: string; readonly known: readonly string[] },
): Promise<FoundModel | Missing> {
  if (given !== undefined) {
    const reference = (await stat(resolve(given)).catch(() => undefined)) ? resolve(given) : given;
    const found = await readModelHash(reference, from);
    if (found.sha256 === sha256) return { reference, folder: found.folder };
    throw new Failure(
      'shared-other',
      l10n.t`The model named is not that of the run, ${id}: its hash is ${short(found.sha256)}, not ${short(sha256)}.`,
      { file: found.folder },
      l10n.t`Name the model that the run was made with, or leave out --model.`,
    );
  }
  const sameName = (reference: string): boolean => plainName(reference) === plainName(id);
  const listed = async (): Promise<readonly string[]> =>
    (await listModels(known)).flatMap((model) => (sameName(model.id) || sameName(model.folder) ? [model.id] : []));
  for (const reference of [id, ...(await listed())]) {
    const found = await readModelHash(reference, from).catch(() => undefined);
    if (found?.sha256 === sha256) return { reference, folder: found.folder };
  }
  return {
    what: 'model',
    name: id,
    sha256,
    lookedIn: [resolve(from, id), l10n.t`the models at hand`],
    remedy: l10n.t`Put it there or add it, or delete the run and import it once more with --model.`,
  };
}

const plainName = (reference: string): string => lastPart(reference.replace(/#[^#/\\]*$/, '')).toLowerCase();

async function readModelHash(
  reference: string,
  from: string,
): Promise<{ readonly sha256: string; readonly folder: string }> {
  const { sha256, folder } = await describeModel(await findModelFiles(reference, from));
  return { sha256, folder };
}

const short = (hash: string): string => hash.slice(0, 12);

/** A data file of a shared run, and where it is here. */
export interface FoundFile {
  /** As the run names it. */
  readonly name: string;
  readonly path: string;
}

export interface DataSearch {
  /** The template's folder, and the folder that one works in. */
  readonly from: string;
  readonly root: string;
  /** Files and folders that a person names. */
  readonly given: readonly string[];
}

/**
 * The data files of a shared run, by their hashes: where the template names them, among those that a person names, else
 * by their names below the folder that one works in.
 * @throws Failure "shared-other" where a file that a person names is none of the run's
 */
export async function findData(
  record: RunRecord,
  search: DataSearch,
): Promise<{ readonly found: readonly FoundFile[]; readonly missing: readonly Missing[] }> {
  const given = search.given.map((path) => resolve(path));
  const used = new Set<string>();
  const found = new Map<string, FoundFile>();
  const missing: Missing[] = [];
  const below = await filesBelow(search.root);
  for (const split of ['train', 'dev', 'test'] as const) {
    const [source, setting] = [record.data[split], record.settings.data[split]];
    if (!source || setting === undefined || found.has(fileOfSource(setting))) continue;
    const name = source.path;
    const candidates = [
      ...given.flatMap((path) => [path, join(path, name), join(path, basename(name))]),
      resolve(search.from, name),
      ...(below ?? []).filter((path) => basename(path) === basename(name)),
    ];
    const path = await firstOf([...new Set(candidates)], formatOfSource(setting), source.sha256);
    if (path === undefined)
      missing.push({
        what: l10n.t`${split} data`,
        name,
        sha256: source.sha256,
        lookedIn: [...given, search.from, ...(below ? [search.root] : [])],
        remedy: l10n.t`Put it at ${resolve(search.from, name)}, or delete the run and import it once more with --data.`,
      });
    else {
      used.add(path);
      found.set(fileOfSource(setting), { name, path });
    }
  }
  const idle = given.find((path) => ![...used].some((file) => file === path || dirname(file).startsWith(path)));
  if (idle !== undefined)
    throw new Failure(
      'shared-other',
      l10n.t`None of the run's data is here: ${namesOf(record)}.`,
      { file: idle },
      l10n.t`Name the files that the run was made with, or leave out --data.`,
    );
  return { found: [...found.values()], missing };
}

const namesOf = ({ data: { train, dev, test } }: RunRecord): string =>
  clauses([
    ...new Set([train, dev, test].flatMap((source) => (source ? [`${source.path} (${short(source.sha256)})`] : []))),
  ]);

async function firstOf(candidates: readonly string[], how: TextFormat, sha256: string): Promise<string | undefined> {
  for (const path of candidates) {
    const isFile = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (isFile && (await hashOf(path, how)) === sha256) return path;
  }
  return undefined;
}

/** Undefined for a file that cannot be read as the run reads it. */
async function hashOf(path: string, how: TextFormat): Promise<string | undefined> {
  const dataset = await openDataset(path, how).catch(() => undefined);
  await dataset?.close();
  return dataset?.sha256;
}
