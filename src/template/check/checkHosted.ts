import * as l10n from '@vscode/l10n';
import type { Analysis } from '../read/analysis';
import { editorEndpoint, hostedModelOf, type HostedModel } from '../read/hostedModel';
import { entryAt } from '../syntax/frontMatter';
import { examplesOf, examplesText } from '../settings/examplesSetting';
import { replacement, type Draft } from '../text/finding';

/** Keys that count or shape tokens of a model which is read here, and what they are when they do nothing. */
const localKeys = [
  ['tune.maxLength', 0],
  ['tune.truncate', 'none'],
] as const;

/** `hosted-model`: what a template asks for and a model that runs elsewhere cannot do. */
export function hostedDrafts({ frontMatter, written, usage, output }: Analysis): readonly Draft[] {
  const { model } = frontMatter.value;
  const hosted = typeof model === 'string' ? hostedModelOf(model) : undefined;
  if (!hosted) return [];
  const method = entryAt(frontMatter, ['tune.method']);
  return [
    ...(method && written.method !== undefined && written.method !== 'hard'
      ? [
          {
            ...draft(method.valueSpan, l10n.t`: the method ${written.method} trains through it, which only works here`),
            fixes: [replacement(l10n.t`Replace with "hard"`, method.valueSpan, 'hard')],
          },
        ]
      : []),
    ...(usage?.softs ?? []).map(({ span }) => draft(span, l10n.t`, which reads text and no virtual tokens`)),
    ...examplesDrafts({ frontMatter, written }),
    ...localKeys.flatMap(([key, nothing]) => {
      const entry = entryAt(frontMatter, [key]);
      return entry && frontMatter.value[key] !== nothing
        ? [draft(entry.keySpan, l10n.t`, whose tokens are not counted here: ${key} has no meaning for it`)]
        : [];
    }),
    ...formDrafts({ frontMatter, written }, hosted),
    ...(output?.values === undefined ? topKDrafts({ frontMatter, written }) : []),
  ];
}

/** Who answers puts the messages into the form that its model reads; the editor's own models take nothing else. */
function formDrafts(
  { frontMatter, written }: Pick<Analysis, 'frontMatter' | 'written'>,
  { endpoint }: HostedModel,
): readonly Draft[] {
  const [chat, format] = [entryAt(frontMatter, ['tune.chat']), entryAt(frontMatter, ['tune.format'])];
  return [
    ...(chat && Object.keys(written.chat ?? {}).length > 0
      ? [draft(chat.keySpan, l10n.t`, with a chat template of its own: ${'tune.chat'} has no meaning for it`)]
      : []),
    ...(format && written.format === 'text' && endpoint === editorEndpoint
      ? [
          {
            ...draft(format.valueSpan, l10n.t` and takes messages alone: tune.format cannot be text`),
            fixes: [replacement(l10n.t`Replace with "chat"`, format.valueSpan, 'chat')],
          },
        ]
      : []),
  ];
}

/** A label is chosen, not drawn. */
function topKDrafts({ frontMatter, written }: Pick<Analysis, 'frontMatter' | 'written'>): readonly Draft[] {
  const topK = entryAt(frontMatter, ['config', 'topK']);
  return topK && written.config?.topK !== undefined
    ? [draft(topK.keySpan, l10n.t`, behind an interface that has none: ${'config.topK'} has no meaning for it`)]
    : [];
}

/** Examples that the seed draws are shown anywhere. */
function examplesDrafts({ frontMatter, written }: Pick<Analysis, 'frontMatter' | 'written'>): readonly Draft[] {
  const entry = entryAt(frontMatter, ['tune.examples']);
  const examples = written.examples && examplesOf({ examples: written.examples });
  if (!entry || !examples || examples.choose === 'random') return [];
  const why =
    examples.choose === 'search'
      ? l10n.t`, which gives no losses: tune.examples draws rows there by choose: random alone`
      : l10n.t`, which gives no embeddings: tune.examples draws rows there by choose: random alone`;
  const random = examplesText({ ...examples, choose: 'random' });
  return [
    {
      ...draft(entry.valueSpan, why),
      fixes: [replacement(l10n.t`Replace with "${random}"`, entry.valueSpan, random)],
    },
  ];
}

const draft = (span: Draft['span'], why: string): Draft => ({
  code: 'hosted-model',
  severity: 'error',
  span,
  message: l10n.t`The model runs elsewhere${why}. Take it out, or name a model of this machine.`,
});
