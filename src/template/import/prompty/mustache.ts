import * as l10n from '@vscode/l10n';
import { helperShapes } from '../../syntax/helpers';
import { HandlebarsText } from '../handlebarsText';
import type { ConvertedBody } from '../jinja/jinja';

interface Options {
  /** Sentences on what could not be carried over. */
  readonly notCarried: string[];
  /** A tag of ours for a piece of text, such as a line that begins a message. */
  readonly textTags: { readonly pattern: RegExp; tag(match: RegExpMatchArray): string };
}

const tags = /\{\{\{\s*([^{}]+?)\s*\}\}\}|\{\{\s*([#^/!>&=]?)\s*([\s\S]*?)\s*=?\}\}/g;
const path = /^(?:\.|[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)*)$/u;

/** Converts Mustache to Handlebars, which has its values and sections; what it has not stays as text. */
export function convertMustache(text: string, { notCarried, textTags }: Options): ConvertedBody {
  const written = new HandlebarsText();
  const used = new Set<string>();
  const collections = new Set<string>();
  let depth = 0;
  let at = 0;
  const plain = (source: string): void => {
    let from = 0;
    for (const match of source.matchAll(textTags.pattern)) {
      written.plain(source.slice(from, match.index));
      written.tag({ inner: textTags.tag(match) });
      from = match.index + match[0].length;
    }
    written.plain(source.slice(from));
  };
  for (const match of text.matchAll(tags)) {
    const [source, whole, sign = '', inner = ''] = match;
    plain(text.slice(at, match.index));
    at = match.index + source.length;
    const name = whole ?? inner;
    if (sign === '!') written.tag({ inner: `!-- ${inner.replaceAll('--', '—')} --` });
    else if (sign === '>' || sign === '=' || !path.test(name)) {
      notCarried.push(l10n.t`${source.replace(/\s+/g, ' ')}, which stays as text.`);
      written.plain(source);
    } else {
      const [first] = name.split('.') as [string];
      if (sign === '/') depth--;
      if (depth === 0 && first !== '') used.add(first);
      if (sign === '#' || name.includes('.')) collections.add(first);
      if (sign === '#' || sign === '^') depth++;
      written.tag({ inner: `${sign === '&' ? '' : sign}${asPath(name)}` });
    }
  }
  plain(text.slice(at));
  if (/\{\{\s*#/.test(text))
    notCarried.push(
      l10n.t`Names inside a section: here they are those of its item alone; one of the row is written ../name.`,
    );
  if (/\{\{\s*[\p{L}_.]/u.test(text.replace(/\{\{\{[^{}]*\}\}\}/g, '')))
    notCarried.push(
      l10n.t`The signs <, > and & in values: Mustache writes them as HTML does, and here they stay as they are.`,
    );
  return { body: written.text(), used, collections: new Set([...collections].filter((name) => used.has(name))) };
}

/** A bare name that is also a helper's would call the helper. */
function asPath(name: string): string {
  if (name === '.') return 'this';
  return Object.hasOwn(helperShapes, name) ? `this.${name}` : name;
}
