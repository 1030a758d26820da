import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { filesBelow } from '../../files/filesBelow';
import { sha256 } from '../../files/sha256';
import { withLineFeeds } from '../../template/text/lineFeeds';
import { withoutByteOrderMark } from '../../template/text/byteOrderMark';
import { moveFiles } from '../record/changeRun';
import type { Move } from '../record/movedFiles';
import type { RunRecord } from '../record/record';
import { listRuns } from './scanRuns';
import { defaultRunsFolder } from './runFolder';

/**
 * Lets runs follow templates that were renamed or moved while nobody watched: where a run's template is gone and
 * exactly one file holds the text that one of the runs on it began with, all of its runs belong to that file.
 * @returns the moves found
 */
export async function followTemplates(runsFolder: string): Promise<readonly Move[]> {
  const runs = await listRuns(runsFolder);
  const gone = [...new Set(runs.map(({ template }) => template.path))].filter((path) => !existsSync(path));
  if (gone.length === 0) return [];
  const files = await templatesByText(rootOf(runsFolder));
  if (!files) return [];
  const moves = gone.flatMap((from): readonly Move[] => {
    const to = successorOf(
      runs.filter(({ template }) => template.path === from),
      files,
    );
    return to === undefined ? [] : [{ from, to }];
  });
  for (const { id, template } of runs) {
    const own = moves.filter(({ from }) => from === template.path);
    if (own.length > 0) await moveFiles(join(resolve(runsFolder), id), own);
  }
  return moves;
}

/** The only file that holds what one of the runs began with, the newest that finds one. */
function successorOf(runs: readonly RunRecord[], files: ReadonlyMap<string, readonly string[]>): string | undefined {
  for (const { template } of runs) {
    const found = files.get(textHash(template.text)) ?? [];
    if (found.length === 1) return found[0];
  }
  return undefined;
}

/** The folder that one works in, with runs in this one: above `.prompt-tuner`, else the present one. */
export function rootOf(runsFolder: string): string {
  const folder = resolve(runsFolder);
  return folder.endsWith(defaultRunsFolder) ? dirname(dirname(folder)) : process.cwd();
}

/** The templates below a folder by the hashes of their texts; undefined where there are too many folders to look at. */
export async function templatesByText(root: string): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const files = await filesBelow(root);
  if (!files) return undefined;
  const found = new Map<string, readonly string[]>();
  for (const path of files.filter((file) => file.endsWith('.prompt'))) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const hash = textHash(text);
    found.set(hash, [...(found.get(hash) ?? []), path]);
  }
  return found;
}

/** The hash of a template's text, however the file is saved. */
export function textHash(text: string): string {
  return sha256(withLineFeeds(withoutByteOrderMark(text)));
}
