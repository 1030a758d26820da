import * as l10n from '@vscode/l10n';
import { hasChatTemplate } from '../../chat/findChatTemplate';
import { Failure } from '../../failure';
import type { Analysis } from '../read/analysis';
import type { FormatSettings } from '../settings/formatSettings';
import type { Format } from '../settings/settings';
import type { TokenEncoder } from '../text/tokenEncoder';

/** In which form a model reads a prompt, for people. */
export interface PromptForm {
  /** `plain` is the form of messages for a model without a chat template; `unknown` where no model could be read. */
  readonly kind: 'chat' | 'plain' | 'text' | 'refused' | 'unknown';
  /** A few words, such as `chat: the model's chat template`. */
  readonly name: string;
  /** Why it is that form, in a sentence. */
  readonly why: string;
}

/** The form in which a template asks to be read. @param encoder undefined where the model could not be read */
export const formOfTemplate = (
  { written: { format = 'auto', chat } }: Pick<Analysis, 'written'>,
  encoder: Pick<TokenEncoder, 'mask' | 'chatTemplates'> | undefined,
): PromptForm => promptForm({ format, chat }, encoder);

/** @param encoder undefined where the model could not be read */
export function promptForm(
  { format = 'text', chat }: Pick<FormatSettings, 'format' | 'chat'>,
  encoder: Pick<TokenEncoder, 'mask' | 'chatTemplates'> | undefined,
): PromptForm {
  if (!encoder) return withoutModel(format);
  const set = l10n.t`tune.format is ${format}`;
  if (encoder.mask !== undefined)
    return format === 'chat'
      ? { kind: 'refused', name: l10n.t`nothing`, why: l10n.t`${set}, but a masked language model reads no messages.` }
      : { kind: 'text', name: l10n.t`text`, why: l10n.t`${set}, and a masked language model reads no messages.` };
  const hasTemplate = readsBothForms(encoder);
  if (format === 'text')
    return {
      kind: 'text',
      name: l10n.t`text`,
      why: hasTemplate ? l10n.t`${set}: the model's chat template is not used.` : l10n.t`${set}.`,
    };
  if (hasTemplate) {
    const named = chat?.chat_template;
    const why = format === 'auto' ? l10n.t`${set}, and the model has a chat template.` : l10n.t`${set}.`;
    const name =
      typeof named === 'string'
        ? l10n.t`chat: the model's chat template “${named}”`
        : l10n.t`chat: the model's chat template`;
    return { kind: 'chat', name, why };
  }
  return format === 'chat'
    ? { kind: 'plain', name: l10n.t`chat: plain form, the model has no chat template`, why: l10n.t`${set}.` }
    : { kind: 'text', name: l10n.t`text`, why: l10n.t`${set}, and the model has no chat template.` };
}

/** Whether a model reads messages by a chat template of its own, and one text as well. */
export const readsBothForms = ({ mask, chatTemplates }: Pick<TokenEncoder, 'mask' | 'chatTemplates'>): boolean =>
  mask === undefined && chatTemplates !== undefined && hasChatTemplate(chatTemplates);

/**
 * The form of a prompt: messages or one text.
 * @throws Failure "chat-missing" for messages to a masked language model
 */
export function formatOf(
  encoder: Pick<TokenEncoder, 'mask' | 'chatTemplates'>,
  settings: FormatSettings,
): Exclude<Format, 'auto'> {
  const { kind } = promptForm(settings, encoder);
  if (kind === 'refused')
    throw new Failure(
      'chat-missing',
      l10n.t`The model is a masked language model, which reads no messages.`,
      {},
      l10n.t`Set tune.format to text, or choose a causal model.`,
    );
  return kind === 'text' ? 'text' : 'chat';
}

function withoutModel(format: string): PromptForm {
  if (format === 'text') return { kind: 'text', name: l10n.t`text`, why: l10n.t`tune.format is text.` };
  const why = l10n.t`The model could not be read, so that its chat template is not known`;
  return format === 'chat'
    ? { kind: 'unknown', name: l10n.t`chat: the chat template is not known`, why: l10n.t`${why}.` }
    : {
        kind: 'unknown',
        name: l10n.t`a form that is not known`,
        why: l10n.t`${why}; tune.format is auto: chat where the model has a chat template, else text.`,
      };
}
