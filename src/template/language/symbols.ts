import * as l10n from '@vscode/l10n';
import { rangeOf } from '../text/position';
import type { Range, Span } from '../text/position';
import { tolerantParse } from '../syntax/tolerantParse';
import type { TolerantParse } from '../syntax/tolerantParse';
import { wordsOfTag } from '../syntax/tagAt';
import type { Tag } from '../syntax/tags';
import type { OutlineKey } from '../syntax/yamlOutline';

export type SymbolKind =
  | 'frontMatter'
  | 'setting'
  | 'field'
  | 'label'
  | 'file'
  | 'block'
  | 'instruction'
  | 'soft'
  | 'partial'
  | 'role'
  | 'answer';

/** An entry of the outline; `selectionRange` is inside `range`, and children are inside their parent. */
export interface TemplateSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly range: Range;
  readonly selectionRange: Range;
  readonly children: readonly TemplateSymbol[];
}

interface Draft {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly span: Span;
  readonly selection: Span;
  readonly children: readonly Draft[];
}

/** The outline of a template: keys of the front matter, then blocks, virtual tokens, partials, roles and the answer. */
export function symbolsOf(text: string): readonly TemplateSymbol[] {
  const parsed = tolerantParse(text);
  const toSymbol = ({ span, selection, children, ...rest }: Draft): TemplateSymbol => ({
    ...rest,
    range: rangeOf(parsed.lines, span),
    selectionRange: rangeOf(parsed.lines, selection),
    children: children.map(toSymbol),
  });
  return [...frontMatterDrafts(parsed), ...bodyDrafts(parsed)].map(toSymbol);
}

function frontMatterDrafts(parsed: TolerantParse): readonly Draft[] {
  const { frontMatter, keys } = parsed;
  if (!frontMatter || keys.length === 0) return [];
  const end = frontMatter.start + frontMatter.text.trimEnd().length;
  return childrenOf(0, keys.length, 0);

  /** The keys from `from` to `to` that are children of a key at `depth`, each with its own children. */
  function childrenOf(from: number, to: number, depth: number): readonly Draft[] {
    const drafts: Draft[] = [];
    for (let index = from; index < to;) {
      const key = keys[index]!;
      let next = index + 1;
      while (next < to && keys[next]!.path.length > key.path.length) next++;
      const following = nextOutside(next, key);
      drafts.push({
        name: key.path.slice(depth).join('.'),
        kind: kindOfKey(key),
        detail: valueText(parsed, key, following),
        span: [key.start, Math.max(key.end, following)],
        selection: [key.start, key.end],
        children: childrenOf(index + 1, next, key.path.length),
      });
      index = next;
    }
    return drafts;
  }

  /** The end of a key's value: before the next key, without the line breaks, commas and dashes before that key. */
  function nextOutside(next: number, key: OutlineKey): number {
    const until = keys[next]?.start ?? end;
    const value = parsed.text.slice(key.valueStart, Math.max(key.valueStart, until));
    return Math.min(end, key.valueStart + value.replace(/[\s,]*(?:- *)?$/, '').length);
  }
}

function kindOfKey({ path }: OutlineKey): SymbolKind {
  if (path[0] === 'tune.data' && path.length === 2) return 'file';
  if (path[0] === 'tune.labels' && path.length === 2) return 'label';
  return path[1] === 'schema' && path.length > 2 ? 'field' : 'setting';
}

function valueText({ text }: TolerantParse, key: OutlineKey, end: number): string {
  const value = text.slice(key.valueStart, Math.max(key.valueStart, end)).trim();
  return /[\r\n]/.test(value) ? '' : shorten(value);
}

function bodyDrafts(parsed: TolerantParse): readonly Draft[] {
  const { tags, text, body } = parsed;
  const bodyEnd = body.start + body.text.length;
  const answers = new Set(parsed.outputs.map((field) => field.name));
  const depths = nesting(tags);
  const answer = tags.filter((tag, at) => tag.kind === 'other' && depths.get(at) === 0 && answers.has(tag.name)).at(-1);
  let index = 0;
  return readBlock(undefined).drafts;

  function readBlock(opening: Tag | undefined): { drafts: readonly Draft[]; end: number } {
    const drafts: Draft[] = [];
    while (index < tags.length) {
      const tag = tags[index++]!;
      if (tag.kind === 'close') {
        if (opening && tag.name === opening.name) return { drafts, end: tag.span[1] };
        continue;
      }
      if (tag.kind === 'open') {
        const { drafts: children, end } = readBlock(tag);
        drafts.push({
          name: `#${tag.name}`,
          kind: tag.name === 'instruction' ? 'instruction' : 'block',
          detail: blockDetail(tag, end),
          span: [tag.span[0], Math.max(tag.span[1], end)],
          selection: tag.span,
          children,
        });
      } else {
        const draft = leaf(tag);
        if (draft) drafts.push(draft);
      }
    }
    return { drafts, end: bodyEnd };
  }

  function blockDetail(tag: Tag, end: number): string {
    if (tag.name === 'instruction') return shorten(text.slice(tag.span[1], end).replace(/\{\{[^}]*\}\}$/, ''));
    return shorten(
      wordsOfTag(text, tag)
        .slice(1)
        .map((word) => word.text)
        .join(' '),
    );
  }

  function leaf(tag: Tag): Draft | undefined {
    const at = { span: tag.span, selection: tag.span, children: [] };
    if (tag === answer) return { ...at, name: tag.name, kind: 'answer', detail: l10n.t`the answer` };
    if (/^\{\{~?\s*>/.test(text.slice(...tag.span)))
      return { ...at, name: `> ${tag.name}`, kind: 'partial', detail: '' };
    if (tag.kind !== 'other') return undefined;
    const rest = wordsOfTag(text, tag).slice(1);
    if (tag.name === 'soft')
      return {
        ...at,
        name: 'soft',
        kind: 'soft',
        detail: shorten(
          rest.map((word) => (word.attribute ? `${word.attribute}="${word.text}"` : word.text)).join(' '),
        ),
      };
    return tag.name === 'role'
      ? { ...at, name: `role ${rest[0]?.text ?? ''}`.trim(), kind: 'role', detail: '' }
      : undefined;
  }
}

/** The number of blocks that are open at each tag, by index of the tag. */
function nesting(tags: readonly Tag[]): ReadonlyMap<number, number> {
  let depth = 0;
  return new Map(
    tags.map((tag, index) => {
      if (tag.kind === 'close') depth = Math.max(0, depth - 1);
      const here = depth;
      if (tag.kind === 'open') depth++;
      return [index, here];
    }),
  );
}

const longestDetail = 60;

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestDetail ? `${[...line].slice(0, longestDetail).join('')}…` : line;
}
