/**
 * One `{% … %}`, `{{ … }}` or `{# … #}` of a Jinja or Nunjucks text, the text between two, or what `{% raw %}`
 * encloses.
 */
export interface JinjaTag {
  readonly kind: 'text' | 'verbatim' | 'comment' | 'value' | 'statement';
  /** As it is written. */
  readonly source: string;
  /** What stands between the braces, without white space around it. */
  readonly inner: string;
  /** Whether the white space before it, and behind it, is taken away. */
  readonly stripsBefore: boolean;
  readonly stripsBehind: boolean;
}

/** A tag by itself, or a statement with what it encloses. */
export type JinjaNode = JinjaTag | JinjaBlock;

/** `{% for … %} … {% endfor %}` or `{% if … %} … {% elif … %} … {% else %} … {% endif %}`. */
export interface JinjaBlock {
  readonly kind: 'block';
  readonly word: 'for' | 'if';
  /** Its tags, each with what follows it; the last one is the end. */
  readonly branches: readonly { readonly tag: JinjaTag; readonly body: readonly JinjaNode[] }[];
  readonly end: JinjaTag;
}

const raw = /\{%[-+]?\s*raw\s*-?%\}([\s\S]*?)\{%-?\s*endraw\s*-?%\}/.source;
const statement = /\{%([-+]?)\s*([\s\S]*?)\s*([-+]?)%\}/.source;
const comment = /\{#([-+]?)([\s\S]*?)([-+]?)#\}/.source;
/** Braces inside a quoted text do not end it; where quotes are not closed, the first two braces do. */
const value = /\{\{(-?)\s*((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'}]|\}(?!\}))*?|[\s\S]*?)\s*(-?)\}\}/.source;
const tags = new RegExp([raw, statement, comment, value].join('|'), 'g');

/** Cuts a text into its tags and what stands between them; what `{% raw %}` encloses is text. */
export function readJinja(text: string): readonly JinjaTag[] {
  const found: JinjaTag[] = [];
  const plain = (source: string, kind: 'text' | 'verbatim' = 'text'): void => {
    if (source !== '') found.push({ kind, source, inner: source, stripsBefore: false, stripsBehind: false });
  };
  let at = 0;
  // Behind the last braces that close one there is no tag, however many open there.
  const closed = /^[\s\S]*[%#}]\}/.exec(text)?.[0].length ?? 0;
  for (const match of text.slice(0, closed).matchAll(tags)) {
    plain(text.slice(at, match.index));
    at = match.index + match[0].length;
    const [source, verbatim, before, said, behind, ahead, noted, after, left, shown, right] = match;
    if (verbatim !== undefined) plain(verbatim, 'verbatim');
    else
      found.push({
        kind: said !== undefined ? 'statement' : shown !== undefined ? 'value' : 'comment',
        source,
        inner: said ?? shown ?? noted!.trim(),
        stripsBefore: (before ?? ahead ?? left) === '-',
        stripsBehind: (behind ?? after ?? right) === '-',
      });
  }
  plain(text.slice(at));
  return found;
}

interface OpenBlock {
  readonly word: 'for' | 'if';
  readonly branches: { tag: JinjaTag; body: JinjaNode[] }[];
}

/** Puts loops and conditions around what they enclose; statements that close nothing, or are not closed, stay alone. */
export function jinjaTree(all: readonly JinjaTag[]): readonly JinjaNode[] {
  const root: JinjaNode[] = [];
  const open: OpenBlock[] = [];
  const body = (): JinjaNode[] => open.at(-1)?.branches.at(-1)!.body ?? root;
  for (const tag of all) {
    const word = tag.kind === 'statement' ? /^\w+/.exec(tag.inner)?.[0] : undefined;
    const innermost = open.at(-1);
    if (word === 'for' || word === 'if') open.push({ word, branches: [{ tag, body: [] }] });
    else if (innermost && (word === 'else' || (innermost.word === 'if' && (word === 'elif' || word === 'elseif'))))
      innermost.branches.push({ tag, body: [] });
    else if (innermost && word === `end${innermost.word}`) {
      open.pop();
      body().push({ kind: 'block', ...innermost, end: tag });
    } else body().push(tag);
  }
  while (open.length > 0) {
    const unclosed = open.pop()!;
    for (const { tag, body: inner } of unclosed.branches) {
      body().push(tag);
      for (const node of inner) body().push(node);
    }
  }
  return root;
}
