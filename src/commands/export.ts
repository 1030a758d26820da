import { decidingMetric } from '../runs/record/measuredMetrics';
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { bakePrompt } from '../adapters/bakedModel';
import { examplePrompt } from '../adapters/exportedPrompt';
import { onnxTexts, peftTexts, type ExportTexts, type Provenance } from '../adapters/exportReadme';
import { baseFolder } from '../adapters/exportSnippets';
import { writeTransformersFolder } from '../adapters/transformersFolder';
import { adapterFiles, readAdapter } from '../adapters/peft';
import { readPlacement, type Placement } from '../adapters/placement';
import { Failure } from '../failure';
import { bytes, fraction, metricInterval, metricNumber } from '../formatNumbers';
import { openModel, type LanguageModel } from '../model/openModel';
import { writeModel } from '../onnx/writeModel';
import { trainedParameters, type SoftPrompt } from '../objective/prompt';
import { dayOfRun, formDifference, formOf } from '../objective/recordedForm';
import { promptEncoder } from '../template/render/promptEncoder';
import type { Settings } from '../template/settings/settings';
import type { PromptTemplate } from '../template/read/template';
import { measuredRows, selectionText } from '../runs/record/describeProvenance';
import type { EvaluationResult, RunRecord } from '../runs/record/record';
import { recordedTemplate } from '../runs/record/recordedTemplate';
import { requireProduced } from '../runs/record/producedRun';
import { readRun } from '../runs/store/runFolder';
import { findRun } from '../runs/store/scanRuns';

export type ExportFormat = 'peft' | 'onnx';

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

/** What is exported, opened. */
interface Source {
  readonly adapter: string;
  readonly prompt: SoftPrompt;
  readonly placement: Placement;
  readonly template: PromptTemplate;
  readonly model: LanguageModel;
  readonly provenance: Provenance;
  readonly settings: Settings;
  /** The day that a chat template read in the training. */
  readonly day: string;
}

/**
 * Writes the trained prompt of a run for use elsewhere, with a README and a program that works: as a PEFT adapter, or
 * as an ONNX model that holds it. The folder is whole or not there.
 * @throws Failure "nothing-to-export", "export-exists", "export-model-changed", "export-too-large", and those of
 * opening run, adapter and model
 */
export async function exportRun({ run, runs, format, to }: ExportRequest): Promise<Exported> {
  const folder = resolve(to);
  await requireEmpty(folder);
  const source = await openSource(await findRun(runs, run));
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  try {
    await (format === 'peft' ? writePeft : writeOnnx)(unfinished, source);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return { format, folder, files: (await readdir(folder)).sort() };
}

/** One line, and one a file. */
export function formatExport({ format, folder, files }: Exported): string {
  const what = format === 'peft' ? 'a PEFT adapter' : 'an ONNX model';
  return [
    `Wrote ${what} to ${folder}; use.py in it uses it, and README.md says how.`,
    ...files.map((file) => `  ${file}`),
  ].join('\n');
}

async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Failure(
      'export-exists',
      'The place to export to is not a folder.',
      { file: folder },
      'Name a new folder.',
    );
  });
  if (names.length > 0)
    throw new Failure(
      'export-exists',
      'The folder to export to is not empty.',
      { file: folder },
      'Name a new folder, or empty this one.',
    );
}

async function openSource(folder: string): Promise<Source> {
  const record = await readRun(folder);
  requireProduced(record, folder, 'export');
  if (record.method === 'hard')
    throw new Failure(
      'nothing-to-export',
      `The run ${record.id} measured a hard prompt; nothing was trained.`,
      { file: folder },
      'Export a run of soft, v1 or v2.',
    );
  const adapter = join(folder, 'adapter');
  const prompt = await readAdapter(adapter);
  const placementFile = join(adapter, adapterFiles.placement);
  const placement = await readPlacement(placementFile);
  if (!placement)
    throw new Failure(
      'adapter-missing',
      'The adapter does not say where its vectors stand.',
      { file: placementFile },
      'Train the run again.',
    );
  const template = recordedTemplate(record);
  const model = await openModel(template.model, dirname(record.template.path));
  if (model.sha256 !== placement.model.sha256)
    throw new Failure(
      'export-model-changed',
      'The model has changed since the run.',
      { file: model.file },
      'Restore the file, or train a new run.',
    );
  const { settings } = record;
  const day = dayOfRun(record);
  const form = formOf({ encoder: promptEncoder(model.tokenizer, settings, day) });
  const difference = formDifference(record.form ?? placement.form, form);
  if (difference !== undefined)
    throw new Failure(
      'export-model-changed',
      `Since the run, ${difference} has changed.`,
      { file: model.tokenizer.chatTemplates?.file ?? model.file },
      'Restore the file, or train a new run.',
    );
  const provenance = provenanceOf(record, template, prompt);
  return { adapter, prompt, placement, template, model, provenance, settings, day };
}

