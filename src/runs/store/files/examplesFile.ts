import * as l10n from '@vscode/l10n';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../../../channel/guards';
import type { Row } from '../../../data/dataset';
import { Failure } from '../../../failure';
import { writeAtomically } from '../../../files/atomicFile';
import { sha256 } from '../../../files/sha256';
import type { RecordedExamples } from '../../record/recordedExamples';

/** The rows of train that a run may show, where it chooses them for each row. */
export const examplesFile = 'examples.jsonl';

export async function writeExampleRows(
  folder: string,
  rows: readonly Row[],
): Promise<NonNullable<RecordedExamples['pool']>> {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeAtomically(join(folder, examplesFile), text);
  return { rows: rows.length, sha256: sha256(text) };
}

/** @throws Failure "examples-rows" where the file is not the one that the run wrote */
export async function readExampleRows(
  folder: string,
  pool: NonNullable<RecordedExamples['pool']>,
): Promise<readonly Row[]> {
  const file = join(folder, examplesFile);
  const text = await readFile(file, 'utf8').catch((): undefined => undefined);
  if (text === undefined || sha256(text) !== pool.sha256)
    throw new Failure(
      'examples-rows',
      text === undefined
        ? l10n.t`The rows that this run shows as examples are not there.`
        : l10n.t`The rows that this run shows as examples are changed.`,
      { file },
      l10n.t`Restore the file, or measure the template again.`,
    );
  const rows: readonly unknown[] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return rows.filter(isObject);
}
