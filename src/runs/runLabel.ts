import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from './atomicFile';
import { isFlag, isObject, isText } from './shape';

/**
 * What a person says of a run. It lies in a file of its own, `label.json`, because `run.json` belongs to the process that
 * works on the run: two writers of one file would lose each other's changes.
 */
export interface RunLabel {
  readonly name?: string;
  readonly note?: string;
  readonly starred?: boolean;
}

/** The label of a run; none where there is no file, or one that cannot be read: it is not worth a run. */
export async function readLabel(folder: string): Promise<RunLabel> {
  const text = await readFile(labelPath(folder), 'utf8').catch(() => '');
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return {};
    const { name, note, starred } = value;
    return { ...(isText(name) && name !== '' && { name }), ...(isText(note) && note !== '' && { note }), ...(isFlag(starred) && starred && { starred }) };
  } catch {
    return {};
  }
}

/** Changes a label; an empty text takes a name or note away. @returns the label written */
export async function changeLabel(folder: string, change: RunLabel): Promise<RunLabel> {
  const { name, note, starred } = { ...await readLabel(folder), ...change };
  const label: RunLabel = { ...(name?.trim() && { name: name.trim() }), ...(note?.trim() && { note: note.trim() }), ...(starred && { starred }) };
  await writeAtomically(labelPath(folder), `${JSON.stringify(label, null, 2)}\n`);
  return label;
}

export function labelPath(folder: string): string {
  return join(folder, 'label.json');
}
