import * as l10n from '@vscode/l10n';
import { decodingOf } from '../decoding/decoding';
import { Failure } from '../failure';
import { editorEndpoint, hostedModelOf } from '../template/read/hostedModel';
import { needsLocalModel } from '../template/read/needsLocalModel';
import type { PromptTemplate } from '../template/read/template';
import { examplesOf } from '../template/settings/examplesSetting';
import type { Settings } from '../template/settings/settings';
import { formAtEndpoint } from './formAtEndpoint';

/**
 * Refuses what takes a model that runs here.
 * @throws Failure "endpoint-method" for a method and virtual tokens, "invalid-value" for a setting
 */
export function requireMeasurable(template: PromptTemplate, settings: Settings): void {
  if (settings.method !== 'hard') throw needsLocalModel(settings, template);
  if (template.slots.length > 0) throw needsLocalModel('virtualTokens', template);
  requireDrawnExamples(template, settings);
  const refused = unknownThere(template, settings);
  if (refused === undefined) return;
  throw new Failure(
    'invalid-value',
    l10n.t`${refused} has no meaning for a model that runs elsewhere, such as "${template.model}".`,
    { file: template.path },
    l10n.t`Take it out, or name a model of this machine.`,
  );
}

/** Likeness needs embeddings, and a search the losses of thousands of prompts. @throws Failure "invalid-value" */
function requireDrawnExamples({ path, model }: PromptTemplate, settings: Settings): void {
  const { choose } = examplesOf(settings) ?? {};
  if (choose === undefined || choose === 'random') return;
  throw new Failure(
    'invalid-value',
    choose === 'search'
      ? l10n.t`tune.examples with choose: search tries thousands of prompts by their losses, which a model that runs \
elsewhere, such as "${model}", does not give.`
      : l10n.t`tune.examples with choose: similar compares rows by embeddings, which a model that runs elsewhere, such \
as "${model}", does not give.`,
    { file: path },
    l10n.t`Write choose: random, which draws them by the seed; or search on a model of this machine, and Use what it \
finds as text.`,
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
  if (output?.kind === 'generation' && Number.isFinite(decodingOf(settings).topK)) return 'config.topK';
  return undefined;
}