function provenanceOf({ id, result }: RunRecord, { name, variant }: PromptTemplate, prompt: SoftPrompt): Provenance {
  return {
    name: variant ? `${name}.${variant}` : name,
    run: id,
    trainedParameters: trainedParameters(prompt),
    ...(result && { quality: qualityText(result) }),
  };
}

/** The number with all that must be known beside it. */
function qualityText(result: EvaluationResult): string {
  const { name, value, interval, scale } = decidingMetric(result);
  const number = Number.isFinite(value) ? `${name} ${metricNumber(value, scale)}` : `loss ${fraction(result.loss)}`;
  const ends = interval ? `95 % interval ${metricInterval(interval, scale)}, ` : '';
  const selection = selectionText(result);
  return `${number} on ${result.split} (${ends}${measuredRows(result)}${selection ? `; ${selection}` : ''})`;
}

async function writePeft(
  folder: string,
  { adapter, prompt, placement, template, model, provenance, settings, day }: Source,
): Promise<void> {
  if (model.configuration.kind === 'masked')
    throw new Failure(
      'masked-model',
      'PEFT has no kind of prompt for a masked language model.',
      { file: adapter },
      'Export it with --format onnx.',
    );
  for (const name of await readdir(adapter)) await copyFile(join(adapter, name), join(folder, name));
  // PEFT puts a prompt's virtual tokens in front by itself only where it can place all of them.
  const front = placement.instruction.length === 0 ? placement.prepended : 0;
  const example = examplePrompt(template, placement, {
    tokenizer: model.tokenizer,
    front,
    firstVirtualToken: model.tokenizer.vocabularySize,
    settings,
    day,
    configuration: model.configuration,
  });
  // The embedded model is on no hub, and comes as ONNX only.
  if (placement.model.id === 'builtin')
    await writeTransformersFolder(model.folder, model.trainingModel.graph, join(folder, baseFolder));
  await writeTexts(
    folder,
    peftTexts(provenance, { placement, prompt: example, hasPrefix: prompt.prefix !== undefined }),
  );
}

async function writeTexts(folder: string, texts: ExportTexts): Promise<void> {
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
}

/** What one protobuf message can hold. */
const largestFile = 2 ** 31 - 1;

async function writeOnnx(
  folder: string,
  { prompt, placement, template, model, provenance, settings, day }: Source,
): Promise<void> {
  const baked = await bakePrompt(model, prompt, placement.prepended);
  const size = [...baked.model.graph.initializers.values()].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  if (size > largestFile)
    throw new Failure(
      'export-too-large',
      `The model's weights take ${bytes(size)}; one ONNX file holds ${bytes(largestFile)}.`,
      { file: model.file },
      'Export with --format peft, or train with a smaller model.',
    );
  await writeFile(join(folder, 'model.onnx'), writeModel(baked.model));
  await copyFile(join(model.folder, 'generation_config.json'), join(folder, 'generation_config.json')).catch(
    unlessMissing,
  );
  const { config, tokenizer } = model.records;
  const records = {
    'tokenizer.json': tokenizer.definition,
    'tokenizer_config.json': tokenizer.settings,
    'config.json': shortenContext(config, model.configuration.kind === 'masked' ? 0 : baked.front),
  };
  for (const [name, record] of Object.entries(records))
    await writeFile(join(folder, name), `${JSON.stringify(record, null, 2)}\n`);
  await writeFile(join(folder, adapterFiles.placement), `${JSON.stringify(placement, null, 2)}\n`);
  const example = examplePrompt(template, placement, {
    tokenizer: model.tokenizer,
    front: prompt.prefix ? 0 : baked.front,
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    settings,
    day,
    configuration: model.configuration,
  });
  await writeTexts(
    folder,
    onnxTexts(provenance, { placement, prompt: example, front: baked.front, configuration: model.configuration }),
  );
}

const contextFields = ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len'];

/** The constant positions in front take their part of the context. */
function shortenContext(config: Readonly<Record<string, unknown>>, front: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      contextFields.includes(name) && typeof value === 'number' ? value - front : value,
    ]),
  );
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
