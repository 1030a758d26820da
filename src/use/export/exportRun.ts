import * as l10n from '@vscode/l10n';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../failure';
import { replaceFolder } from '../../files/atomicFile';
import { requireWritten } from '../../runs/record/recordedExamples';
import { requireProduced } from '../../runs/record/producedRun';
import { readRun } from '../../runs/store/runFolder';
import { findRun } from '../../runs/store/scanRuns';
import { openExportSource, type ExportSource } from './exportSource';
import { writeEmbeddings } from './formats/embeddings';
import { writeOnnx } from './formats/onnx';
import { writePeft } from './formats/peft';
import { writePromptTable } from './formats/promptTable';
import { writeText } from './formats/text';
import { writeTransformersJs } from './formats/transformersJs';
import type { ExportFormat } from './exportFormats';
import { completeCard } from './writeCard';

export interface ExportRequest {
  /** Id or folder of the run. */
  readonly run: string;
  /** The runs folder. */
  readonly runs: string;
  readonly format: ExportFormat;
  /** The folder to write; new or empty. */
  readonly to: string;
}

export interface Exported {
  readonly format: ExportFormat;
  readonly folder: string;
  readonly files: readonly string[];
}

const learned: Readonly<
  Record<Exclude<ExportFormat, 'text'>, (folder: string, source: ExportSource) => Promise<void>>
> = {
  peft: writePeft,
  onnx: writeOnnx,
  embeddings: writeEmbeddings,
  'tensorrt-llm': writePromptTable,
  'transformers.js': writeTransformersJs,
};

/**
 * Writes the prompt of a run for use elsewhere, with a README that says how: what it learned in a form that others
 * read, or its text. The folder is whole or not there.
 * @throws Failure "nothing-to-export", "export-exists", "export-model-changed", "export-too-large", and those of
 * opening run, adapter and model
 */
export async function exportRun({ run, runs, format, to }: ExportRequest): Promise<Exported> {
  const folder = resolve(to);
  await requireEmpty(folder);
  const found = await findRun(runs, run);
  const record = await readRun(found);
  requireProduced(record, found, l10n.t`export`);
  requireWritten(record, found, l10n.t`be exported`);
  await replaceFolder(folder, async (fresh) => {
    if (format === 'text') await writeText(fresh, record, found);
    else await learned[format](fresh, await openExportSource(found, record));
    await completeCard(fresh, record, format);
  });
  return { format, folder, files: (await readdir(folder)).sort() };
}

async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Failure(
      'export-exists',
      l10n.t`The place to export to is not a folder.`,
      { file: folder },
      l10n.t`Name a new folder.`,
    );
  });
  if (names.length > 0)
    throw new Failure(
      'export-exists',
      l10n.t`The folder to export to is not empty.`,
      { file: folder },
      l10n.t`Name a new folder, or empty this one.`,
    );
}
