import { readFile } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import { writeAtomically } from '../files/atomicFile';
import type { RunRecord } from '../runs/record/record';
import { instructionSource, replaceInstruction } from '../template/edit/replaceInstruction';
import { variantText } from '../template/edit/variantText';
import { writeVariant } from './writeVariant';

type Rewritten = Pick<RunRecord, 'rewritten' | 'template'>;

/** The name that a variant with a text of a run's front has: `text3` for the third. */
export const variantNameOf = ({ rewritten }: Pick<RunRecord, 'rewritten'>, text: string): string =>
  `text${(rewritten?.front ?? []).findIndex((each) => each.text === text) + 1}`;

/**
 * Writes a variant with a text of a run's front beside the template.
 * @param current the template as it reads now; as the run kept it where its file is gone
 * @returns absolute path of the variant
 */
export async function writeFrontVariant(record: Rewritten, text: string, current?: string): Promise<string> {
  const { path } = record.template;
  const written = current ?? (await readFile(path, 'utf8').catch(() => record.template.text));
  return writeVariant(path, variantNameOf(record, text), variantText(written, path, text));
}

/**
 * Writes a text of a run's front into the file of its template.
 * @param isMeant whether another instruction than the one that the run began with may go
 * @returns whether the file was changed: it may have the text already
 * @throws Failure "outdated" where the instruction is another by now and that is not meant, or as `replaceInstruction`
 */
export async function useFrontText(record: Rewritten, text: string, isMeant: boolean): Promise<boolean> {
  const { path } = record.template;
  const current = await readFile(path, 'utf8');
  const source = instructionSource(current, path).text.trim();
  if (source === text.trim()) return false;
  if (!isMeant && source !== record.rewritten?.original.trim())
    throw new Failure(
      'outdated',
      l10n.t`The instruction in the template is not the one that the run began with.`,
      { file: path },
      l10n.t`Give --force to replace it all the same, or --variant to write it beside the template.`,
    );
  await writeAtomically(path, replaceInstruction(current, path, text));
  return true;
}
