import * as l10n from '@vscode/l10n';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, isAbsolute, sep } from 'node:path';
import { Failure } from './failure';

/** Folders that a template may make this process read from; any where it is undefined. */
let confinement: readonly string[] | undefined;

/** Whether somebody has decided on the confinement of this process, and be it that there is none. */
let isDecided = false;

/**
 * Confines what templates make this process read (data, parts, model folders) to these folders; `undefined` lifts it.
 * A property of the process, set once by its door: the editor confines, the command line trusts its caller.
 */
export function confineReading(folders: readonly string[] | undefined): void {
  confinement = folders?.map(truePath);
  isDecided = true;
}

/** Whether a template may make this process read the path. Symbolic links count as what they point to. */
export function mayRead(path: string): boolean {
  if (!confinement) return true;
  const realPath = truePath(path);
  return confinement.some((folder) => isInside(folder, realPath));
}

/** What the root of a repository or of a workspace holds. */
const rootMarks = ['.git', '.hg', '.svn', '.vscode', '.prompt-tuner'];

/**
 * A folder and those above it, nearest first, in which a template's partials may lie: where reading is confined, those
 * that may be read; elsewhere up to the nearest root of a repository or workspace, or all where there is none.
 */
export function foldersUpwards(folder: string): readonly string[] {
  const found: string[] = [];
  for (let current = resolve(folder); mayRead(current); current = dirname(current)) {
    found.push(current);
    const isRoot = !confinement && rootMarks.some((mark) => existsSync(join(current, mark)));
    if (isRoot || dirname(current) === current) break;
  }
  return found;
}

/** @throws Failure "outside-workspace" */
export function requireReadable(path: string, what: string): void {
  if (mayRead(path)) return;
  throw new Failure('outside-workspace', outsideSentence(what), { file: path }, outsideRemedy());
}

let modelFolders = true;

/**
 * Whether templates may name model folders, which this process then opens; those that come with it or from the hub
 * always open.
 */
export function allowModelFolders(allowed: boolean): void {
  modelFolders = allowed;
}

/** What this process may read, for a thread that reads in its place. */
export const readingRules = (): { readonly within?: readonly string[]; readonly modelFolders: boolean } => ({
  ...(confinement && { within: confinement }),
  modelFolders,
});

/** @throws Failure "untrusted" or "outside-workspace" */
export function requireOpenableFolder(path: string): void {
  if (!modelFolders)
    throw new Failure(
      'untrusted',
      l10n.t`Model folders are not opened in Restricted Mode.`,
      { file: path },
      l10n.t`Trust the workspace first.`,
    );
  requireReadable(path, l10n.t`The model folder`);
}

/**
 * Code that a template names is run only in a trusted workspace, and only from where the template may read; where
 * nobody has decided on that, as on the command line, from the folder of the template.
 * @throws Failure "untrusted", "outside-workspace" or "check-missing"
 */
export function requireCheckFile(file: string, templateFolder: string): void {
  if (!modelFolders)
    throw new Failure(
      'untrusted',
      l10n.t`Checks do not run in Restricted Mode.`,
      { file },
      l10n.t`Trust the workspace first.`,
    );
  requireReadable(file, l10n.t`The check`);
  if (!isDecided && !isInside(truePath(templateFolder), truePath(file)))
    throw new Failure(
      'outside-workspace',
      l10n.t`The check lies outside the folder of the template.`,
      { file },
      l10n.t`Move it beside the template, or allow it with --outside-checks.`,
    );
  if (!existsSync(file))
    throw new Failure(
      'check-missing',
      l10n.t`There is no such check.`,
      { file },
      l10n.t`Correct its path under tune.metrics.`,
    );
}

/** Whether a path lies in one of some folders. Symbolic links count as what they point to. */
export function liesIn(folders: readonly string[], path: string): boolean {
  const realPath = truePath(path);
  return folders.some((folder) => isInside(truePath(folder), realPath));
}

/** Whether a path is that of a folder or of something below it, by its letters alone. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The path without symbolic links; of what does not exist, that of the nearest folder that does. */
function truePath(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync.native(whole);
  } catch {
    const parent = dirname(whole);
    return parent === whole ? whole : join(truePath(parent), basename(whole));
  }
}
/** What is said of something that lies where templates may not read. */
export function outsideText(what: string): string {
  return `${outsideSentence(what)} ${outsideRemedy()}`;
}

const outsideSentence = (what: string): string =>
  l10n.t`${what} lies outside the workspace, where templates may not read.`;
const outsideRemedy = () =>
  l10n.t`Move it into the workspace, or turn on the setting promptTuner.allowOutsideWorkspace.`;
