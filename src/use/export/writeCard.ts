import * as l10n from '@vscode/l10n';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMaskedModel } from '../../adapters/exportFits';
import { licenceIn } from '../../model/open/listModels';
import { requireProduced } from '../../runs/record/producedRun';
import type { RunRecord } from '../../runs/record/record';
import { readRun } from '../../runs/store/runFolder';
import { findRun } from '../../runs/store/scanRuns';
import { cardHead, cardSections, runCard, type CardBase } from './card';
import type { ExportFormat } from './exportFormats';

/** The card of a run as Markdown with a head in YAML. @throws Failure where there is no such run */
export async function cardOf({ run, runs }: { readonly run: string; readonly runs: string }): Promise<string> {
  const folder = await findRun(runs, run);
  const record = await readRun(folder);
  requireProduced(record, folder, l10n.t`export`);
  return runCard(record, await baseOf(record));
}

/** Makes the README of an export the card of a model, as the hub shows it. */
export async function completeCard(folder: string, record: RunRecord, format: ExportFormat): Promise<void> {
  const file = join(folder, 'README.md');
  const base = await baseOf(record);
  const about = await readFile(file, 'utf8');
  await writeFile(file, `${cardHead(record, base, format)}${about}\n${cardSections(record, base, format)}`);
}

async function baseOf({ model: { path } }: Pick<RunRecord, 'model'>): Promise<CardBase> {
  const kind = (await isMaskedModel(path)) ? 'masked' : 'causal';
  return { kind, licence: (await licenceIn(path)) ?? (await licenceIn(dirname(path))) };
}
