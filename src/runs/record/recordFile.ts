import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNumber, isObject } from '../../channel/guards';
import { Failure } from '../../failure';
import { removeTemporaryFor, type Holder } from '../../files/atomicFile';
import { readJson, writeJson } from '../../files/jsonFile';
import { isOnTrainingRows } from './words/describeProvenance';
import { movesName, pendingMoves, withMoves } from './movedFiles';
import { isRunRecord, type EvaluationResult, type RunRecord } from './record';

/**
 * `run.json` as it was last written, with the paths that its files have now. Whether the run still is what it says is
 * for `readRun` to tell.
 * @throws Failure "run-missing", "run-damaged" or "run-format"
 */
export async function readRecord(folder: string): Promise<RunRecord> {
  const path = recordPath(folder);
  const written = await readJson(path, isRunRecord, {
    missing: () =>
      new Failure(
        'run-missing',
        l10n.t`The folder holds no run.json.`,
        { file: folder },
        l10n.t`Name a run that "prompt-tuner runs list" shows.`,
      ),
    damaged(value) {
      if (value === undefined) return damaged(folder, l10n.t`run.json is not complete JSON`);
      if (isObject(value) && isNumber(value.format) && value.format > 1)
        return new Failure(
          'run-format',
          l10n.t`The run was written by a newer Prompt Tuner (format ${value.format}).`,
          { file: path },
          l10n.t`Update Prompt Tuner.`,
        );
      return damaged(folder, l10n.t`run.json lacks fields that every run has, or has them of another kind`);
    },
  });
  const record = withMoves(written, await pendingMoves(folder));
  const { result, originalResult, textResult } = record;
  if (![result, originalResult, textResult].some((each) => each && isOnTrainingRows(each))) return record;
  return {
    ...record,
    ...(result && { result: withoutInterval(result) }),
    ...(originalResult && { originalResult: withoutInterval(originalResult) }),
    ...(textResult && { textResult: withoutInterval(textResult) }),
    textGain: undefined,
  };
}

/** Earlier versions gave numbers on the rows that were trained on an interval, although it says nothing of others. */
function withoutInterval(result: EvaluationResult): EvaluationResult {
  return isOnTrainingRows(result) ? { ...result, accuracyInterval: undefined } : result;
}

/** Replaces `run.json`, so that a reader sees the old record or the new. @throws as `writeAtomically` does */
export function writeRecord(folder: string, record: RunRecord, holder?: Holder): Promise<void> {
  return writeJson(recordPath(folder), record, holder);
}

/** Clears away records that holders before have not put in their place; only for whoever holds the run. */
export function removeUnfinishedRecords(folder: string): Promise<void> {
  return removeTemporaryFor(recordPath(folder));
}

/** Whether a folder is that of a run. */
export async function hasRecord(folder: string): Promise<boolean> {
  return readFile(recordPath(folder)).then(
    () => true,
    () => false,
  );
}

/** A run whose folder cannot be read. @param why a clause, without a full stop */
export function damaged(folder: string, why: string): Failure {
  return new Failure(
    'run-damaged',
    l10n.t`The run cannot be read: ${why}.`,
    { file: recordPath(folder) },
    l10n.t`Delete the run, or restore the file.`,
  );
}

const recordName = 'run.json';

/** The files of a run's folder that `readRecord` reads. */
export const recordFiles = [recordName, movesName] as const;

function recordPath(folder: string): string {
  return join(folder, recordName);
}
