import type { Span } from '../text/position';

/** One `{{…}}` found without parsing, for a body the parser refuses. */
export interface Tag {
  readonly kind: 'open' | 'close' | 'else' | 'other' | 'unclosed';
  /** First word after the sign: the block's name. */
  readonly name: string;
  readonly span: Span;
  /** Where the name stands. */
  readonly nameSpan: Span;
}

const tagPattern =
  /\{\{~?!--[\s\S]*?--~?\}\}|\{\{~?![\s\S]*?\}\}|\{\{\{?~?\s*([#^/&>*]*)\s*([^\s}~)(]*)[\s\S]*?(?=\{\{|\}\}|$)(\}?\}\})?/dg;

/** Lists the tags of a body in order, comments and escaped braces left out. */
export function scanTags(body: string): readonly Tag[] {
  const tags: Tag[] = [];
  for (const match of body.matchAll(tagPattern)) {
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

/** The first tag that cannot stand: unclosed braces, a stray or wrong closing tag, a block left open. */
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

/** The opening tag, or the tag with nested calls, that goes deeper than `limit`; undefined when none does. */
export function tooDeepTag(body: string, limit: number): Tag | undefined {
  let depth = 0;
  for (const tag of scanTags(body)) {
    if (tag.kind === 'open') depth++;
    else if (tag.kind === 'close') depth--;
    if (depth > limit || body.slice(...tag.span).split('(').length - 1 > limit) return tag;
  }
  return undefined;
}
