import * as l10n from '@vscode/l10n';
import { parseBody } from '../../syntax/body';
import { isMapping } from '../../syntax/schema';
import { HandlebarsText } from '../handlebarsText';
import { readLoop, type JinjaLanguage } from './jinjaLoops';
import { handlebarsPath, readCondition, readPath, type JinjaLoop, type JinjaScope } from './jinjaNames';
import { jinjaTree, readJinja, type JinjaBlock, type JinjaNode, type JinjaTag } from './jinjaTree';
import { withoutEscapes } from '../quotedText';

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
  /** Of Nunjucks a value with a filter becomes the variable without it; of Jinja it stays text. */
  readonly language: JinjaLanguage;
  /** Values of the row that are known, such as defaults. */
  readonly values?: Readonly<Record<string, unknown>>;
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
  if (converter.hasLines && aloneOnLine.test(text))
    options.notCarried.push(
      l10n.t`Empty lines where a line held a loop, a condition or a comment alone: here such a line leaves none.`,
    );
  if ('problem' in parseBody(body))
    options.notCarried.push(
      l10n.t`The tags of the body: together they are not valid Handlebars; correct the body by hand.`,
    );
  return { body, used, collections };
}

/** Loops, conditions and comments alone on their line, whose line end Jinja keeps and Handlebars does not. */
const aloneOnLine = new RegExp(
  String.raw`^[ \t]*(?:\{%(?!-)\s*(?:for|if|el|end)(?:(?!%\}).)*(?<!-)%\}|\{#(?!-)(?:(?!#\})[\s\S])*(?<!-)#\}|` +
    String.raw`(?:(?:\{%-?\s*(?:for|if|el|end)(?:(?!%\}).)*%\}|\{#(?:(?!#\})[\s\S])*#\})[ \t]*){2,})[ \t]*\r?$`,
  'm',
);

/** Walks over the tags of a text and writes their counterparts. */
class Converter {
  /** Whether a loop, condition or comment was converted, which Handlebars takes a whole line for. */
  hasLines = false;
  readonly used = new Set<string>();
  readonly collections = new Set<string>();
  private readonly written = new HandlebarsText();

  constructor(private readonly options: Options) {}

  text(): string {
    return this.written.text();
  }

  nodes(nodes: readonly JinjaNode[], loops: readonly JinjaLoop[]): void {
    for (const node of nodes) {
      if (node.kind === 'block') this.block(node, loops);
      else if (node.kind === 'text') this.plainWithTags(node.source);
      else if (node.kind === 'verbatim') this.written.verbatim(node.inner);
      else if (node.kind === 'comment') this.blockTag(node, `!-- ${node.inner.replaceAll('--', '—')} --`);
      else if (node.kind === 'statement') this.lost(node);
      else this.value(node, this.scope(loops));
    }
  }

  private scope(loops: readonly JinjaLoop[]): JinjaScope {
    return { loops, used: this.used, collections: this.collections };
  }

