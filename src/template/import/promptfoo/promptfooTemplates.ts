import * as l10n from '@vscode/l10n';
import { isMapping } from '../../syntax/schema';
import { readImportedYaml } from '../importYaml';
import { readPath } from '../jinja/jinjaNames';
import { readJinja, type JinjaTag } from '../jinja/jinjaTree';

/** How a variable holds the messages that a prompt goes through. */
export type HistoryForm =
  /** `{ role, content }` each. */
  | 'messages'
  /** `{ user: content }` each. */
  | 'pairs'
  /** `{ input, output }` each, which promptfoo collects itself. */
  | 'turns';

export interface History {
  readonly variable: string;
  readonly form: HistoryForm;
}

/** An element of a chat: a value of JSON in which tags stand in texts, or the messages of a variable. */
export type ChatElement = { readonly value: unknown } | { readonly history: History };

/** Stands for a tag within quotes, and for one in the place of a whole value. */
const [quoted, bare] = ['\uE000', '\uE001'];
const markEnd = '\uE002';

/**
 * The elements of a text that becomes JSON or YAML of messages when its tags are filled in; undefined where it is no
 * list.
 */
export function chatTemplateOf(text: string): readonly ChatElement[] | undefined {
  const trimmed = text.trim();
  const all = dumpedName(trimmed);
  if (all !== undefined) return [{ history: { variable: all, form: 'messages' } }];
  const isYaml = /^- role:/.test(trimmed);
  if (!isYaml && !/^[[{]/.test(trimmed)) return undefined;
  const { written, kept, histories } = withMarks(readJinja(trimmed), isYaml);
  const value = parseMarked(written, isYaml);
  const list: unknown = isMapping(value) ? value.messages : value;
  if (!Array.isArray(list)) return undefined;
  return list.map((element: unknown): ChatElement => {
    const history = isMapping(element) && typeof element.history === 'number' ? histories[element.history] : undefined;
    return history ? { history } : { value: withTags(element, kept) };
  });
}

/** Whether a text looks like a list of messages, whatever its tags make of it. */
export const looksLikeChat = (text: string): boolean =>
  /^(?:[[{]|- role:)/.test(text.trim()) && /["']?\brole["']?\s*:/.test(text);

/** The variable of a text that is nothing but its JSON. */
const dumpedName = (text: string): string | undefined =>
  /^\{\{-?\s*([\p{L}_$][\p{L}\p{N}_$]*)\s*\|\s*dump(?:\([^()]*\))?(?:\s*\|\s*safe)?\s*-?\}\}$/u.exec(text)?.[1];

interface Marked {
  readonly written: string;
  readonly kept: readonly string[];
  readonly histories: readonly History[];
}

/** The text with marks for its tags, and an element for each loop through messages. */
function withMarks(tags: readonly JinjaTag[], isYaml: boolean): Marked {
  const kept: string[] = [];
  const histories: History[] = [];
  let written = '';
  for (let at = 0; at < tags.length; at++) {
    const tag = tags[at]!;
    const end = tag.kind === 'statement' && tag.inner.startsWith('for ') ? endOfLoop(tags, at) : undefined;
    const history = end === undefined ? undefined : messageLoop(tag, tags.slice(at + 1, end), isYaml);
    if (history) {
      const element = `{"history": ${histories.push(history) - 1}}`;
      written += isYaml ? `\n- ${element}\n` : `,${element},`;
      at = end!;
    } else if (tag.kind === 'text') written += tag.source;
    else {
      const source = tag.kind === 'verbatim' ? `{% raw %}${tag.source}{% endraw %}` : tag.source;
      written += `${quoted}${kept.push(source) - 1}${markEnd}`;
    }
  }
  const commas = written
    .replace(/([[,])\s*,(?=\s*\{"history": \d+\})/g, '$1')
    .replace(/(\{"history": \d+\})\s*,(?=\s*[\],])/g, '$1');
  return { written: isYaml ? written : commas, kept, histories };
}

/** Index of the `endfor` that belongs to a `for`. */
function endOfLoop(tags: readonly JinjaTag[], start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < tags.length; at++) {
    const { kind, inner } = tags[at]!;
    if (kind !== 'statement') continue;
    if (/^for\b/.test(inner)) depth++;
    else if (/^endfor\b/.test(inner) && --depth === 0) return at;
  }
  return undefined;
}

const header = /^for\s+([\p{L}\p{N}_]+)(?:\s*,\s*([\p{L}\p{N}_]+))?\s+in\s+([\p{L}\p{N}_$]+)$/u;

/** What a loop goes through, if it writes the messages of a variable and nothing else. */
function messageLoop(tag: JinjaTag, inside: readonly JinjaTag[], isYaml: boolean): History | undefined {
  const [, item, second, variable] = header.exec(tag.inner) ?? [];
  if (item === undefined || variable === undefined || second !== undefined) return undefined;
  const inner = withoutCommas(inside);
  const [first, ...rest] = inner.filter(({ kind, source }) => kind !== 'text' || source.trim() !== '');
  if (!first) return undefined;
  const pair = header.exec(first.inner);
  if (first.kind === 'statement' && pair) {
    const [, role, content, through] = pair;
    const isEnd = rest.at(-1)?.inner === 'endfor' && through === item && content !== undefined;
    const elements = isEnd ? elementsOf(withoutCommas(rest.slice(0, -1)), isYaml) : undefined;
    const isPair = elements?.length === 1 && isMessage(elements[0], [role!], [content!]);
    return isPair ? { variable, form: 'pairs' } : undefined;
  }
  const elements = elementsOf(inner, isYaml) ?? [];
  if (elements.length === 1 && isMessage(elements[0], [item, 'role'], [item, 'content']))
    return { variable, form: 'messages' };
  const [asked, answered] = elements;
  const isTurn =
    elements.length === 2 &&
    isMessage(asked, 'user', [item, 'input']) &&
    isMessage(answered, 'assistant', [item, 'output']);
  return isTurn ? { variable, form: 'turns' } : undefined;
}

/** Without what parts elements: `{% if not loop.last %},{% endif %}`, `{{ "," if not loop.last }}`, `{% set … %}`. */
function withoutCommas(tags: readonly JinjaTag[]): readonly JinjaTag[] {
  const kept: JinjaTag[] = [];
  for (let at = 0; at < tags.length; at++) {
    const tag = tags[at]!;
    const isComma = tag.kind === 'statement' && /^if\b/.test(tag.inner) && /^\s*,\s*$/.test(tags[at + 1]?.source ?? '');
    if (isComma && tags[at + 2]?.inner === 'endif') at += 2;
    else if (tag.kind === 'statement' && /^set\b/.test(tag.inner)) continue;
    else if (tag.kind === 'value' && /^(["']),\s*\1\s+if\b/.test(tag.inner)) continue;
    else kept.push(tag);
  }
  return kept;
}

/** The elements that the inside of a loop writes, with the paths of their tags as lists of steps. */
function elementsOf(tags: readonly JinjaTag[], isYaml: boolean): readonly unknown[] | undefined {
  const { written, kept } = withMarks(tags, isYaml);
  const inner = isYaml ? outdented(written) : `[${written.replace(/^[\s,]+|[\s,]+$/g, '')}]`;
  const value = parseMarked(inner, isYaml);
  return Array.isArray(value) ? value.map((each: unknown) => withTags(each, kept)) : undefined;
}

/** A list of YAML at the left edge. */
const outdented = (text: string): string => {
  const indent = /^([ \t]*)-/m.exec(text)?.[1] ?? '';
  return text.replace(new RegExp(`^${indent}`, 'gm'), '');
};

/** Whether an element is a message of this role, or of the role at this path, and of the content at this path. */
function isMessage(element: unknown, role: string | readonly string[], content: readonly string[]): boolean {
  if (!isMapping(element) || Object.keys(element).sort().join() !== 'content,role') return false;
  const parts: unknown = element.content;
  const [only] = Array.isArray(parts) && parts.length === 1 ? (parts as readonly unknown[]) : [undefined];
  const said: unknown = isMapping(only) && /^(?:input_)?text$/.test(String(only.type)) ? only.text : parts;
  return (typeof role === 'string' ? element.role === role : isPath(element.role, role)) && isPath(said, content);
}

function isPath(written: unknown, steps: readonly string[]): boolean {
  const inner = typeof written === 'string' ? /^\{\{-?\s*(.+?)\s*-?\}\}$/s.exec(written)?.[1] : undefined;
  const path = inner?.replace(/(?:\s*\|\s*(?:dump|safe|trim))+$/, '');
  return path !== undefined && readPath(path)?.join('\n') === steps.join('\n');
}

/** JSON or YAML with marks in texts, and where texts are; undefined for anything else. */
function parseMarked(text: string, isYaml: boolean): unknown {
  const asTexts = text.replace(
    new RegExp(`(:\\s*|[[,]\\s*)${quoted}(\\d+)${markEnd}(?=\\s*[,}\\]])`, 'g'),
    `$1"${bare}$2${markEnd}"`,
  );
  for (const attempt of isYaml ? [text] : [text, asTexts])
    try {
      return isYaml ? readImportedYaml(attempt, l10n.t`The prompt`) : JSON.parse(attempt);
    } catch {
      // Some other text.
    }
  return undefined;
}

/** A value in which the marks are tags again. What is JSON in the place of a value is the value itself. */
function withTags(value: unknown, kept: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => withTags(each, kept));
  if (isMapping(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withTags(each, kept)]));
  if (typeof value !== 'string') return value;
  const asValue = new RegExp(`^${bare}(\\d+)${markEnd}$`).exec(value)?.[1];
  if (asValue !== undefined) return withoutDump(kept[Number(asValue)]!);
  return value.replace(new RegExp(`${quoted}(\\d+)${markEnd}`, 'g'), (_, index: string) =>
    withoutDump(kept[Number(index)]!),
  );
}

/** Within a list of messages, the JSON of a text is what makes the text one of its own. */
const withoutDump = (tag: string): string =>
  tag.replace(/^(\{\{-?\s*[^|{}]+?)\s*\|\s*dump(?:\([^()]*\))?(?:\s*\|\s*safe)?(\s*-?\}\})$/s, '$1$2');
