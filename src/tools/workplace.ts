import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { QueueClient } from '../cluster/queueClient';
import { Failure } from '../failure';
import { liesIn } from '../fileAccess';
import { defaultRunsFolder } from '../runs/store/runFolder';
import { findRun } from '../runs/store/scanRuns';

/** Where an agent works: the folders of a window, or those that a client of MCP has named. */
export interface Workplace {
  /** Absolute; templates and runs are looked for in them and nowhere else. */
  readonly folders: readonly string[];
  /** Whether work may be started; Restricted Mode forbids it. */
  readonly isTrusted: boolean;
  readonly queue: Pick<QueueClient, 'compare' | 'stop'>;
  /** The text of a template as it stands, saved or not. @throws Failure "template-missing" */
  read(template: string): Promise<string>;
  /** Writes to disk what stands in an editor, because the trainer reads the file. @throws Failure "template-unsaved" */
  save(template: string): Promise<void>;
}

/**
 * The template that a path means.
 * @param path absolute, or relative to one of the folders
 * @returns its absolute path
 * @throws Failure "outside-workspace" or "template-missing"
 */
export function requireTemplate({ folders }: Workplace, path: string): string {
  const candidates = isAbsolute(path) ? [path] : folders.map((folder) => resolve(folder, path));
  const inside = candidates.filter((candidate) => liesIn(folders, candidate));
  const found = inside.find((candidate) => existsSync(candidate));
  if (found !== undefined) return resolve(found);
  if (folders.length === 0)
    throw new Failure('outside-workspace', 'No folder is open.', {}, 'Ask the person to open the folder first.');
  const remedy = `Name a .prompt file by its path in ${folders.join(' or ')}.`;
  throw inside.length === 0
    ? new Failure('outside-workspace', `"${path}" lies outside the workspace.`, {}, remedy)
    : new Failure('template-missing', `There is no template "${path}".`, {}, remedy);
}

/** The runs folder of a template: in its workspace folder, the innermost where one lies in another. */
export function runsFolderFor({ folders }: Workplace, template: string): string {
  const holding = folders.filter((folder) => liesIn([folder], template)).sort((a, b) => b.length - a.length);
  return join(holding[0] ?? dirname(template), defaultRunsFolder);
}

/** The runs folders of all folders. */
export function runsFoldersOf({ folders }: Workplace): readonly string[] {
  return folders.map((folder) => join(resolve(folder), defaultRunsFolder));
}

/** Folder of a run by its id, or an unambiguous beginning of it. @throws Failure "run-missing" or "run-ambiguous" */
export async function requireRun(place: Workplace, reference: string): Promise<string> {
  for (const runs of runsFoldersOf(place)) {
    const folder = await findRun(runs, reference).catch((error: unknown) => {
      if (error instanceof Failure && error.code === 'run-missing') return undefined;
      throw error;
    });
    // A path is accepted elsewhere, and would lead out of the workspace.
    if (folder !== undefined && dirname(folder) === runs) return folder;
  }
  throw new Failure(
    'run-missing',
    `There is no run "${reference}".`,
    {},
    'Call listRuns for the ids of those there are.',
  );
}
