import { copyFile, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fromHome } from '../../files/homePath';

/** A model on the hub: `organisation/name`, or `organisation/name@revision` for a branch, a tag or a commit. */
export interface HubReference {
  readonly id: string;
  readonly revision: string;
}

const hubName =
  /^(?:https:\/\/(?:huggingface\.co|hf\.co)\/)?([\w.-]+\/[\w.-]+?)(?:\/tree\/([\w./-]+)|@([\w./-]+))?\/?$/;

/** Reads `organisation/name[@revision]`, or the address of its page; undefined for anything else, a path above all. */
export function hubReference(written: string): HubReference | undefined {
  const [, id, branch, revision] = hubName.exec(written) ?? [];
  if (!id || id.split('/').some((part) => /^\.+$/.test(part)) || (revision ?? branch ?? '').split('/').includes('..'))
    return undefined;
  return { id, revision: revision ?? branch ?? 'main' };
}

/** A model in the cache whose id has no organisation, as those of the hub's first years; it may be a path as well. */
export function cachedReference(written: string): HubReference | undefined {
  const [, id, revision] = /^([\w.-]+)(?:@([\w./-]+))?$/.exec(written) ?? [];
  if (!id || /^\.+$/.test(id) || (revision ?? '').split('/').includes('..')) return undefined;
  return { id, revision: revision ?? 'main' };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `HF_HOME`, or where the hub's own tools keep their things. */
export function hubHome(environment: Environment = process.env): string {
  return fromHome(environment.HF_HOME ?? join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface'));
}

/** The cache that all of the hub's tools share. */
export function hubCache(environment: Environment = process.env): string {
  return fromHome(environment.HF_HUB_CACHE ?? environment.HUGGINGFACE_HUB_CACHE ?? join(hubHome(environment), 'hub'));
}

/** Whether an address is that of the hub itself, whose tokens begin with hf_. */
export const isHubAddress = (address: string): boolean =>
  /^https?:\/\/(?:[\w-]+\.)*(?:huggingface\.co|hf\.co)(?:[:/]|$)/i.test(address);

export const isOffline = (environment: Environment = process.env): boolean =>
  /^(1|on|yes|true)$/i.test(environment.HF_HUB_OFFLINE ?? environment.TRANSFORMERS_OFFLINE ?? '');

/** The folders of one model in the cache, as `huggingface_hub` lays them out. */
export interface RepositoryCache {
  readonly folder: string;
  /** A file's content, by its hash. */
  blob(hash: string): string;
  snapshot(commit: string): string;
  lock(hash: string): string;
}

export function repositoryCache(id: string, cache = hubCache()): RepositoryCache {
  const name = `models--${id.replace('/', '--')}`;
  const folder = join(cache, name);
  return {
    folder,
    blob: (hash) => join(folder, 'blobs', hash),
    snapshot: (commit) => join(folder, 'snapshots', commit),
    lock: (hash) => join(cache, '.locks', name, `${hash}.prompt-tuner`),
  };
}

/**
 * The snapshot of a model in the cache: that of the revision's commit, or, for `main` without a reference, the newest.
 * @returns undefined where the model, or that revision of it, is not there
 */
export async function findInHubCache({ id, revision }: HubReference, cache = hubCache()): Promise<string | undefined> {
  const { folder, snapshot } = repositoryCache(id, cache);
  const commit = (await readFile(join(folder, 'refs', ...revision.split('/')), 'utf8').catch(() => revision)).trim();
  if (await isFolder(snapshot(commit))) return snapshot(commit);
  const names = await readdir(join(folder, 'snapshots')).catch(() => []);
  if (revision !== 'main')
    return names.filter((name) => commit.length >= 7 && name.startsWith(commit)).map(snapshot)[0];
  const dated = await Promise.all(
    names.map(async (name) => ({ path: snapshot(name), time: (await stat(snapshot(name))).mtimeMs })),
  );
  return dated.sort((a, b) => b.time - a.time)[0]?.path;
}

/** Every model in the cache that has a snapshot, by its id. */
export async function modelsInHubCache(cache = hubCache()): Promise<readonly string[]> {
  const names = await readdir(cache).catch(() => []);
  const ids = names
    .filter((name) => name.startsWith('models--'))
    .map((name) => name.slice('models--'.length).replace('--', '/'));
  const there = await Promise.all(ids.map((id) => findInHubCache({ id, revision: 'main' }, cache)));
  return ids.filter((_, i) => there[i]).sort();
}

/**
 * Lets a snapshot's file refer to a blob: by a link, or by a copy where the system allows no links.
 * @param file path inside the snapshot, with `/`
 */
export async function placeInSnapshot(
  repository: RepositoryCache,
  { commit, file, hash }: { readonly commit: string; readonly file: string; readonly hash: string },
  link: typeof symlink = symlink,
): Promise<void> {
  const [blob, path] = [repository.blob(hash), join(repository.snapshot(commit), ...file.split('/'))];
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    try {
      await link(relative(dirname(path), blob), temporary);
    } catch (error) {
      if (!noLinks.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await copyFile(blob, temporary);
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Notes which commit a branch or tag names. */
export async function writeReference({ folder }: RepositoryCache, revision: string, commit: string): Promise<void> {
  const path = join(folder, 'refs', ...revision.split('/'));
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(temporary, commit);
  await rename(temporary, path);
}

const noLinks = new Set(['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'UNKNOWN']);

/** Bytes of a file, of what a link leads to; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
}

/** Bytes that a model takes on the disk: the files of its snapshot, links followed. */
export async function folderSize(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

const isFolder = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
