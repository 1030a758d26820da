import * as l10n from '@vscode/l10n';
import { dirname, join } from 'node:path';
import { examplePrompt, type ExamplePrompt } from '../../adapters/exportedPrompt';
import { adapterFiles, readAdapter } from '../../adapters/peft';
import { readPlacement, type Placement } from '../../adapters/placement';
import type { Provenance } from '../../adapters/readmeParts';
import { Failure } from '../../failure';
import { fraction, metricInterval, metricNumber } from '../../words/formatNumbers';
import { openModel, type LanguageModel } from '../../model/openModel';
import { trainedParameters, type SoftPrompt } from '../../objective/prompt';
import { dayOfRun, formDifference, formOf } from '../../objective/recordedForm';
import { measuredRows, selectionText } from '../../runs/record/words/describeProvenance';
import { decidingMetric } from '../../runs/record/measuredMetrics';
import type { EvaluationResult, RunRecord } from '../../runs/record/record';
import { recordedTemplate } from '../../runs/record/recordedTemplate';
import type { PromptTemplate } from '../../template/read/template';
import { promptEncoder } from '../../template/render/promptEncoder';
import type { Settings } from '../../template/settings/settings';

/** The trained prompt of a run, opened with all that it was trained with. */
export interface ExportSource {
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
 * Opens what a run has learned.
 * @throws Failure "nothing-to-export", "export-model-changed", and those of opening adapter and model
 */
export async function openExportSource(folder: string, record: RunRecord): Promise<ExportSource> {
  if (record.method === 'hard')
    throw new Failure(
      'nothing-to-export',
      l10n.t`The run ${record.id} measured a hard prompt; nothing was trained.`,
      { file: folder },
      l10n.t`Export a run of soft, v1 or v2, or its text with --format text.`,
    );
  const adapter = join(folder, 'adapter');
  const prompt = await readAdapter(adapter);
  const placementFile = join(adapter, adapterFiles.placement);
  const placement = await readPlacement(placementFile);
  if (!placement)
    throw new Failure(
      'adapter-missing',
      l10n.t`The adapter does not say where its vectors stand.`,
      { file: placementFile },
      l10n.t`Train the run again.`,
    );
  const template = recordedTemplate(record);
  const model = await openModel(template.model, dirname(record.template.path));
  if (model.sha256 !== placement.model.sha256)
    throw new Failure(
      'export-model-changed',
      l10n.t`The model has changed since the run.`,
      { file: model.file },
      l10n.t`Restore the file, or train a new run.`,
    );
  const { settings } = record;
  const day = dayOfRun(record);
  const form = formOf({ encoder: promptEncoder(model.tokenizer, settings, day) });
  const difference = formDifference(record.form ?? placement.form, form);
  if (difference !== undefined)
    throw new Failure(
      'export-model-changed',
      l10n.t`Since the run, ${difference} has changed.`,
      { file: model.tokenizer.chatTemplates?.file ?? model.file },
      l10n.t`Restore the file, or train a new run.`,
    );
  const provenance = provenanceOf(record, template, prompt);
  return { adapter, prompt, placement, template, model, provenance, settings, day };
}

/** Where an export comes from. */
export function provenanceOf(
  { id, result }: Pick<RunRecord, 'id' | 'result'>,
  { name, variant }: PromptTemplate,
  prompt?: SoftPrompt,
): Provenance {
  return {
    name: variant ? `${name}.${variant}` : name,
    run: id,
    trainedParameters: prompt ? trainedParameters(prompt) : 0,
    ...(result && { quality: qualityText(result) }),
  };
}

/** The number with all that must be known beside it. */
export function qualityText(result: EvaluationResult): string {
  const { name, value, interval, scale } = decidingMetric(result);
  const number = Number.isFinite(value) ? `${name} ${metricNumber(value, scale)}` : `loss ${fraction(result.loss)}`;
  const ends = interval ? `95 % interval ${metricInterval(interval, scale)}, ` : '';
  const selection = selectionText(result);
  return `${number} on ${result.split} (${ends}${measuredRows(result)}${selection ? `; ${selection}` : ''})`;
}

/**
 * The example of an export whose ids stand behind a model's own embedding table.
 * @param front virtual tokens that the export puts in front by itself
 */
export function exampleOf(
  { template, placement, model, settings, day }: ExportSource,
  front: number,
  firstVirtualToken = model.tokenizer.vocabularySize,
): ExamplePrompt {
  const { tokenizer, configuration } = model;
  return examplePrompt(template, placement, { tokenizer, front, firstVirtualToken, settings, day, configuration });
}

/** Virtual tokens that can be put in front of a text without knowing it: none where some stand within it. */
export const frontTokens = ({ placement }: Pick<ExportSource, 'placement'>): number =>
  placement.instruction.length === 0 ? placement.prepended : 0;
