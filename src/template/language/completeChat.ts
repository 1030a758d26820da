import * as l10n from '@vscode/l10n';
import { chatTemplateNames } from '../../chat/findChatTemplate';
import { Failure } from '../../failure';
import { analysisOfText } from '../read/analysisCache';
import type { TemplateContext } from '../read/templateContext';
import { leadOf } from '../render/words/answerTokens';
import { chatVariables } from '../render/chat/chatVariables';
import { formOfTemplate } from '../render/promptForm';
import { answerPlace } from '../render/length/promptLength';
import { ownWord } from '../settings/verbalizer';
import { isMapping } from '../syntax/schema';
import type { TolerantParse } from '../syntax/tolerantParse';
import type { Proposal } from './completionItem';

/** A label as its own word where the model answers: in most chats as it is, in a text after a space. */
export function wordsAsLabels(
  { text }: TolerantParse,
  { encoder, readPartial, sampleRows }: TemplateContext,
): (label: string) => string {
  if (!encoder) return ownWord;
  const place = answerPlace(analysisOfText(text, readPartial), encoder, sampleRows?.[0]);
  return place.encoder.chat ? (label) => leadOf(place.before, label) + label : ownWord;
}

/** The variables that the chat template of the model reads, and the name of one of several chat templates. */
export function proposeChatVariables(
  { text, value }: TolerantParse,
  { encoder, readPartial }: TemplateContext,
): readonly Proposal[] {
  if (!encoder || formOfTemplate(analysisOfText(text, readPartial), encoder).kind !== 'chat') return [];
  const written = value['tune.chat'];
  const variables = readable(() => chatVariables(encoder, isMapping(written) ? written : {}) ?? []);
  return [
    ...variables.map((name): Proposal => ({
      label: name,
      kind: 'variable',
      insert: `${name}: `,
      detail: l10n.t`variable of the model's chat template`,
    })),
    ...(namesOf(encoder).length > 1
      ? [
          {
            label: 'chat_template',
            kind: 'setting',
            insert: 'chat_template: ',
            detail: l10n.t`one of several chat templates of the model`,
          } as const,
        ]
      : []),
  ];
}

/** Values of a variable: the names of the chat templates, and what switches take. */
export function proposeChatValues(name: string, { encoder }: TemplateContext): readonly Proposal[] {
  if (name === 'chat_template') return namesOf(encoder ?? {}).map((each) => ({ label: each, kind: 'value' }));
  return /^(?:enable|disable|add|is|has|use)_|thinking/.test(name)
    ? ['true', 'false'].map((each) => ({ label: each, kind: 'value' }))
    : [];
}

const namesOf = ({ chatTemplates }: Pick<NonNullable<TemplateContext['encoder']>, 'chatTemplates'>) =>
  chatTemplates ? readable(() => chatTemplateNames(chatTemplates)) : [];

/** Nothing is proposed from a chat template that cannot be read. */
function readable(names: () => readonly string[]): readonly string[] {
  try {
    return names();
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