  private value(tag: JinjaTag, scope: JinjaScope): void {
    const { notCarried, language } = this.options;
    const [bare, ...filters] = tag.inner.split('|').map((part) => part.trim()) as [string, ...string[]];
    const steps = readPath(bare);
    const path = steps && handlebarsPath(steps, scope);
    const literal = /^(["'])((?:\\.|(?!\1)[^\\])*)\1$/s.exec(tag.inner);
    if (literal) this.literal(tag, withoutEscapes(literal[2]!));
    else if (/^\d+$/.test(tag.inner)) this.literal(tag, tag.inner);
    else if (path === undefined) this.lost(tag);
    else if (filters.every((filter) => filter === 'safe' || filter === 'string')) {
      if (!scope.loops.some(({ names }) => names.includes(steps![0]!))) this.noteWriting(tag, steps!);
      this.tag(tag, path);
    } else if (language === 'nunjucks' && filters.join() === 'dump') this.tag(tag, `json ${path}`);
    else if (language === 'jinja') this.lost(tag);
    else {
      notCarried.push(l10n.t`${oneLine(tag.source)}: only the variable is carried.`);
      this.tag(tag, path);
    }
  }

  /** A text in a tag; one that takes white space away does so by a tag that renders nothing. */
  private literal(tag: JinjaTag, text: string): void {
    if (tag.stripsBefore) this.written.tag({ inner: '!', stripsBefore: true });
    this.written.verbatim(text);
    if (tag.stripsBehind) this.written.tag({ inner: '!', stripsBehind: true });
  }

  /** Python writes what is no text or number in another way than JSON. */
  private noteWriting(tag: JinjaTag, steps: readonly string[]): void {
    const value = this.options.language === 'jinja' ? this.valueAt(steps) : undefined;
    if (typeof value === 'boolean' || typeof value === 'object')
      this.options.notCarried.push(
        l10n.t`${oneLine(tag.source)}: Python writes such a value as True, None, ['a'] or {'a': 1}, and here it \
reads true, nothing, a or {"a":1}.`,
      );
  }

  /** The known value at a path of the row. */
  private valueAt(steps: readonly string[]): unknown {
    return steps.reduce<unknown>(
      (value, step) =>
        (isMapping(value) || Array.isArray(value)) && Object.hasOwn(value, step)
          ? (value as Readonly<Record<string, unknown>>)[step]
          : undefined,
      this.options.values,
    );
  }

  private block(block: JinjaBlock, loops: readonly JinjaLoop[]): void {
    const converted = block.word === 'for' ? this.loop(block, loops) : this.condition(block, loops);
    if (!converted) this.blockAsText(block, loops);
  }

  private loop({ branches, end }: JinjaBlock, loops: readonly JinjaLoop[]): boolean {
    const [first, otherwise, ...more] = branches;
    if (more.length > 0) return false;
    const loop = readLoop(first!.tag.inner, this.scope(loops), {
      language: this.options.language,
      enclosesLoops: hasLoop(first!.body),
      valueAt: (steps) => this.valueAt(steps),
    });
    if (!loop) return false;
    if (loop.collection !== undefined) this.collections.add(loop.collection);
    if (loop.assumesMapping)
      this.options.notCarried.push(
        l10n.t`${oneLine(first!.tag.source)}: it is taken to go through keys and values of a mapping, not through a \
list.`,
      );
    this.blockTag(first!.tag, loop.opening);
    this.nodes(first!.body, [...loops, loop.names]);
    if (otherwise) {
      this.blockTag(otherwise.tag, 'else');
      this.nodes(otherwise.body, loops);
    }
    this.blockTag(end, '/each');
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
      this.blockTag(tag, index === 0 ? `#${words}` : `else${words && ` ${words}`}`);
      this.nodes(body, loops);
    });
    this.blockTag(end, `/${first.helper}`);
    return true;
  }

  private blockAsText({ word, branches, end }: JinjaBlock, loops: readonly JinjaLoop[]): void {
    this.options.notCarried.push(
      word === 'for'
        ? l10n.t`${oneLine(branches[0]!.tag.source)} and what belongs to it, which stay as text: there is no such \
loop here.`
        : l10n.t`${oneLine(branches[0]!.tag.source)} and what belongs to it, which stay as text: there is no such \
condition here.`,
    );
    const names = word === 'for' ? (/^for\s+([\p{L}\p{N}_\s,]+?)\s+in\s/u.exec(branches[0]!.tag.inner)?.[1] ?? '') : '';
    const lost: JinjaLoop = { names: names.split(/[\s,]+/).filter(Boolean), kind: 'lost' };
    for (const { tag, body } of branches) {
      this.written.plain(tag.source);
      this.nodes(body, [...loops, lost]);
    }
    this.written.plain(end.source);
  }

  private lost(tag: JinjaTag): void {
    this.options.notCarried.push(l10n.t`${oneLine(tag.source)}, which stays as text.`);
    this.written.plain(tag.source);
  }

  private plainWithTags(text: string): void {
    const { textTags } = this.options;
    let at = 0;
    for (const match of textTags ? text.matchAll(textTags.pattern) : []) {
      this.written.plain(text.slice(at, match.index));
      this.written.tag({ inner: textTags!.tag(match) });
      at = match.index + match[0].length;
    }
    this.written.plain(text.slice(at));
  }

  private tag({ stripsBefore, stripsBehind }: JinjaTag, inner: string): void {
    this.written.tag({ inner, stripsBefore, stripsBehind });
  }

  private blockTag({ stripsBefore, stripsBehind }: JinjaTag, inner: string): void {
    this.hasLines = true;
    this.written.tag({ inner, stripsBefore, stripsBehind, takesLine: true });
  }
}

const hasLoop = (nodes: readonly JinjaNode[]): boolean =>
  nodes.some(
    (node) => node.kind === 'block' && (node.word === 'for' || node.branches.some(({ body }) => hasLoop(body))),
  );

const oneLine = (source: string): string => source.replace(/\s+/g, ' ');
