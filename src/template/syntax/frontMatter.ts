import * as l10n from '@vscode/l10n';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import type { Document, Pair, YAMLMap, YAMLParseError } from 'yaml';
import { ExactNumber, isExact } from '../../data/exactNumber';
import type { FilePart } from './dotprompt';
import type { Draft } from '../text/finding';
import type { Span } from '../text/position';
import { isMapping } from './schema';
import { narrowed, wideSignsBehind } from './wideSigns';

/** The YAML of a prompt file with the spans of its keys and values. */
export interface FrontMatter {
  /** The mapping as JavaScript; empty when the YAML is broken. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly broken: boolean;
  readonly root?: YAMLMap;
  /** Offset of the YAML in the file. */
  readonly start: number;
  readonly text: string;
  readonly problems: readonly Draft[];
}

/** A key with the spans of the key and of its value in the file. */
export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  /** The span of the value; that of the key when the value is empty. */
  readonly valueSpan: Span;
}

export const noFrontMatter: FrontMatter = { value: {}, broken: false, start: 0, text: '', problems: [] };

/**
 * Parses front matter. Broken YAML becomes one `yaml-syntax` problem: what follows the first error is mostly its echo.
 */
export function readFrontMatter(part: FilePart): FrontMatter {
  const base = { start: part.start, text: part.text };
  const broken = (problems: readonly Draft[]): FrontMatter => ({ ...base, value: {}, broken: true, problems });
  const whole: Span = [part.start, part.start + part.text.length];
  try {
    const document = parseDocument(part.text, { prettyErrors: false, logLevel: 'silent' });
    const [error] = [...document.errors].sort((a, b) => a.pos[0] - b.pos[0]);
    if (error) return broken([problemOf(part, error)]);
    if (document.contents === null) return { ...base, value: {}, broken: false, problems: [] };
    if (!isMap(document.contents))
      return broken([yamlProblem(l10n.t`The front matter must be a mapping of keys to values.`, whole)]);
    keepNumbers(document);
    const value: unknown = document.toJS();
    if (!isMapping(value))
      return broken([yamlProblem(l10n.t`The front matter must be a mapping of keys to values.`, whole)]);
    return { ...base, value, broken: false, root: document.contents as YAMLMap, problems: [] };
  } catch (error) {
    return broken([
      yamlProblem(
        l10n.t`The YAML cannot be read: ${firstSentence(error instanceof Error ? error.message : String(error))}`,
        whole,
      ),
    ]);
  }
}

/** Numbers that a double would round stay as they are written. */
function keepNumbers(document: Document): void {
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== 'number' || node.source === undefined || !/^[-+]?[\d.]/.test(node.source)) return;
      const written = node.source.replace(/^\+/, '');
      if (/^-?[\d.]+(?:e[-+]?\d+)?$/i.test(written) && !isExact(written))
        node.value = key === 'key' ? written : new ExactNumber(written);
    },
  });
}

function problemOf(part: FilePart, { message, pos }: YAMLParseError): Draft {
  const wide = wideSignsBehind(part.text, pos[0]);
  if (!wide) return yamlProblem(l10n.t`The YAML is broken: ${firstSentence(message)}`, clamp(part, pos));
  const meant = narrowed(wide.sign).trim();
  const edits = wide.edits.map(({ start, end, text }) => ({ start: part.start + start, end: part.start + end, text }));
  return {
    ...yamlProblem(
      meant === ''
        ? l10n.t`The YAML is broken: there is a wide space, which it does not know as one.`
        : l10n.t`The YAML is broken: "${wide.sign}" stands where it knows only "${meant}".`,
      clamp(part, [wide.at, wide.at + 1]),
    ),
    fixes: [{ title: l10n.t`Write the signs of YAML in this line`, edits }],
  };
}

function yamlProblem(message: string, span: Span): Draft {
  return { code: 'yaml-syntax', severity: 'error', message, span };
}

function firstSentence(message: string): string {
  const line = message.split('\n')[0]!.trim().replace(/[.:]$/, '');
  return `${line}.`;
}

function clamp(part: FilePart, [from, to]: readonly [number, number]): Span {
  const start = Math.min(Math.max(from, 0), part.text.length);
  return [part.start + start, part.start + Math.min(Math.max(to, start), part.text.length)];
}

/** The entries of the mapping at a path of keys; none when there is no mapping. */
export function entriesAt(frontMatter: FrontMatter, path: readonly string[]): readonly Entry[] {
  const map = nodeAt(frontMatter, path);
  return isMap(map) ? map.items.map((pair) => entryOf(frontMatter, pair)) : [];
}

/** The entry at a path of keys (list positions as decimal text). */
export function entryAt(frontMatter: FrontMatter, path: readonly string[]): Entry | undefined {
  const map = nodeAt(frontMatter, path.slice(0, -1));
  const pair = isMap(map) ? map.items.find((item) => keyText(item) === path.at(-1)) : undefined;
  return pair && entryOf(frontMatter, pair);
}

/** The span of the node at a path, such as the item of a list. */
export function spanAt(frontMatter: FrontMatter, path: readonly string[]): Span | undefined {
  return spanOfNode(frontMatter, nodeAt(frontMatter, path));
}

/** The YAML node at a path of keys; list positions as decimal text. */
export function nodeAt(frontMatter: FrontMatter, path: readonly string[]): unknown {
  let node: unknown = frontMatter.root;
  for (const step of path) {
    if (isMap(node)) node = node.items.find((pair) => keyText(pair) === step)?.value;
    else if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items))
      node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function entryOf(frontMatter: FrontMatter, pair: Pair): Entry {
  const keySpan = spanOfNode(frontMatter, pair.key) ?? [frontMatter.start, frontMatter.start];
  const valueSpan = spanOfNode(frontMatter, pair.value);
  return { key: keyText(pair), keySpan, valueSpan: valueSpan && valueSpan[1] > valueSpan[0] ? valueSpan : keySpan };
}

function spanOfNode(frontMatter: FrontMatter, node: unknown): Span | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const [start, end] = node.range as [number, number];
  const written = frontMatter.text.slice(start, end);
  return [frontMatter.start + start, frontMatter.start + start + written.trimEnd().length];
}
