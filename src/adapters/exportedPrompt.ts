import type { ModelConfiguration } from '../model/configuration';
import type { LanguageModel } from '../model/openModel';
import type { FormatSettings } from '../template/settings/formatSettings';
import type { Settings } from '../template/settings/settings';
import { endTokensOf } from '../objective/task';
import { placeholderRow } from '../objective/rows/placeholderRow';
import { wordsInPrompt } from '../template/render/words/labelWords';
import { templateRoles } from '../template/render/chat/chatSegments';
import { promptEncoder, type PromptChat } from '../template/render/promptEncoder';
import { textOf, type RenderedPrompt } from '../template/render/renderedPrompt';
import { renderPrompt } from '../template/render/render';
import type { PromptTemplate } from '../template/read/template';
import { encodePrompt, softLayout } from '../template/render/tokens';
import type { Placement } from './placement';

/** A prompt of the template with a placeholder for each variable, as whoever uses an export passes it. */
export interface ExamplePrompt {
  /** The text, where text is all there is to pass. */
  readonly text?: string;
  /** The messages that a chat template makes the text of. */
  readonly chat?: ExampleChat;
  /** Token ids; from `firstVirtualToken` on, virtual tokens that the caller places. */
  readonly ids: readonly number[];
  readonly firstVirtualToken: number;
  /** Words of each label in their place; empty for a free text task. */
  readonly labels: Settings['labels'];
  /** Of a free text task: the tokens that end an answer, and how many an answer has at most. */
  readonly answer?: {
    readonly end: readonly number[];
    readonly most: number;
    /** Whether answers were held to a schema where they were measured, which a program elsewhere does not. */
    readonly wasHeld?: true;
  };
  /** Of a masked language model: its mask, how many stand in the prompt, and where they begin. */
  readonly mask?: { readonly id: number; readonly count: number; readonly at: number };
}

/** Messages as transformers and OpenAI write them, and how their text is made. */
export interface ExampleChat {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Whether the model goes on with the last message, instead of beginning one. */
  readonly continues: boolean;
  /** The chat template, as Jinja, and what it reads beside the messages. */
  readonly template: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly specialTokens: Readonly<Record<string, string>>;
  /** The day that the template reads as today's, `2026-03-14`; absent where it reads none. */
  readonly day?: string;
  /** Whether the tokenizer puts its special tokens around the text itself. */
  readonly addsSpecialTokens: boolean;
}

/** Tokens of an answer at most, so that a prompt that never ends does. */
const longestAnswer = 256;

interface Exporting extends Pick<LanguageModel, 'tokenizer'> {
  /** Virtual tokens that the export puts in front by itself; the others count from `firstVirtualToken` on. */
  readonly front: number;
  /** The id of row 0 in the export: the tokenizer's own, or where rows are put behind the embedding table its size. */
  readonly firstVirtualToken: number;
  readonly settings: FormatSettings & Pick<Settings, 'labels' | 'constrain'>;
  /** The day that a chat template reads as today's: that of the training. */
  readonly day?: string;
  /** End tokens and length of the model's context. */
  readonly configuration: Pick<ModelConfiguration, 'endTokens' | 'contextLength'>;
}

/** The template's prompt as an export takes it. */
export function examplePrompt(
  template: PromptTemplate,
  placement: Placement,
  { tokenizer, front, firstVirtualToken, settings, configuration, day }: Exporting,
): ExamplePrompt {
  const first = tokenizer.firstVirtualToken;
  const total = placement.slots.reduce((most, { offset, length }) => Math.max(most, offset + length), 0);
  const encoder = promptEncoder(tokenizer, settings, day);
  const rendered = renderPrompt(template, placeholderRow(template), encoder);
  const { masks } = softLayout(template, { method: 'hard', length: 0, labels: settings.labels }, encoder);
  const encoded = encodePrompt(rendered, { ...placement, firstVirtualToken: first, total, masks }, encoder);
  const labels = wordsInPrompt(template, settings, { encoder, before: encoded.before });
  const ids = [...encoded.ids];
  let next = first + total;
  if (placement.instruction.length > 0)
    for (const [start, end] of encoded.instruction) for (let i = start; i < end; i++) ids[i] = next++;
  const passed = ids
    .filter((id) => id < first || id >= first + front)
    .map((id) => (id < first ? id : id - first + firstVirtualToken - front));
  if (tokenizer.mask !== undefined)
    return {
      ids: passed,
      firstVirtualToken,
      labels,
      mask: { id: tokenizer.mask, count: masks ?? 1, at: passed.indexOf(tokenizer.mask) },
    };
  const text = textOf(rendered.segments);
  const end = endTokensOf({ encoder }, { configuration });
  const most = Math.max(1, Math.min(longestAnswer, configuration.contextLength - encoded.ids.length));
  const prompt = {
    ids: passed,
    firstVirtualToken,
    labels,
    ...(Object.keys(labels).length === 0 && {
      answer: { end, most, ...(settings.constrain && { wasHeld: true as const }) },
    }),
  };
  if (passed.some((id) => id >= firstVirtualToken)) return prompt;
  return { ...prompt, text, ...(encoder.chat && { chat: chatOf(rendered, encoder.chat) }) };
}

function chatOf({ messages = [] }: RenderedPrompt, chat: PromptChat): ExampleChat {
  return {
    messages: messages.map(({ role, segments }) => ({
      role: templateRoles[role],
      content: textOf(segments),
    })),
    continues: messages.at(-1)?.role === 'model',
    template: chat.source,
    variables: chat.variables,
    specialTokens: chat.specialTokens,
    ...(chat.day !== undefined && { day: chat.day }),
    addsSpecialTokens: chat.isPlain,
  };
}
