import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseFolder } from '../../adapters/exportSnippets';
import type { ExportTexts } from '../../adapters/readmeParts';
import { writeTransformersFolder } from '../../adapters/transformersFolder';
import type { LanguageModel } from '../../model/openModel';

/** README, programs and the like. */
export async function writeTexts(folder: string, texts: ExportTexts): Promise<void> {
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
}

/** Copies a file into a folder where there is one. */
export function copyIfThere(from: string, to: string): Promise<void> {
  return copyFile(from, to).catch(unlessMissing);
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** The embedded model for transformers: it is on no hub, and comes as ONNX only. */
export async function writeEmbeddedBase(
  folder: string,
  { id, folder: from, trainingModel }: LanguageModel,
): Promise<void> {
  if (id === 'builtin') await writeTransformersFolder(from, trainingModel.graph, join(folder, baseFolder));
}
