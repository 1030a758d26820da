import { basename } from 'node:path';
import { stringify } from 'yaml';
import { asMarkdown } from '../../words/writeTable';
import { isHubId } from '../../adapters/exportSnippets';
import { fenced, markdown, paragraph } from '../../adapters/readmeParts';
import { count, fraction, metricInterval, metricNumber } from '../../words/formatNumbers';
import { methodTitles } from '../../words/methodTitles';
import { measuredRows, selectionText } from '../../runs/record/words/describeProvenance';
import { measuredMetrics, type NamedMetric } from '../../runs/record/measuredMetrics';
import type { EvaluationResult, RunRecord } from '../../runs/record/record';
import { recordedTemplate } from '../../runs/record/recordedTemplate';
import { splitPromptFile } from '../../template/syntax/dotprompt';
import type { ExportFormat } from './exportFormats';

type CardRecord = Pick<
  RunRecord,
  | 'id'
  | 'method'
  | 'model'
  | 'template'
  | 'rewritten'
  | 'result'
  | 'textResult'
  | 'data'
  | 'settings'
  | 'versions'
  | 'learningRate'
  | 'initFrom'
  | 'finished'
>;

/** What is known of the model beneath a prompt. */
export interface CardBase {
  /** By the card of the model; null where that says none, or there is none. */
  readonly licence: string | null;
  readonly kind: 'causal' | 'masked';
}

/** The library that opens an export, by its name on the hub. */
const libraries: Partial<Readonly<Record<ExportFormat, string>>> = {
  peft: 'peft',
  onnx: 'onnx',
  'transformers.js': 'transformers.js',
};

/** PEFT's and the papers' names of the methods, by which people look for them. */
const methodTags: Readonly<Record<string, readonly string[]>> = {
  hard: [],
  soft: ['prompt-tuning', 'soft-prompt'],
  v1: ['p-tuning', 'soft-prompt'],
  v2: ['p-tuning-v2', 'prefix-tuning'],
};

/**
 * The head of a model card as the hub reads it (huggingface/hub-docs, modelcard.md): base model, library, tags, and
 * what was measured. Nothing in it names a place on this machine.
 * @param format of the export that the card belongs to; absent for the run itself
 */
export function cardHead(record: CardRecord, { licence, kind }: CardBase, format?: ExportFormat): string {
  const { method, model, result } = record;
  const measured = format === 'text' && method !== 'hard' ? record.textResult : result;
  const template = recordedTemplate(record);
  const isLabels = template.output?.kind === 'classification';
  const head = {
    ...(isHubId(hubName(model.id)) && { base_model: hubName(model.id), base_model_relation: 'adapter' }),
    ...(format !== undefined && libraries[format] && { library_name: libraries[format] }),
    ...(licence !== null && { license: licence }),
    pipeline_tag: kind === 'masked' ? 'fill-mask' : 'text-generation',
    tags: ['prompt-tuner', ...(methodTags[method] ?? []), ...(format === 'embeddings' ? ['vllm'] : [])],
    ...(measured && { 'model-index': [indexOf(record, measured, { name: template.name, isLabels })] }),
  };
  return `---\n${stringify(head, { lineWidth: 0 })}---\n`;
}

