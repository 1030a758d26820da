import * as l10n from '@vscode/l10n';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { HeldOut } from '../data/rows/rowPart';
import { fileOfSource, formatOfSource } from '../data/table/tableFormat';
import { Failure } from '../failure';
import { fileName } from '../template/import/imported';
import type { TaskKind } from '../template/import/table/guessAnswers';
import { chosenSource } from '../template/settings/data/chosenSource';
import { readHeldOut } from '../template/settings/data/heldOut';
import { readTable, templateFromTable } from '../workspace/templateFromTable';
import { writeNewFiles } from './writeNewFiles';

export interface NewFromTableRequest {
  /** The table: a path, or `{ file, separator, encoding, columns }` as YAML. */
  readonly from: string;
  /** Columns of the answer; the most likely one where none is named. */
  readonly answer?: readonly string[];
  readonly kind?: TaskKind;
  /** The template that is written; beside the table where it is left out. */
  readonly to?: string;
  readonly model: string;
  /** For dev and test each, or one after the other: `15%`, `10%,20%`. */
  readonly split: string;
  /** Whether dev and test are files of their own instead of shares. */
  readonly files?: boolean;
}

export interface NewFromTable {
  /** The template, absolute. */
  readonly file: string;
  /** The data files beside it that were written. */
  readonly written: readonly string[];
  readonly remarks: readonly string[];
}

/**
 * Writes a template of a table.
 * @throws Failure "file-exists" where one of the files is there already, and as `templateFromTable` does
 */
export async function newFromTable(request: NewFromTableRequest): Promise<NewFromTable> {
  const source = chosenSource(request.from, 'FROM_FILE');
  const path = fileOfSource(source);
  const file = resolve(request.to ?? join(dirname(path), `${fileName(basename(path, extname(path)))}.prompt`));
  if (extname(file) !== '.prompt')
    throw new Failure(
      'invalid-value',
      l10n.t`A template is called NAME.prompt, not "${basename(file)}".`,
      {},
      l10n.t`Change --to.`,
    );
  const { answer, kind, model } = request;
  const made = await templateFromTable({
    table: await readTable(path, formatOfSource(source)),
    ...(answer && { answers: answer }),
    ...(kind && { kind }),
    model,
    held: heldOut(request.split),
    as: request.files ? 'files' : 'shares',
    folder: dirname(file),
    name: basename(file, '.prompt'),
  });
  const files = await writeNewFiles(
    dirname(file),
    made.files,
    l10n.t`Name another template with --to, or move the file away.`,
  );
  return { file, written: files.slice(1), remarks: made.notCarried };
}

/** @throws Failure "invalid-value" */
function heldOut(split: string): HeldOut {
  const read = readHeldOut(split);
  if (read) return read;
  throw new Failure(
    'invalid-value',
    l10n.t`--split must be a share for dev and test each, below 50%, or one for each, not "${split}".`,
    {},
    l10n.t`Write --split 15%, or --split 10%,20%.`,
  );
}

/** What was written, and what should be known of it. */
export function formatNewFromTable({ file, written, remarks }: NewFromTable): string {
  return [
    file,
    ...written,
    ...remarks.map((remark) => `- ${remark}`),
    l10n.t`Next: prompt-tuner render ${basename(file)}, prompt-tuner train ${basename(file)} --method soft`,
  ].join('\n');
}
