import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import { requireColumns } from '../objective/rows/requireColumns';
import { closeSplits, openSplits, type Splits } from '../objective/rows/splits';
import type { Task } from '../objective/task';
import type { ScoredTask } from '../scoring/given/scoreAnswers';
import { hostedModelOf, type HostedModel } from '../template/read/hostedModel';
import { requireAnswerSlot, type PromptTemplate } from '../template/read/template';
import type { Settings } from '../template/settings/settings';
import { sharedWords } from '../template/settings/verbalizer';
import type { LabelWords } from './asking/labelWay';
import { formAtEndpoint } from './formAtEndpoint';
import { requireMeasurable } from './requireMeasurable';

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
