import * as l10n from '@vscode/l10n';
import { decodingOf } from '../decoding/decoding';
import { Failure } from '../failure';
import { requireColumns } from '../objective/rows/requireColumns';
import { closeSplits, openSplits, type Splits } from '../objective/rows/splits';
import type { Task } from '../objective/task';
import type { ScoredTask } from '../scoring/given/scoreAnswers';
import { editorEndpoint, hostedModelOf, type HostedModel } from '../template/read/hostedModel';
import { needsLocalModel } from '../template/read/needsLocalModel';
import { requireAnswerSlot, type PromptTemplate } from '../template/read/template';
import { examplesOf } from '../template/settings/examplesSetting';
import type { Settings } from '../template/settings/settings';
import { sharedWords } from '../template/settings/verbalizer';
import type { LabelWords } from './labelWay';
import { formAtEndpoint } from './requests';

/** A template bound to its data, for a model that runs elsewhere. */
export interface EndpointTask extends ScoredTask, LabelWords {
  readonly hosted: HostedModel;
}

/**
 * Opens the data of a template whose model runs elsewhere, and refuses what cannot be done there.
 * @throws Failure "endpoint-method", "invalid-value", "label-duplicate-word", and as the data give rise to
 */
export async function openEndpointTask(template: PromptTemplate, settings: Settings): Promise<EndpointTask> {
  const hosted = hostedModelOf(template.model);
  if (!hosted) throw new Error(`"${template.model}" names no endpoint.`);
  const { output } = requireAnswerSlot(template);
  requireMeasurable(template, settings);
  const labels = output.kind === 'classification' ? output.labels : [];
  const words = labels.map((label) => placed(settings, label));
  requireWordsApart(template, labels, words);
  const splits = await openSplits(template, settings, output);
  try {
    for (const [split, dataset] of Object.entries(splits))
      await requireColumns({ ...template, output }, dataset, settings.data[split as keyof Splits]!);
    return { template, settings, splits, labels, words, answerField: output.name, hosted };
  } catch (error) {
    await closeSplits(splits);
    throw error;
  }
}

/** In a chat, a word opens the model's turn. */
const placed = (settings: Settings, label: string): readonly string[] => {
  const words = settings.labels[label] ?? [];
  return formAtEndpoint(settings) === 'text' ? words : words.map((word) => word.trim());
};

function requireMeasurable(template: PromptTemplate, settings: Settings): void {
  if (settings.method !== 'hard') throw needsLocalModel(settings, template);
  if (template.slots.length > 0) throw needsLocalModel('virtualTokens', template);
  const refused = unknownThere(template, settings);
  if (refused === undefined) return;
  throw new Failure(
    'invalid-value',
    l10n.t`${refused} has no meaning for a model that runs elsewhere, such as "${template.model}".`,
    { file: template.path },
    l10n.t`Take it out, or name a model of this machine.`,
  );
}

/** A setting whose work is not done by an endpoint; none is passed over in silence. */
function unknownThere({ output, model }: PromptTemplate, settings: Settings): string | undefined {
  const { maxLength, truncate, chat } = settings;
  if (formAtEndpoint(settings) === 'text' && hostedModelOf(model)?.endpoint === editorEndpoint)
    return 'tune.format: text';
  if (maxLength > 0) return 'tune.maxLength';
  if (truncate !== undefined && truncate !== 'none') return 'tune.truncate';
  if (Object.keys(chat ?? {}).length > 0) return 'tune.chat';
  const { choose } = examplesOf(settings) ?? {};
  // Likeness needs embeddings, and a search the losses of thousands of prompts.
  if (choose === 'similar' || choose === 'search') return l10n.t`tune.examples with choose: ${choose}`;
  if (output?.kind === 'generation' && Number.isFinite(decodingOf(settings).topK)) return 'config.topK';
  return undefined;
}

function requireWordsApart(
  template: PromptTemplate,
  labels: Task['labels'],
  words: readonly (readonly string[])[],
): void {
  const bare = labels.find((_, i) => words[i]!.length === 0 || words[i]!.some((word) => word.trim() === ''));
  if (bare !== undefined)
    throw new Failure(
      'label-missing',
      l10n.t`The label "${bare}" has no word.`,
      { file: template.path },
      l10n.t`Give it one.`,
    );
  const [shared] = sharedWords(Object.fromEntries(labels.map((label, i) => [label, words[i]!])));
  if (!shared) return;
  throw new Failure(
    'label-duplicate-word',
    l10n.t`The labels "${shared.first}" and "${shared.second}" have the same word "${shared.word}".`,
    { file: template.path },
    l10n.t`Give each label a word of its own in tune.labels.`,
  );
}
