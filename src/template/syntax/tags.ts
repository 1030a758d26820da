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

/** A tag in error, and the least change after which the blocks fit. */
export interface MisplacedTag {
  readonly tag: Tag;
  /** The block that a closing tag of another name would close. */
  readonly opening?: Tag;
  /** Of a closing tag: whether it should go, or a block inside should be closed before it. */
  readonly repair?: 'remove' | 'close inner';
}

/** The first tag in error: unclosed braces, a stray or wrong closing tag, or a block that is never closed. */
export function firstMisplacedTag(tags: readonly Tag[]): MisplacedTag | undefined {
  const found = firstMisfit(tags);
  if (!found) return undefined;
  const { at, opening } = found;
  const tag = tags[at]!;
  if (tag.kind !== 'close') return { tag };
  const fits = (changed: readonly Tag[]) => firstMisfit(changed) === undefined;
  const before = tags.slice(0, at);
  const behind = tags.slice(at + 1);
  if (!opening) return fits([...before, ...behind]) ? { tag, repair: 'remove' } : { tag };
  if (fits([...before, { ...tag, name: opening.name }, ...behind])) return { tag, opening };
  if (fits([...before, ...behind])) return { tag, repair: 'remove' };
  if (fits([...before, { ...tag, name: opening.name }, tag, ...behind])) return { tag, opening, repair: 'close inner' };
  return { tag, opening };
}

function firstMisfit(tags: readonly Tag[]): { readonly at: number; readonly opening?: Tag } | undefined {
  const open: { readonly at: number; readonly tag: Tag }[] = [];
  for (const [at, tag] of tags.entries()) {
    if (tag.kind === 'unclosed') return { at };
    if (tag.kind === 'open') open.push({ at, tag });
    if (tag.kind !== 'close') continue;
    const opening = open.pop()?.tag;
    if (!opening || opening.name !== tag.name) return { at, ...(opening && { opening }) };
  }
  return open.at(-1);
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