/** A hub id without what chooses one of its files. */
const hubName = (id: string): string => id.replace(/#.*$/, '');

function indexOf(
  { data }: Pick<CardRecord, 'data'>,
  result: EvaluationResult,
  { name, isLabels }: { readonly name: string; readonly isLabels: boolean },
): object {
  const source = data[result.split];
  return {
    name,
    results: [
      {
        task: { type: isLabels ? 'text-classification' : 'text-generation' },
        dataset: {
          name: source ? basename(source.path) : result.split,
          type: 'local',
          split: result.split,
          ...(source && { revision: source.sha256 }),
        },
        metrics: measuredMetrics(result)
          .filter(({ value }) => Number.isFinite(value))
          .map((metric) => ({ type: metric.name, value: metric.value, name: metricTitle(metric) })),
      },
    ],
  };
}

function metricTitle({ name, interval, scale }: NamedMetric): string {
  return interval ? `${name} (95 % interval ${metricInterval(interval, scale)})` : name;
}

/** What a card says of a run behind the head and the way to use it: results, training, data, licence. */
export function cardSections(record: CardRecord, { licence }: CardBase, format?: ExportFormat): string {
  const { model, result, textResult, method } = record;
  const ofText = format === 'text' && method !== 'hard';
  const results = [
    ...(ofText ? [] : resultsOf(result)),
    ...(textResult ? ['The text alone, nothing learned beside it:', ...resultsOf(textResult)] : []),
  ];
  return markdown([
    '## Results',
    ...(results.length > 0 ? results : ['Not measured.']),
    '## Training',
    ...trainingOf(record),
    '## Data',
    ...dataOf(record),
    '## Base model and licence',
    paragraph(
      `\`${shownModel(model.id)}\`, ${count(model.parameters)} numbers, SHA-256 \`${model.sha256}\`.`,
      licence === null
        ? 'Its licence is not written beside it: what may be done with this prompt follows from it.'
        : `Its licence is ${licence}, which what is made from it follows.`,
    ),
  ]);
}

/** A path may name whoever trained; what it ends with does not. */
const shownModel = (id: string): string => (id === 'builtin' || isHubId(hubName(id)) ? id : basename(id));

function resultsOf(result: EvaluationResult | undefined): readonly string[] {
  if (!result) return [];
  const selection = selectionText(result);
  const rows = measuredMetrics(result).map(({ name, value, interval, scale }) => [
    name,
    Number.isFinite(value) ? metricNumber(value, scale) : '–',
    interval ? metricInterval(interval, scale) : '–',
  ]);
  return [
    asMarkdown({
      headings: ['metric', 'value', '95 % interval'],
      rows: [...rows, ['loss', fraction(result.loss), '–']],
      alignment: ['left', 'right', 'right'],
    }),
    `On ${measuredRows(result)}${selection ? `; ${selection}` : ''}.`,
  ];
}

function trainingOf({
  id,
  method,
  settings,
  learningRate,
  versions,
  initFrom,
  finished,
}: CardRecord): readonly string[] {
  const made = paragraph(
    `Run \`${id}\` of Prompt Tuner ${versions.promptTuner}`,
    `(ONNX Runtime ${versions.onnxruntime})${finished ? `, ${finished.slice(0, 10)}` : ''}.`,
  );
  if (method === 'hard') return [made, 'Nothing was trained: the text is as a person wrote it.'];
  const rows: readonly (readonly [string, string])[] = [
    ['method', methodTitles[method]],
    ['virtual tokens', count(settings.length)],
    ['steps', count(settings.steps)],
    ['rows a step', count(settings.batchSize * settings.accumulate)],
    ['learning rate', String(learningRate ?? settings.learningRate)],
    ['optimizer', settings.blackBox ? 'CMA-ES, forward passes alone' : settings.optimizer],
    ['objective', settings.objective],
    ['seed', String(settings.seed)],
  ];
  return [
    made,
    asMarkdown({ headings: ['setting', 'value'], rows }),
    ...(initFrom === undefined ? [] : ['It went on from another adapter, whose data are not known here.']),
  ];
}

function dataOf({ data }: Pick<CardRecord, 'data'>): readonly string[] {
  const rows = (['train', 'dev', 'test'] as const).flatMap((split) => {
    const source = data[split];
    return source ? [[split, basename(source.path), count(source.rows), source.sha256]] : [];
  });
  return rows.length > 0 ? [asMarkdown({ headings: ['split', 'file', 'rows', 'SHA-256'], rows })] : ['None is named.'];
}

/** The card of a run by itself. */
export function runCard(record: CardRecord, base: CardBase): string {
  const template = recordedTemplate(record);
  const about = markdown([
    `# ${template.variant ? `${template.name}.${template.variant}` : template.name}`,
    template.description ?? `A prompt for \`${shownModel(record.model.id)}\`.`,
    '## Prompt',
    fenced('handlebars', splitPromptFile(template.text).body.text),
  ]);
  return `${cardHead(record, base)}${about}\n${cardSections(record, base)}`;
}
