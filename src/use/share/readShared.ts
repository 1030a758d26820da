import * as l10n from '@vscode/l10n';
import { open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { unzipSync } from 'fflate';
import { isNumber, isObject } from '../../channel/guards';
import { Failure } from '../../failure';
import { parseJson } from '../../files/jsonFile';
import { sha256 } from '../../files/sha256';
import { bytes as formatBytes } from '../../words/formatNumbers';
import { isRunRecord, type RunRecord } from '../../runs/record/record';
import { partialFile } from '../../template/read/partials';
import { isManifest, isSharedName, manifestName, mostBytes, recordName, runFileNames, sharedKind } from './sharedFiles';

/** A shared run, read and checked; nothing of it has been written anywhere. */
export interface OpenShared {
  /** Its paths count from the template's folder. */
  readonly record: RunRecord;
  /** The files that its folder holds beside the record, by their names there. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/**
 * Reads the file of a shared run.
 * @throws Failure "shared-foreign", "shared-damaged", "shared-newer"; the system's error
 */
export async function readShared(file: string): Promise<OpenShared> {
  const entries = unzip(await readBounded(file), file);
  requireManifest(entries, file);
  const record = parseJson(textOf(entries[recordName]!));
  if (!isRunRecord(record)) throw damaged(file, l10n.t`its run.json is not that of a run`);
  requireOwnNames(record, file);
  return {
    record,
    files: Object.fromEntries(Object.entries(entries).filter(([name]) => runFileNames.has(name))),
  };
}

type Entries = Readonly<Record<string, Uint8Array>>;

const textOf = (content: Uint8Array): string => Buffer.from(content).toString('utf8');

async function readBounded(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Failure('run-missing', l10n.t`There is no such file.`, { file }, l10n.t`Name the file of a shared run.`);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw foreign(file);
    if (found.size > mostBytes) throw tooLarge(file, found.size);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Nothing is unpacked beyond the sizes that the entries say of themselves, and those are bounded before. */
function unzip(content: Uint8Array, file: string): Entries {
  if (content[0] !== 0x50 || content[1] !== 0x4b) throw foreign(file);
  const sizes = new Map<string, number>();
  let total = 0;
  let stranger: string | undefined;
  const listing = (name: string, size: number): void => {
    if (!isSharedName(name) || sizes.has(name)) stranger ??= name;
    sizes.set(name, size);
    total += size;
  };
  try {
    unzipSync(content, {
      filter({ name, originalSize }) {
        listing(name, originalSize);
        return false;
      },
    });
  } catch {
    throw damaged(file, l10n.t`the archive is cut off or not whole`);
  }
  if (!sizes.has(manifestName)) throw foreign(file);
  if (total > mostBytes) throw tooLarge(file, total);
  let entries: Entries;
  try {
    requireKnownFormat(unzipSync(content, { filter: ({ name }) => name === manifestName })[manifestName]!, file);
    if (stranger !== undefined)
      throw damaged(file, l10n.t`it holds "${shownName(stranger)}", which is no part of a shared run`);
    entries = unzipSync(content);
  } catch (error) {
    throw error instanceof Failure ? error : damaged(file, l10n.t`the archive is cut off or not whole`);
  }
  return entries;
}

const shownName = (name: string): string => name.replace(/[^\x20-\x7E]/g, '?').slice(0, 80);

function requireKnownFormat(manifest: Uint8Array, file: string): void {
  const value = parseJson(textOf(manifest));
  if (!isObject(value) || value.kind !== sharedKind) throw foreign(file);
  if (isNumber(value.format) && value.format > 1)
    throw new Failure(
      'shared-newer',
      l10n.t`The run was shared by a newer Prompt Tuner (format ${value.format}).`,
      { file },
      l10n.t`Update Prompt Tuner.`,
    );
}

/** Every file that was shared is there, byte for byte, and no other. */
function requireManifest(entries: Entries, file: string): void {
  const manifest = parseJson(textOf(entries[manifestName]!));
  if (!isManifest(manifest)) throw damaged(file, l10n.t`its share.json lacks what every shared run says`);
  const listed = new Set([manifestName, ...manifest.files.map(({ name }) => name)]);
  const added = Object.keys(entries).find((name) => !listed.has(name));
  if (added !== undefined) throw damaged(file, l10n.t`"${added}" was added to it`);
  for (const { name, sha256: hash } of manifest.files) {
    const content = entries[name];
    if (!content) throw damaged(file, l10n.t`"${shownName(name)}" is not in it`);
    if (sha256(content) !== hash) throw damaged(file, l10n.t`"${name}" is not what was shared`);
  }
  if (!entries[recordName]) throw damaged(file, l10n.t`"${recordName}" is not in it`);
}

/** Names become files here, so that none may lead anywhere else. */
function requireOwnNames({ id, template, data, settings }: RunRecord, file: string): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,200}$/u.test(id)) throw damaged(file, l10n.t`the id of its run is none`);
  const { path, partials = {} } = template;
  if (/[\\/]/.test(path) || !/^[^.\u0000-\u001F][^\u0000-\u001F]*\.prompt$/.test(path))
    throw damaged(file, l10n.t`the name of its template is none`);
  const sources = [settings.data.train, settings.data.dev, settings.data.test];
  const named = [
    ...[data.train, data.dev, data.test].flatMap((source) => (source ? [source.path] : [])),
    ...sources.flatMap((source) => (source === undefined ? [] : [typeof source === 'string' ? source : source.file])),
    ...Object.keys(partials).map(partialFile),
  ];
  const astray = named.find((name) => typeof name !== 'string' || !staysBelow(name));
  if (astray !== undefined) throw damaged(file, l10n.t`"${shownName(String(astray))}" leads out of its folder`);
}

const staysBelow = (name: string): boolean =>
  name !== '' &&
  !isAbsolute(name) &&
  !/^[~\\]|^[A-Za-z]:|[\u0000-\u001F]/.test(name) &&
  !name.split(/[\\/]/).includes('..');

const foreign = (file: string): Failure =>
  new Failure(
    'shared-foreign',
    l10n.t`The file is not a run that Prompt Tuner has shared.`,
    { file },
    l10n.t`Choose a file that "prompt-tuner share" or Share Run… has written.`,
  );

/** @param why a clause, without a full stop */
const damaged = (file: string, why: string): Failure =>
  new Failure(
    'shared-damaged',
    l10n.t`The shared run cannot be read: ${why}.`,
    { file },
    l10n.t`Ask for it once more.`,
  );

const tooLarge = (file: string, size: number): Failure =>
  new Failure(
    'share-too-large',
    l10n.t`The file says that it holds ${formatBytes(size)}; a shared run has ${formatBytes(mostBytes)} at most.`,
    { file },
    l10n.t`Choose the file of a shared run.`,
  );
