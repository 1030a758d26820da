import * as l10n from '@vscode/l10n';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { adapterFiles } from '../../adapters/peft';
import { isObject, isText } from '../../channel/guards';
import { Failure } from '../../failure';
import { makeFolder, writeAtomically } from '../../files/atomicFile';
import { parseJson, readJsonLines } from '../../files/jsonFile';
import { sha256 } from '../../files/sha256';
import { bytes as formatBytes } from '../../words/formatNumbers';
import type { RunRecord } from '../../runs/record/record';
import { promptTunerVersion } from '../../runs/record/versions';
import { isMetric } from '../../runs/store/files/metricLine';
import { isPrediction } from '../../runs/store/files/predictionLine';
import { requireWritten } from '../../runs/record/recordedExamples';
import { readRun } from '../../runs/store/runFolder';
import { isActive } from '../../runs/store/runStatus';
import { isSamplesLine } from '../../runs/store/files/samplesLine';
import { findRun } from '../../runs/store/scanRuns';
import { lineTable, positionAt } from '../../template/text/position';
import { findPrivate, privateTexts } from './privateTexts';
import { sharedReadme } from './sharedReadme';
import { sharedRecord, sharingRules, type SharingRules } from './sharedRecord';
import {
  labelsFile,
  manifestName,
  mostBytes,
  numberFiles,
  readmeName,
  recordName,
  rowFiles,
  sharedFormat,
  sharedKind,
  type Manifest,
} from './sharedFiles';

export interface ShareRequest {
  /** Id or folder of the run, and the runs folder. */
  readonly run: string;
  readonly runs: string;
  /** The file to write; named after the run in the present folder where it is left out. */
  readonly to?: string;
  /** Whether the rows that were answered go with it, which may be private. */
  readonly withPredictions?: boolean;
  readonly force?: boolean;
}

export interface SharedRun {
  readonly run: string;
  readonly file: string;
  readonly bytes: number;
  readonly withPredictions: boolean;
  /** Rows of train that stand in it since its prompt shows them as examples. */
  readonly examples: number;
  readonly files: readonly string[];
}

/**
 * Writes a run into one file that `importRun` opens on another machine: record, results and what was learned; model and
 * data by name and hash. The file is whole or not there.
 * @throws Failure "run-busy", "output-exists", "share-private", "share-too-large", and those of reading the run
 */
export async function shareRun({ run, runs, to, withPredictions = false, force }: ShareRequest): Promise<SharedRun> {
  const folder = await findRun(runs, run);
  const record = await readRun(folder);
  if (isActive(record))
    throw new Failure(
      'run-busy',
      l10n.t`The run ${record.id} has not come to its end.`,
      { file: folder },
      l10n.t`Wait for it, or stop it first.`,
    );
  requireWritten(record, folder, l10n.t`be shared`);
  const file = resolve(to ?? `${record.id}.zip`);
  await requireFree(file, force === true);
  const files = await sharedFilesOf(folder, record, withPredictions);
  const zipped = zipSync(files, { mtime: new Date(1980, 0, 1) });
  await makeFolder(dirname(file));
  await writeAtomically(file, zipped);
  const examples = record.examples?.rows.length ?? 0;
  return { run: record.id, file, bytes: zipped.length, withPredictions, examples, files: Object.keys(files) };
}

async function requireFree(file: string, replaces: boolean): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (!there || (there.isFile() && replaces)) return;
  const what = there.isDirectory() ? l10n.t`a folder` : l10n.t`a file`;
  throw new Failure(
    'output-exists',
    l10n.t`There is ${what} already where the shared run goes.`,
    { file },
    there.isDirectory()
      ? l10n.t`Name a file in it with --to.`
      : l10n.t`Name another with --to, or give --force to replace it.`,
  );
}

type Files = Record<string, Uint8Array>;

async function sharedFilesOf(folder: string, record: RunRecord, withRows: boolean): Promise<Zippable> {
  const hidden = privateTexts([dirname(resolve(record.template.path)), resolve(folder), dirname(resolve(folder))]);
  const rules = sharingRules(record, hidden);
  const { name, ...shared } = sharedRecord(record, rules);
  const written: Record<string, unknown> = {
    [recordName]: shared,
    ...(name !== undefined && { [labelsFile]: { name } }),
    ...(await instructionOf(folder)),
  };
  const files: Files = {
    ...Object.fromEntries(Object.entries(written).map(([path, value]) => [path, jsonBytes(value)])),
    [shared.template.path]: textBytes(shared.rewritten?.text ?? shared.examples?.text ?? shared.template.text),
    ...(await metricsOf(folder)),
    ...(await adapterOf(folder, rules)),
  };
  for (const [path, content] of Object.entries(files)) requireNothingPrivate(path, content, { record, rules });
  const withAll = { ...files, ...(withRows ? await rowsOf(folder, rules) : {}) };
  withAll[readmeName] = textBytes(sharedReadme(shared, Object.keys(withAll)));
  const all = { [manifestName]: jsonBytes(manifestOf(shared, withAll)), ...withAll };
  requireBounded(all, folder);
  return all;
}

