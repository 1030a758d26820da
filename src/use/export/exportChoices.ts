import * as l10n from '@vscode/l10n';
import { exportFits, isMaskedModel } from '../../adapters/exportFits';
import type { RunRecord } from '../../runs/record/record';
import { recordedTemplate } from '../../runs/record/recordedTemplate';
import type { ExportFormat } from './exportFormats';

export interface ExportChoice {
  readonly format: ExportFormat;
  /** What it takes to use the export, or why there is none, in a sentence. */
  readonly needs: string;
  readonly fits: boolean;
}

/** What a run can be exported as, what fits first: of a hard prompt its text alone. */
export async function exportChoices(
  record: Pick<RunRecord, 'method' | 'model' | 'rewritten' | 'settings' | 'template'>,
): Promise<readonly ExportChoice[]> {
  const text = textChoice(record);
  if (record.method === 'hard') return [text];
  const isMasked = await isMaskedModel(record.model.path);
  const choices = [
    ...(await exportFits(record.model)),
    pipelineChoice(record),
    ...(['embeddings', 'tensorrt-llm'] as const).map((format) => vectorChoice(format, record, isMasked)),
    text,
  ];
  return [...choices.filter(({ fits }) => fits), ...choices.filter(({ fits }) => !fits)];
}

function textChoice({ method, rewritten }: Pick<RunRecord, 'method' | 'rewritten'>): ExportChoice {
  const fits = method === 'hard' || rewritten !== undefined;
  return {
    format: 'text',
    fits,
    needs: fits
      ? l10n.t`Needs nothing learned: any model reads it.`
      : l10n.t`This run learned vectors, which no text carries.`,
  };
}

function pipelineChoice(record: Pick<RunRecord, 'method' | 'rewritten' | 'settings' | 'template'>): ExportChoice {
  const { instruction } = record.settings;
  const inText =
    (record.method === 'v2' && (instruction === 'embeddings' || instruction === 'both')) ||
    recordedTemplate(record).slots.length > 0;
  return {
    format: 'transformers.js',
    fits: !inText,
    needs: inText
      ? l10n.t`Vectors of this prompt stand within its text, which its pipelines take as text alone.`
      : l10n.t`Needs nothing else: the model is inside.`,
  };
}

function vectorChoice(
  format: 'embeddings' | 'tensorrt-llm',
  { method, model, settings }: Pick<RunRecord, 'method' | 'model' | 'settings'>,
  isMasked: boolean,
): ExportChoice {
  const hasPrefix = method === 'v2' && settings.layers === 'all';
  const needs = hasPrefix
    ? l10n.t`Keys and values in every layer are no embeddings.`
    : isMasked
      ? l10n.t`No such server reads a masked language model.`
      : format === 'embeddings'
        ? l10n.t`Needs ${model.id} on a server that takes embeddings.`
        : l10n.t`Needs an engine of ${model.id} with room for a prompt table.`;
  return { format, fits: !hasPrefix && !isMasked, needs };
}
