import { parseBody } from '../syntax/body';
import { handlebarsPath, pathOf, readCondition, readPath, type JinjaLoop, type JinjaScope } from './jinjaNames';
import { jinjaTree, readJinja, type JinjaBlock, type JinjaNode, type JinjaTag } from './jinjaTree';

/** A body converted from Jinja or Nunjucks. */
export interface ConvertedBody {
  readonly body: string;
  /** Names of the row that it reads. */
  readonly used: ReadonlySet<string>;
  /** Those of them that are lists or objects. */
  readonly collections: ReadonlySet<string>;
}

interface Options {
  /** Sentences on what could not be carried over. */
  readonly notCarried: string[];
  /** What becomes of a value with a filter: text, or the variable without it. */
  readonly filters: 'text' | 'variable';
  /** A tag of ours for a piece of text, such as a line that begins a message. */
  readonly textTags?: { readonly pattern: RegExp; tag(match: RegExpMatchArray): string };
}

/**
 * Converts values, loops and conditions to Handlebars. What has no counterpart stays as text, escaped; of a statement
 * all its tags do, so that none is left half.
 */
export function convertJinja(text: string, options: Options): ConvertedBody {
  const converter = new Converter(options);
  converter.nodes(jinjaTree(readJinja(text)), []);
  const { used, collections } = converter;
  const body = converter.text();
  if (converter.blocks > 0 && aloneOnLine.test(text))
    options.notCarried.push('Empty lines where a line held a loop or condition alone: here such a line leaves none.');
  if ('problem' in parseBody(body))
    options.notCarried.push('The tags of the body: together they are not valid Handlebars; correct the body by hand.');
  return { body, used, collections };
}

/** A loop or condition alone on its line, whose line end Jinja keeps and Handlebars does not. */
const aloneOnLine = /^[ \t]*\{%(?!-)\s*(?:for|if|el|end)(?:(?!%\}).)*(?<!-)%\}[ \t]*\r?$/m;

/** Builds a Handlebars text out of tags and plain text, so that neither reads into the other. */
class Converter {
  /** Loops and conditions that were converted. */
  blocks = 0;
  readonly used = new Set<string>();
  readonly collections = new Set<string>();
  private written = '';
  private endsWithTag = false;

  constructor(private readonly options: Options) {}

  text(): string {
    return this.written;
  }

  nodes(nodes: readonly JinjaNode[], loops: readonly JinjaLoop[]): void {
    for (const node of nodes) {
      if (node.kind === 'block') this.block(node, loops);
      else if (node.kind === 'text') this.plainWithTags(node.source);
      else if (node.kind === 'comment') this.tag(`{{!-- ${node.inner.replaceAll('--', '—').trim()} --}}`);
      else if (node.kind === 'statement') this.lost(node);
      else this.value(node, this.scope(loops));
    }
  }

  private scope(loops: readonly JinjaLoop[]): JinjaScope {
    return { loops, used: this.used, collections: this.collections };
  }

