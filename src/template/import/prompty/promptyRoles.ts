import * as l10n from '@vscode/l10n';
import { developerNote, templateRole } from '../messages/messageRoles';

/** Lines that begin a message, by the pattern of Prompty's own parsers, with the roles of both versions. */
const roleLine = new RegExp(
  String.raw`^[ \t]*#?[ \t]*(?:(system|user|assistant|developer|tools?|function)(\[[^\]\n]*\])?[ \t]*:` +
    String.raw`|!\[(thread)\][^\r\n]*)[ \t]*(?=\r?$)`,
  'gim',
);

/** A line whose value becomes the role when Prompty has filled it in. */
const computedRole = /^[ \t]*#?[ \t]*(\{\{[^{}\n]+\}\})[ \t]*:[ \t]*\r?$/m;

const lineOfRole = (role: string): string => String.raw`\s*#?\s*${role}[ \t]*:[ \t]*\r?\n\s*`;
const inJinja = (key: string): string => String.raw`\{\{-?\s*\1(?:\.${key}|\[["']${key}["']\])\s*-?\}\}`;
const inMustache = (key: string): string => String.raw`\{\{\{?\s*${key}\s*\}\}\}?`;

/** A loop through messages, each with the line of its role: of Jinja, and of Mustache. */
const messageLoops = [
  new RegExp(
    String.raw`\{%-?\s*for\s+(\w+)\s+in\s+(\w+)\s*-?%\}${lineOfRole(inJinja('role'))}${inJinja('content')}` +
      String.raw`\s*\{%-?\s*endfor\s*-?%\}`,
    'g',
  ),
  new RegExp(
    String.raw`\{\{\s*#\s*((\w+))\s*\}\}${lineOfRole(inMustache('role'))}${inMustache('content')}` +
      String.raw`\s*\{\{\s*\/\s*\2\s*\}\}`,
    'g',
  ),
];

export interface MarkedBody {
  readonly body: string;
  /** Inputs whose messages `{{history}}` shows. */
  readonly threads: readonly string[];
}

interface Options {
  /** Inputs that are conversations by their kind. */
  readonly threads: readonly string[];
  /** Gets a sentence for what lines of roles say besides. */
  readonly notCarried: string[];
}

/**
 * Puts marks for the lines that begin messages, and for the places of a conversation's messages. Text before the first
 * of them is the system's, as Prompty has it.
 */
export function markRoles(body: string, { threads, notCarried }: Options): MarkedBody {
  const { body: looped, threads: found } = markThreads(body, threads);
  const marked = looped.replace(roleLine, (line, role: string | undefined, attributes: string | undefined) => {
    if (role === undefined) return mark('thread');
    const name = templateRole(role);
    if (name === undefined) {
      notCarried.push(
        l10n.t`The line ${line.trim()}, with which version 1 of Prompty begins a tool's message: it stays as text.`,
      );
      return line;
    }
    if (role.toLowerCase() === 'developer') notCarried.push(developerNote());
    if (attributes !== undefined) notCarried.push(l10n.t`${attributes} of the line ${line.trim()}`);
    return mark(name);
  });
  const computed = computedRole.exec(looped)?.[1];
  if (computed !== undefined)
    notCarried.push(
      l10n.t`The line ${computed}: begins a message in Prompty where its value is a role; here it is text.`,
    );
  const pictures = marked.match(/!\[[^\]\n]*\]\([^)\n]*\)/g) ?? [];
  for (const picture of pictures)
    notCarried.push(
      l10n.t`${picture}, a picture in version 1 of Prompty: it stays as text, which is all that a model reads here.`,
    );
  return { body: withRoles(marked, notCarried), threads: found };
}

/** Places of conversations: a loop, an input of the kind, on lines of their own. */
function markThreads(body: string, threads: readonly string[]): MarkedBody {
  const found = new Set<string>();
  let marked = body;
  for (const loop of messageLoops)
    marked = marked.replace(loop, (_, __, name: string) => {
      found.add(name);
      return mark('thread');
    });
  for (const name of threads)
    marked = marked.replace(new RegExp(`\\{\\{[{-]?\\s*${name}\\s*[-}]?\\}\\}`, 'g'), () => {
      found.add(name);
      return mark('input');
    });
  // An input that no place shows is behind everything else.
  const unseen = threads.filter((name) => !found.has(name));
  return { body: [marked, ...unseen.map(() => mark('thread'))].join('\n'), threads: [...found, ...unseen] };
}

/** Tags that write nothing themselves, in Jinja and in Mustache. */
const blockTags = /\{%[^%]*%\}|\{#[\s\S]*?#\}|\{\{[#/^!][^{}]*\}\}/g;

/**
 * Gives a role to text that has none: before the first mark to the system, behind a conversation to whoever spoke
 * before, or to the user.
 */
function withRoles(marked: string, notCarried: string[]): string {
  const pieces = marked.split(anyMark);
  let written = '';
  let role: string | undefined;
  let open: 'start' | 'message' | 'thread' | 'input' = 'start';
  pieces.forEach((piece, i) => {
    if (i % 2 === 1) {
      // What stands around an input has none of the white space beside it.
      if (piece === 'input') written = `${written.replace(/\s+$/, '')}\n`;
      written += mark(piece === 'input' ? 'thread' : piece);
      open = piece === 'thread' || piece === 'input' ? piece : 'message';
      if (open === 'message') role = piece;
      return;
    }
    if (piece.replace(blockTags, '').trim() === '' || open === 'message') {
      written += piece;
      return;
    }
    if (open === 'start' && pieces.length === 1)
      notCarried.push(l10n.t`The body has no line such as "user:": all of it is the system's, as Prompty has it.`);
    if (open === 'thread')
      notCarried.push(l10n.t`What follows a conversation without a line of its role: it is the user's here.`);
    const own = open === 'start' ? 'system' : open === 'input' ? (role ?? 'system') : 'user';
    role = own;
    written += `${open === 'start' ? '' : '\n'}${mark(own)}\n${piece.replace(open === 'input' ? /^\s+/ : /^\n+/, '')}`;
  });
  return written;
}

const mark = (role: string): string => `\uE000${role}\uE001`;

const anyMark = /\uE000(\w+)\uE001/;

/** The tags that the marks become. */
export const roleTags = {
  pattern: new RegExp(anyMark.source, 'g'),
  tag: ([, role]: RegExpMatchArray): string => (role === 'thread' ? 'history' : `role "${role}"`),
};