const textBytes = (text: string): Uint8Array => Buffer.from(text);
const jsonBytes = (value: unknown): Uint8Array => textBytes(`${JSON.stringify(value, null, 2)}\n`);
const linesBytes = (values: readonly object[]): Uint8Array =>
  textBytes(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

/** A text search leaves behind how it came to its text. */
async function instructionOf(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(join(folder, numberFiles.instruction), 'utf8').catch(() => undefined);
  const value = text === undefined ? undefined : parseJson(text);
  return isObject(value) ? { [numberFiles.instruction]: value } : {};
}

async function metricsOf(folder: string): Promise<Files> {
  const lines = await readJsonLines(join(folder, numberFiles.metrics), isMetric);
  return lines.length === 0 ? {} : { [numberFiles.metrics]: linesBytes(lines) };
}

/** What was answered; why a metric judged so may be an error that names a file. */
async function rowsOf(folder: string, { sentence }: SharingRules): Promise<Files> {
  const predictions = await readJsonLines(join(folder, rowFiles.predictions), isPrediction);
  const samples = await readJsonLines(join(folder, rowFiles.samples), isSamplesLine);
  const lines = predictions.map(({ reasons, ...line }) => ({
    ...line,
    ...(reasons && {
      reasons: Object.fromEntries(Object.entries(reasons).map(([metric, why]) => [metric, sentence(why)])),
    }),
  }));
  return {
    ...(lines.length > 0 && { [rowFiles.predictions]: linesBytes(lines) }),
    ...(samples.length > 0 && { [rowFiles.samples]: linesBytes(samples) }),
  };
}

/** The adapter; its weights are numbers alone, its JSON names the model and holds the template. */
async function adapterOf(folder: string, { paths, template }: SharingRules): Promise<Files> {
  const files: Files = {};
  for (const name of Object.values(adapterFiles)) {
    const content = await readFile(join(folder, 'adapter', name)).catch(() => undefined);
    if (!content) continue;
    const value = name.endsWith('.json') ? parseJson(content.toString('utf8')) : undefined;
    files[`adapter/${name}`] = isObject(value)
      ? jsonBytes({
          ...value,
          ...(isText(value.base_model_name_or_path) && {
            base_model_name_or_path: paths.model(value.base_model_name_or_path),
          }),
          ...(isText(value.template) && { template: template(value.template) }),
          ...(isObject(value.model) &&
            isText(value.model.id) && { model: { ...value.model, id: paths.model(value.model.id) } }),
        })
      : content;
  }
  return files;
}

/** What a person wrote goes as it is, or not at all: taking something out of a prompt would make it another prompt. */
function requireNothingPrivate(
  name: string,
  content: Uint8Array,
  { record, rules }: { readonly record: RunRecord; readonly rules: SharingRules },
): void {
  // A short name is found somewhere among numbers.
  const hidden = name.endsWith('.json') || !name.startsWith('adapter/') ? rules.hidden : { ...rules.hidden, names: [] };
  const found = findPrivate(Buffer.from(content).toString('utf8'), hidden);
  if (!found) return;
  const { template, rewritten } = record;
  const inTemplate = [template.text, rewritten?.text].flatMap((text) => {
    const place = text === undefined ? undefined : findPrivate(rules.template(text), rules.hidden);
    return place && text !== undefined ? [{ ...place, text: rules.template(text) }] : [];
  })[0];
  const remedy = l10n.t`Take it out of the template, and train or measure again.`;
  if (!inTemplate)
    throw new Failure('share-private', l10n.t`What would be shared as ${name} holds ${found.what}.`, {}, remedy);
  const { line, column } = positionAt(lineTable(inTemplate.text), inTemplate.start);
  throw new Failure(
    'share-private',
    l10n.t`The text that the run was made with holds ${inTemplate.what}.`,
    { file: template.path, line: line + 1, column: column + 1 },
    remedy,
  );
}

function manifestOf({ id, model, data }: RunRecord, files: Readonly<Files>): Manifest {
  return {
    kind: sharedKind,
    format: sharedFormat,
    promptTuner: promptTunerVersion,
    run: id,
    model: { name: model.id, sha256: model.sha256 },
    data: (['train', 'dev', 'test'] as const).flatMap((split) => {
      const source = data[split];
      return source ? [{ split, name: source.path, rows: source.rows, sha256: source.sha256 }] : [];
    }),
    files: Object.entries(files).map(([name, content]) => ({ name, bytes: content.length, sha256: sha256(content) })),
  };
}

function requireBounded(files: Readonly<Files>, folder: string): void {
  const total = Object.values(files).reduce((sum, content) => sum + content.length, 0);
  if (total <= mostBytes) return;
  throw new Failure(
    'share-too-large',
    l10n.t`The run holds ${formatBytes(total)}; ${formatBytes(mostBytes)} are shared in one file at most.`,
    { file: folder },
    l10n.t`Leave out the predictions.`,
  );
}