  private value(tag: JinjaTag, scope: JinjaScope): void {
    const [bare, ...filters] = tag.inner.split('|').map((part) => part.trim()) as [string, ...string[]];
    const steps = readPath(bare);
    const path = steps && handlebarsPath(steps, scope);
    const literal = /^"([^"]*)"$|^'([^']*)'$/.exec(tag.inner);
    if (literal) this.plain(literal[1] ?? literal[2] ?? '');
    else if (path === undefined) this.lost(tag);
    else if (filters.every((filter) => filter === 'safe' || filter === 'string')) this.tag(braces(tag, path));
    else if (filters.join() === 'dump' && this.options.filters === 'variable') this.tag(braces(tag, `json ${path}`));
    else if (this.options.filters === 'text') this.lost(tag);
    else {
      this.options.notCarried.push(`${oneLine(tag.source)}: only the variable is carried.`);
      this.tag(braces(tag, path));
    }
  }

  private block(block: JinjaBlock, loops: readonly JinjaLoop[]): void {
    const converted = block.word === 'for' ? this.loop(block, loops) : this.condition(block, loops);
    if (converted) this.blocks++;
    else this.blockAsText(block, loops);
  }

  private loop({ branches, end }: JinjaBlock, loops: readonly JinjaLoop[]): boolean {
    const [first, otherwise, ...more] = branches;
    const [, item, value, list] =
      /^for\s+([\p{L}_][\p{L}\p{N}_]*)(?:\s*,\s*([\p{L}_][\p{L}\p{N}_]*))?\s+in\s+(.+)$/su.exec(first!.tag.inner) ?? [];
    if (item === undefined || list === undefined || more.length > 0) return false;
    const pairs = /^(.+)\.items\(\)$|^(.+?)\s*\|\s*(?:items|dictsort)$/s.exec(list);
    if (pairs && value === undefined) return false;
    const written = (pairs?.[1] ?? pairs?.[2] ?? list).trim();
    const path = pathOf(written, this.scope(loops));
    if (path === undefined) return false;
    if (!loops.some(({ names }) => names.includes(readPath(written)![0]!)))
      this.collections.add(readPath(written)![0]!);
    const loop: JinjaLoop =
      value === undefined ? { names: [item], parameters: false } : { names: [item, value], parameters: true };
    this.tag(braces(first!.tag, `#each ${path}${value === undefined ? '' : ` as |${value} ${item}|`}`));
    this.nodes(first!.body, [...loops, loop]);
    if (otherwise) {
      this.tag(braces(otherwise.tag, 'else'));
      this.nodes(otherwise.body, loops);
    }
    this.tag(braces(end, '/each'));
    return true;
  }

  private condition({ branches, end }: JinjaBlock, loops: readonly JinjaLoop[]): boolean {
    const conditions = branches.map(({ tag }) => {
      const written = /^(?:if|elif|elseif)\s+([\s\S]+)$/.exec(tag.inner)?.[1];
      return written === undefined ? 'else' : readCondition(written, this.scope(loops));
    });
    const first = conditions[0];
    if (first === undefined || first === 'else' || conditions.includes(undefined)) return false;
    if (conditions.slice(0, -1).includes('else')) return false;
    branches.forEach(({ tag, body }, index) => {
      const condition = conditions[index]!;
      const words = condition === 'else' ? '' : `${condition.helper} ${condition.values}`;
      this.tag(braces(tag, index === 0 ? `#${words}` : `else${words && ` ${words}`}`));
      this.nodes(body, loops);
    });
    this.tag(braces(end, `/${first.helper}`));
    return true;
  }

  private blockAsText({ word, branches, end }: JinjaBlock, loops: readonly JinjaLoop[]): void {
    this.options.notCarried.push(
      `${oneLine(branches[0]!.tag.source)} and what belongs to it, which stay as text: there is no such ` +
        `${word === 'for' ? 'loop' : 'condition'} here.`,
    );
    const names = word === 'for' ? (/^for\s+([\p{L}\p{N}_\s,]+?)\s+in\s/u.exec(branches[0]!.tag.inner)?.[1] ?? '') : '';
    const lost: JinjaLoop = { names: names.split(/[\s,]+/).filter(Boolean), parameters: false, lost: true };
    for (const { tag, body } of branches) {
      this.plain(tag.source);
      this.nodes(body, [...loops, lost]);
    }
    this.plain(end.source);
  }

  private lost(tag: JinjaTag): void {
    this.options.notCarried.push(`${oneLine(tag.source)}, which stays as text.`);
    this.plain(tag.source);
  }

  private plainWithTags(text: string): void {
    const { textTags } = this.options;
    let at = 0;
    for (const match of textTags ? text.matchAll(textTags.pattern) : []) {
      this.plain(text.slice(at, match.index));
      this.tag(textTags!.tag(match));
      at = match.index + match[0].length;
    }
    this.plain(text.slice(at));
  }

  private plain(text: string): void {
    if (text === '') return;
    // A brace right behind a tag would be one too many of its own.
    const parted = this.endsWithTag && text.startsWith('}') ? '{{!}}' : '';
    // So would two, one from each of two texts.
    if (!this.endsWithTag && text.startsWith('{') && /(?<!\{)\{$/.test(this.written))
      this.written = `${this.written.slice(0, -1)}\\{`;
    // Of two backslashes before braces one goes and the braces are a tag, so a comment stands between.
    if (!this.endsWithTag && this.written.endsWith('\\') && text.startsWith('{{')) this.written += '\\{{!}}';
    this.written +=
      parted + text.replace(/(\\*)\{\{/g, (_, before: string) => (before === '' ? '\\{{' : `${before}\\{{!}}\\{{`));
    this.endsWithTag = false;
  }

  private tag(tag: string): void {
    const last = this.endsWithTag ? undefined : this.written.at(-1);
    // A brace right before a tag would belong to it, and a backslash would make it text.
    if (last === '{') this.written += ` ${tag.replace(/^\{\{~?/, '{{~')}`;
    else this.written += last === '\\' ? `\\${tag}` : tag;
    this.endsWithTag = true;
  }
}

const braces = ({ stripsBefore, stripsBehind }: JinjaTag, inner: string): string =>
  `{{${stripsBefore ? '~' : ''}${inner}${stripsBehind ? '~' : ''}}}`;

const oneLine = (source: string): string => source.replace(/\s+/g, ' ');
