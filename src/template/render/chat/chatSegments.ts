import * as l10n from '@vscode/l10n';
import type { ChatMessage, ChatTemplate } from '../../../chat/chatTemplate';
import { joinTexts, own, ownText, Text } from '../../../chat/jinja/values/text';
import { Failure } from '../../../failure';
import type { PromptMessage, Role, Segment } from '../renderedPrompt';

/** What stands for virtual tokens while the chat template is rendered: no white space, so that nothing strips it. */
const softLetter = '\uFFFC';
/** Marks from here on name a soft slot; those of messages follow, two for each, the second for its instruction. */
const [firstSlotMark, firstMessageMark, mostMessages] = [0x100, 0x1000, 0x5000];

/** Roles as chat templates, transformers and OpenAI call them. */
export const templateRoles: Readonly<Record<Role, string>> = { system: 'system', user: 'user', model: 'assistant' };

export interface ChatSegments {
  readonly segments: readonly Segment[];
  readonly messages: readonly PromptMessage[];
}

/**
 * What a chat template makes of messages, up to where the model answers: the assistant's turn is opened, or where the
 * last message is the model's, continued.
 * @throws Failure "chat-refused", "chat-messages", "chat-template", "chat-limit"
 */
export function chatSegments(
  messages: readonly PromptMessage[],
  template: ChatTemplate,
  variables: Readonly<Record<string, unknown>>,
): ChatSegments {
  if (messages.length > mostMessages)
    throw new Failure('chat-limit', l10n.t`The row has ${messages.length} messages; ${mostMessages} can be read.`);
  const last = messages.at(-1);
  if (last?.role === 'model' && last.isHistory)
    throw new Failure(
      'chat-messages',
      l10n.t`The row's messages end with the model's turn, behind which it cannot answer.`,
      {},
      l10n.t`End them with the user's turn, or write a turn of the user behind {{history}}.`,
    );
  const continues = last?.role === 'model';
  const { text, marks } = template.render(messages.map(toChatMessage), {
    variables,
    ...(continues ? { continueFinalMessage: true } : { addGenerationPrompt: true }),
  });
  const shown = new Set<number>();
  const segments = runsOf(marks).map(([from, to]): Segment => {
    const mark = marks.charCodeAt(from);
    if (marks.charAt(from) === own) return { kind: 'text', text: text.slice(from, to), instruction: false, own: true };
    // What stands for a variable of the template belongs to no message.
    if (mark < firstSlotMark) return { kind: 'text', text: text.slice(from, to), instruction: false };
    if (mark < firstMessageMark) return softSegment(mark - firstSlotMark, messages);
    const message = (mark - firstMessageMark) >> 1;
    shown.add(message);
    return { kind: 'text', text: text.slice(from, to), instruction: (mark & 1) === 1, message };
  });
  requireSlots(messages, segments);
  return {
    segments,
    messages: messages.map((message, i) =>
      shown.has(i) || !message.segments.some(isVisible) ? message : { ...message, isDropped: true },
    ),
  };
}

const softSegment = (slot: number, messages: readonly PromptMessage[]): Segment => ({
  kind: 'soft',
  slot,
  message: messages.findIndex(({ segments }) => segments.some((each) => each.kind === 'soft' && each.slot === slot)),
});

const isVisible = (segment: Segment): boolean => segment.kind === 'text' && segment.text.trim() !== '';

function toChatMessage({ role, segments }: PromptMessage, index: number): ChatMessage {
  const parts = segments.flatMap((segment): readonly Text[] => {
    if (segment.kind === 'answer') return [];
    if (segment.kind === 'soft') return [new Text(softLetter, String.fromCharCode(firstSlotMark + segment.slot))];
    const mark = String.fromCharCode(firstMessageMark + 2 * index + (segment.instruction ? 1 : 0));
    return [new Text(segment.text, mark.repeat(segment.text.length))];
  });
  return { role: ownText(templateRoles[role]) as unknown as string, content: joinTexts(parts) };
}

/** Stretches of equal marks; a slot is one of its own. */
function runsOf(marks: string): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (let at = 0; at < marks.length; at++) {
    const last = runs.at(-1);
    const isSlot = marks.charCodeAt(at) >= firstSlotMark && marks.charCodeAt(at) < firstMessageMark;
    if (last && !isSlot && marks[last[0]] === marks[at]) last[1] = at + 1;
    else runs.push([at, at + 1]);
  }
  return runs;
}

/** Virtual tokens that the model never sees would be trained in vain. */
function requireSlots(messages: readonly PromptMessage[], segments: readonly Segment[]): void {
  const shown = new Set(segments.map((segment) => (segment.kind === 'soft' ? segment.slot : undefined)));
  for (const { role, segments: written } of messages)
    for (const segment of written)
      if (segment.kind === 'soft' && !shown.has(segment.slot))
        throw new Failure(
          'chat-messages',
          l10n.t`The model's chat template leaves out the virtual tokens in the message of the ${role}.`,
          {},
          l10n.t`Move {{soft}} into another message.`,
        );
}
