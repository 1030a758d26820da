import type { Span } from '../text/position';

/** A `{{…}}` found without parsing, so that it is also found in a body that does not parse. */
export interface Tag {
  readonly kind: 'open' | 'close' | 'else' | 'other' | 'unclosed';
  /** First word after the sign: the block's name. */
  readonly name: string;
  readonly span: Span;

  readonly nameSpan: Span;
}

const comment = /\{\{~?!--[\s\S]*?--~?\}\}|\{\{~?![\s\S]*?\}\}/.source;
/** Groups: sign, name, closing braces. */
const tag = /\{\{\{?~?\s*([#^/&>*]*)\s*([^\s}~)(]*)[\s\S]*?(?=\{\{|\}\}|$)(\}?\}\})?/.source;
const commentOrTag = new RegExp(`${comment}|${tag}`, 'dg');

/** The tags of a body in order, without comments and escaped braces. */
export function scanTags(body: string): readonly Tag[] {
  const tags: Tag[] = [];
  for (const match of body.matchAll(commentOrTag)) {
    const [whole, sign, name] = match;
    if (sign === undefined || name === undefined || body[match.index - 1] === '\\') continue;
    const kind = match[3] === undefined ? 'unclosed' : kindOf(sign, name);
    const end = match.index + (kind === 'unclosed' ? whole.search(/[\r\n]|$/) : whole.length);
    const nameSpan = match.indices![2]!;
    tags.push({ kind, name, span: [match.index, end], nameSpan });
  }
  return tags;
}

function kindOf(sign: string, name: string): Tag['kind'] {
  if (sign.startsWith('/')) return 'close';
  if ((name === 'else' && sign === '') || (sign === '^' && name === '')) return 'else';
  return sign.startsWith('#') || sign.startsWith('^') ? 'open' : 'other';
}

/** The first tag in error: unclosed braces, a stray or wrong closing tag, or a block that is never closed. */
export function firstMisplacedTag(tags: readonly Tag[]): { readonly tag: Tag; readonly opening?: Tag } | undefined {
  const open: Tag[] = [];
  for (const tag of tags) {
    if (tag.kind === 'unclosed') return { tag };
    if (tag.kind === 'open') open.push(tag);
    if (tag.kind !== 'close') continue;
    const opening = open.pop();
    if (!opening || opening.name !== tag.name) return { tag, opening };
  }
  const opening = open.at(-1);
  return opening && { tag: opening };
}

/** The first tag whose blocks or nested calls are deeper than `limit`; undefined when there is none. */
export function tooDeepTag(body: string, limit: number): Tag | undefined {
  let depth = 0;
  for (const tag of scanTags(body)) {
    if (tag.kind === 'open') depth++;
    else if (tag.kind === 'close') depth--;
    if (depth > limit || body.slice(...tag.span).split('(').length - 1 > limit) return tag;
  }
  return undefined;
}
