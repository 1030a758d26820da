import * as l10n from '@vscode/l10n';
import type { AddedToken } from '../../../chat/chatTokenizer';
import type { Analysis } from '../../read/analysis';
import { formOfTemplate, readsBothForms } from '../../render/promptForm';
import { promptEncoder } from '../../render/promptEncoder';
import { specialTokens } from '../../render/tokens';
import type { Draft, Edit, Fix } from '../../text/finding';
import type { Span } from '../../text/position';
import type { TokenEncoder } from '../../text/tokenEncoder';
import { formatEdit } from './formatFix';

/**
 * `token-written`: a template that writes control tokens of its model by hand. In a chat they are text; where the
 * prompt is one text, they are what the model's chat template would write by itself.
 */
export function writtenTokenDrafts(analysis: Analysis, encoder: TokenEncoder): readonly Draft[] {
  const { kind } = formOfTemplate(analysis, encoder);
  const isChat = kind === 'chat' || kind === 'plain';
  if (!isChat && !readsBothForms(encoder)) return [];
  const { text, start } = analysis.parts.body;
  const controls = isChat ? controlsOf(analysis, encoder) : turnsOf(analysis, encoder);
  const [first] = controls
    .map(({ content }) => ({ content, at: text.indexOf(content) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.content.length - a.content.length);
  if (!first) return [];
  const { content, at } = first;
  return [
    {
      code: 'token-written',
      severity: isChat ? 'warning' : 'information',
      span: [start + at, start + at + content.length],
      message: isChat
        ? l10n.t`${content} is written by hand: in a chat it is text, and neither begins nor ends a message. Write \
{{role}}.`
        : l10n.t`${content} is written by hand. The model's chat template writes it for {{role}}, with tune.format: \
auto.`,
      fixes: rolesInstead(analysis, controls, isChat),
    },
  ];
}

function controlsOf({ written }: Analysis, encoder: TokenEncoder): readonly AddedToken[] {
  try {
    const chat = promptEncoder(encoder, { ...written, format: 'chat' }).chat?.controls ?? [];
    return chat.filter(({ content }) => content.trim().length >= shortest);
  } catch {
    // A chat template that cannot be read has a finding of its own.
    return [];
  }
}

/** Shorter texts, such as a line break, are no mark that a person writes. */
const shortest = 3;

/** Without what the tokenizer itself puts around a text, which has a finding of its own. */
function turnsOf(analysis: Analysis, encoder: TokenEncoder): readonly AddedToken[] {
  const { opening, closing } = specialTokens(encoder);
  return controlsOf(analysis, encoder).filter(({ id }) => !opening.includes(id) && !closing.includes(id));
}

/** How models open a turn: ChatML, Llama 3, Gemma, Zephyr and Phi, DeepSeek. */
const openings = new RegExp(
  [
    /<\|im_start\|>(\w+)\r?\n?/,
    /<\|start_header_id\|>(\w+)<\|end_header_id\|>(?:\r?\n)*/,
    /<start_of_turn>(\w+)\r?\n?/,
    /<[|｜](system|user|assistant)[|｜]>\r?\n?/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

const roleOf: Readonly<Record<string, string>> = { system: 'system', user: 'user', assistant: 'model', model: 'model' };

/** Roles in the place of what opens turns, and nothing in that of the other tokens. */
function rolesInstead(
  { parts, frontMatter }: Analysis,
  controls: readonly AddedToken[],
  isChat: boolean,
): readonly Fix[] {
  const { text, start } = parts.body;
  const opened = [...text.matchAll(openings)].map((match) => ({
    span: [match.index, match.index + match[0].length] as Span,
    role: roleOf[(match.slice(1).find((role) => role !== undefined) ?? '').toLowerCase()],
  }));
  if (opened.length === 0 || opened.some(({ role }) => role === undefined)) return [];
  const edits: Edit[] = opened.map(({ span: [from, to], role }) => ({
    start: start + from,
    end: start + to,
    text: `{{role "${role}"}}\n`,
  }));
  const taken: Span[] = opened.map(({ span }) => span);
  for (const { content } of [...controls].sort((a, b) => b.content.length - a.content.length))
    for (let at = text.indexOf(content); at >= 0; at = text.indexOf(content, at + content.length)) {
      const end = at + content.length;
      if (taken.some(([from, to]) => at < to && from < end)) continue;
      taken.push([at, end]);
      edits.push({ start: start + at, end: start + end, text: '' });
    }
  const format = isChat ? undefined : formatEdit(frontMatter, 'auto');
  if (!isChat && !format) return [];
  return [{ title: l10n.t`Write roles instead`, edits: [...edits, ...(format ? [format] : [])] }];
}
