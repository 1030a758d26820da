import { findChatTemplate } from '../../../chat/findChatTemplate';
import { JinjaError } from '../../../chat/jinja/values/budget';
import { templateVariables } from '../../../chat/templateVariables';
import type { TokenEncoder } from '../../text/tokenEncoder';

const known = new Map<string, readonly string[] | undefined>();

/**
 * The variables that a model's chat template reads, which `tune.chat` may give.
 * @returns undefined for a template that cannot be parsed
 * @throws Failure "chat-template" where there is no chat template of the name in `tune.chat`
 */
export function chatVariables(
  { chatTemplates }: Pick<TokenEncoder, 'chatTemplates'>,
  { chat_template: name }: Readonly<Record<string, unknown>>,
): readonly string[] | undefined {
  const source = chatTemplates && findChatTemplate(chatTemplates, name);
  if (source === undefined) return [];
  const found = known.has(source) ? known.get(source) : parsedVariables(source);
  known.set(source, found);
  return found;
}

function parsedVariables(source: string): readonly string[] | undefined {
  try {
    return templateVariables(source);
  } catch (error) {
    if (error instanceof JinjaError) return undefined;
    throw error;
  }
}
