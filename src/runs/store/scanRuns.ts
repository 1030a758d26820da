import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { basename, resolve } from 'node:path';
import { Failure } from '../../failure';
import type { RunRecord } from '../record/record';
import { damaged, hasRecord } from '../record/recordFile';
import { runFolders } from './runFolder';
import { lookAtRun, lookAtRuns } from './runIndex';

export interface DamagedRun {
  readonly id: string;
  readonly folder: string;
  readonly failure: Failure;
}

export interface RunList {
  /** Newest first. */
  readonly runs: readonly RunRecord[];
  readonly damaged: readonly DamagedRun[];
}
/** Every run below a runs folder; a damaged one is named with what is wrong and hides no other. */
export async function scanRuns(runsFolder: string): Promise<RunList> {
  const folders = await runFolders(runsFolder);
  const readings = await lookAtRuns(folders, async (folder): Promise<RunRecord | DamagedRun> => {
    try {
      return (await lookAtRun(folder)).record;
    } catch (error) {
      return {
        id: basename(folder),
        folder,
        failure: error instanceof Failure ? error : damaged(folder, String(error)),
      };
    }
  });
  return {
    runs: readings.filter((reading): reading is RunRecord => !('failure' in reading)),
    damaged: readings.filter((reading): reading is DamagedRun => 'failure' in reading),
  };
}
/** The readable runs of {@link scanRuns}, newest first. */
export async function listRuns(runsFolder: string): Promise<readonly RunRecord[]> {
  return (await scanRuns(runsFolder)).runs;
}
/**
 * Finds a run by id, by an unambiguous beginning of it, or by the path of its folder.
 * @throws Failure "run-missing" or "run-ambiguous"
 */
export async function findRun(runsFolder: string, reference: string): Promise<string> {
  const folders = await runFolders(runsFolder);
  const exact = folders.find((folder) => basename(folder) === reference);
  if (exact) return exact;
  const matches = folders.filter((folder) => basename(folder).startsWith(reference));
  if (matches.length === 1) return matches[0]!;
  if (matches.length > 1)
    throw new Failure(
      'run-ambiguous',
      l10n.t`${counted(matches.length, 'run')} begin with "${reference}".`,
      { file: runsFolder },
      l10n.t`Give more of the id.`,
    );
  if (await hasRecord(resolve(reference))) return resolve(reference);
  throw new Failure(
    'run-missing',
    l10n.t`There is no run "${reference}".`,
    { file: runsFolder },
    l10n.t`See "prompt-tuner runs list", or name the folder with --runs.`,
  );
}
