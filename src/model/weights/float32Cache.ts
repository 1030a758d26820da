import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { basename, join } from 'node:path';
import { fromHome } from '../../files/homePath';
import { isText, listOf, object } from '../../channel/guards';
import { pidExists } from '../../files/processIdentity';
import { readJson } from '../../files/jsonFile';

/**
 * The folder of weights in float32: `NAME.f32` holds those of one model, `NAME.json` the files that they were made
 * from, and its time of change when they were last opened; `NAME.HOST.PID.use` says that a process has them open.
 */
const unusedMilliseconds = 30 * 86_400_000;
/** What a process writes may be unfinished for so long, where it cannot be asked whether it lives. */
const unfinishedMilliseconds = 86_400_000;

/** Where weights in float32 are kept; `PROMPT_TUNER_HOME` moves it. */
export const float32Folder = (): string =>
  join(fromHome(process.env.PROMPT_TUNER_HOME ?? join(homedir(), '.prompt-tuner')), 'weights');

/** A file may hold any letters, a host's name in one must not be taken for a part of ours. */
const thisHost = hostname().replace(/[^A-Za-z0-9-]/g, '-') || 'host';
const marked = new Set<string>();

/** Says that this process uses the weights in a file, made from these; they stay until it has ended. */
export async function useWeights(file: string, sources: readonly string[]): Promise<void> {
  await mkdir(float32Folder(), { recursive: true });
  const marker = `${stemOf(file)}.${thisHost}.${process.pid}.use`;
  await writeFile(marker, '');
  if (!marked.has(marker)) process.once('exit', () => rmSync(marker, { force: true }));
  marked.add(marker);
  const known = (await sourcesOf(file)) ?? [];
  await writeFile(`${stemOf(file)}.json`, JSON.stringify({ sources: [...new Set([...known, ...sources])] }));
}

/**
 * Removes weights that no process uses and that either nobody has opened for a month or whose sources are all gone, and
 * what processes that died have left. What cannot be removed stays.
 * @returns the names of the weights removed
 */
export async function cleanWeights(now = Date.now()): Promise<readonly string[]> {
  const names = await readdir(float32Folder()).catch(() => []);
  for (const name of names)
    if (await isLeft(name, now)) await rm(join(float32Folder(), name), { force: true }).catch(() => undefined);
  const removed: string[] = [];
  for (const name of names.filter((each) => each.endsWith('.f32'))) {
    const file = join(float32Folder(), name);
    if ((await isInUse(file, now)) || !(await isForgotten(file, now))) continue;
    if (await remove(file, now).catch(() => false)) removed.push(name);
  }
  return removed;
}

/** Aside first: a process that has begun to use the weights meanwhile gets them back. */
async function remove(file: string, now: number): Promise<boolean> {
  const aside = `${file}.${process.pid}.tmp`;
  await rename(file, aside);
  if (await isInUse(file, now)) {
    await rename(aside, file);
    return false;
  }
  await rm(aside, { force: true });
  await rm(`${stemOf(file)}.json`, { force: true });
  return true;
}

async function isForgotten(file: string, now: number): Promise<boolean> {
  const opened = (await changedAt(`${stemOf(file)}.json`)) ?? (await changedAt(file)) ?? now;
  if (now - opened > unusedMilliseconds) return true;
  const sources = await sourcesOf(file);
  if (!sources || sources.length === 0) return false;
  const there = await Promise.all(
    sources.map((source) =>
      stat(source).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
      ),
    ),
  );
  return !there.includes(true);
}

async function isInUse(file: string, now: number): Promise<boolean> {
  const stem = `${basename(stemOf(file))}.`;
  const markers = (await readdir(float32Folder())).filter((name) => name.startsWith(stem) && name.endsWith('.use'));
  const left = await Promise.all(markers.map((name) => isLeft(name, now)));
  return left.includes(false);
}

/** Whether a marker or an unfinished file is of a process that has ended. */
async function isLeft(name: string, now: number): Promise<boolean> {
  const [, host, use] = /\.([A-Za-z0-9-]+)\.(\d+)\.use$/.exec(name) ?? [];
  const [, unfinished] = /\.f32\.(\d+)\.tmp$/.exec(name) ?? [];
  const pid = Number(use ?? unfinished);
  if (Number.isNaN(pid)) return false;
  // Of processes of another machine only time can tell.
  if (host !== undefined && host !== thisHost)
    return now - ((await changedAt(join(float32Folder(), name))) ?? now) > unusedMilliseconds;
  if (!pidExists(pid))
    return (
      unfinished === undefined || now - ((await changedAt(join(float32Folder(), name))) ?? now) > unfinishedMilliseconds
    );
  return false;
}

async function sourcesOf(file: string): Promise<readonly string[] | undefined> {
  return (await readJson(`${stemOf(file)}.json`, isNote))?.sources;
}

const isNote = object({ sources: listOf(isText) });

const stemOf = (file: string): string => file.replace(/\.f32$/, '');

const changedAt = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
