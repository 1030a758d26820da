import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { isNumber, isText, listOf, nullable, object, optional, type Infer } from '../../channel/guards';
import { unreadable } from '../client';

/** A token that could have stood at a place, with its log-probability in nats. */
const isRated = object({ token: isText, logprob: isNumber });
export type RatedToken = Infer<typeof isRated>;

/** One text of a reply. */
const isReplyText = object({
  text: isText,
  /** `stop`, `length`, `content_filter` … */
  finish: isText,
  /** The likeliest first tokens of the answer; absent where the endpoint names none. */
  first: optional(listOf(isRated)),
  /** Every token of the text with its log-probability, null for the very first; absent where it names none. */
  tokens: optional(listOf(object({ token: isText, logprob: nullable(isNumber) }))),
});
export type ReplyText = Infer<typeof isReplyText>;

/** What is kept of a reply. */
export const isEndpointReply = object({
  texts: listOf(isReplyText),
  /** What the endpoint says that has answered. */
  model: isText,
  fingerprint: optional(isText),
  usage: optional(object({ prompt: isNumber, completion: isNumber })),
});
export type EndpointReply = Infer<typeof isEndpointReply>;

const isUsage = optional(
  nullable(object({ prompt_tokens: optional(nullable(isNumber)), completion_tokens: optional(nullable(isNumber)) })),
);
const isHead = object({
  model: optional(nullable(isText)),
  system_fingerprint: optional(nullable(isText)),
  usage: isUsage,
});
type Head = Infer<typeof isHead>;

/** Some servers answer in parts, of which those of another type are no answer. */
const isPart = object({ type: isText, text: optional(isText) });
function isContent(value: unknown): value is string | readonly Infer<typeof isPart>[] {
  return isText(value) || listOf(isPart)(value);
}

/** JSON has no −∞, for which some servers write null. */
const isPerhapsRated = object({ token: isText, logprob: nullable(isNumber) });

const isChat = object({
  choices: listOf(
    object({
      message: object({ content: optional(nullable(isContent)), refusal: optional(nullable(isText)) }),
      finish_reason: optional(nullable(isText)),
      logprobs: optional(
        nullable(
          object({
            content: optional(nullable(listOf(object({ top_logprobs: optional(nullable(listOf(isPerhapsRated))) })))),
          }),
        ),
      ),
    }),
  ),
});

const isCompletion = object({
  choices: listOf(
    object({
      text: isText,
      index: optional(isNumber),
      finish_reason: optional(nullable(isText)),
      logprobs: optional(
        nullable(
          object({
            tokens: optional(nullable(listOf(isText))),
            token_logprobs: optional(nullable(listOf(nullable(isNumber)))),
            top_logprobs: optional(nullable(listOf(nullable(isTable)))),
          }),
        ),
      ),
    }),
  ),
});

function isTable(value: unknown): value is Readonly<Record<string, number>> {
  return typeof value === 'object' && value !== null && Object.values(value).every(isNumber);
}

/**
 * Reads a reply to `/chat/completions`.
 * @throws Failure "endpoint-reply" for one of another shape, or with another number of answers than one
 */
export function readChatReply(reply: unknown, address: string): EndpointReply {
  if (!isChat(reply) || !isHead(reply)) throw unreadable(address, shapeOf(reply));
  requireNumber(reply.choices.length, 1, address);
  const [{ message, finish_reason: finish, logprobs }] = reply.choices as [(typeof reply.choices)[number]];
  const [first] = logprobs?.content ?? [];
  const likeliest = (first?.top_logprobs ?? []).flatMap(({ token, logprob }) =>
    logprob === null ? [] : [{ token, logprob }],
  );
  return {
    ...headOf(reply),
    texts: [
      {
        text: textOf(message.content),
        finish: message.refusal ? 'refusal' : (finish ?? ''),
        ...(likeliest.length > 0 && { first: likeliest }),
      },
    ],
  };
}

/**
 * Reads a reply to `/completions`.
 * @param wanted texts that were asked for
 * @param behind the first token behind this many letters of the text is that of the answer
 * @throws Failure "endpoint-reply"
 */
export function readCompletionReply(
  reply: unknown,
  { wanted, address }: { readonly wanted: number; readonly address: string },
): EndpointReply {
  if (!isCompletion(reply) || !isHead(reply)) throw unreadable(address, shapeOf(reply));
  requireNumber(reply.choices.length, wanted, address);
  const inOrder = reply.choices
    .map((choice, position) => ({ choice, place: choice.index ?? position }))
    .sort((a, b) => a.place - b.place);
  if (inOrder.some(({ place }, i) => place !== i))
    throw unreadable(address, l10n.t`answers that are numbered otherwise`);
  return {
    ...headOf(reply),
    texts: inOrder.map(({ choice: { text, finish_reason: finish, logprobs } }) => {
      const { tokens, token_logprobs: rated, top_logprobs: top } = logprobs ?? {};
      const isRatedWhole = tokens && rated && tokens.length === rated.length && tokens.length > 0;
      const first = top?.[0];
      return {
        text,
        finish: finish ?? '',
        ...(isRatedWhole && { tokens: tokens.map((token, i) => ({ token, logprob: rated[i]! })) }),
        ...(first && { first: Object.entries(first).map(([token, logprob]) => ({ token, logprob })) }),
      };
    }),
  };
}

const textOf = (content: string | readonly Infer<typeof isPart>[] | null | undefined): string =>
  typeof content === 'object' && content !== null
    ? content.map(({ type, text = '' }) => (type === 'text' ? text : '')).join('')
    : (content ?? '');

function headOf({ model, system_fingerprint: fingerprint, usage }: Head): Omit<EndpointReply, 'texts'> {
  return {
    model: model ?? '',
    ...(fingerprint && { fingerprint }),
    ...(typeof usage?.prompt_tokens === 'number' && {
      usage: { prompt: usage.prompt_tokens, completion: usage.completion_tokens ?? 0 },
    }),
  };
}

function requireNumber(there: number, wanted: number, address: string): void {
  if (there !== wanted) throw unreadable(address, l10n.t`${counted(there, 'answer')} where ${wanted} were asked for`);
}

function shapeOf(reply: unknown): string {
  if (typeof reply === 'string') return /^\s*</.test(reply) ? l10n.t`a page of HTML` : l10n.t`a text that is no JSON`;
  if (typeof reply !== 'object' || reply === null) return l10n.t`an empty reply`;
  return 'choices' in reply ? l10n.t`choices of another shape` : l10n.t`a reply without choices`;
}
