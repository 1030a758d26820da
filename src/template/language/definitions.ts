import { dirname, join, resolve } from 'node:path';
import { noFrontMatter, readFrontMatter } from '../syntax/frontMatter';
import { splitPromptFile } from '../syntax/dotprompt';
import { rangeOf } from '../text/position';
import type { Range, Span } from '../text/position';
import { listAround } from './offeredNames';
import { readWrittenSettings } from '../settings/writtenSettings';
import { namedFiles } from '../read/dataFiles';
import { tolerantParse } from '../syntax/tolerantParse';
import type { TolerantParse } from '../syntax/tolerantParse';
import { tagAround, wordsOfTag } from '../syntax/tagAt';
import { findPartial, partialFile } from '../read/partials';
import type { OutlineKey } from '../syntax/yamlOutline';

/** A word and where it is defined. */
export interface Definition {
  /** The word itself. */
  readonly origin: Range;
  /** Path of the file with the definition. */
  readonly file: string;
  /** Range in the template; absent for another file. */
  readonly range?: Range;
}

export interface FileLink {
  readonly range: Range;
  readonly file: string;
}

/**
 * The definitions of the word at an offset: partials and data files, inputs in the schema, labels in the enum, ids at
 * their first use.
 */
export function definitionsAt(text: string, offset: number, path: string): readonly Definition[] {
  const parsed = tolerantParse(text);
  const link = linksOf(text, path).find(({ range }) => range.start.offset <= offset && offset <= range.end.offset);
  if (link) return [{ origin: link.range, file: link.file }];
  const found = inFrontMatter(parsed, offset) ?? inBody(parsed, offset);
  return found
    ? [{ origin: rangeOf(parsed.lines, found.origin), file: path, range: rangeOf(parsed.lines, found.target) }]
    : [];
}

/** Names of other files in a template: partials and data files. */
export function linksOf(text: string, path: string): readonly FileLink[] {
  const parsed = tolerantParse(text);
  const folder = dirname(path);
  const parts = splitPromptFile(text);
  const frontMatter = parts.frontMatter ? readFrontMatter(parts.frontMatter) : noFrontMatter;
  const { written } = readWrittenSettings(frontMatter);
  const data = namedFiles({ frontMatter, written }).map(({ file, entry }): FileLink => ({
    range: rangeOf(parsed.lines, entry.valueSpan),
    file: resolve(folder, file),
  }));
  const partials = parsed.tags.flatMap((tag): readonly FileLink[] => {
    const calls = /^\{\{~?\s*#?>/.test(text.slice(...tag.span)) && /^[\w./-]+$/.test(tag.name);
    return calls
      ? [
          {
            range: rangeOf(parsed.lines, tag.nameSpan),
            file: findPartial(path, tag.name) ?? join(folder, partialFile(tag.name)),
          },
        ]
      : [];
  });
  return [...data, ...partials];
}

function inFrontMatter(
  { keys, text, frontMatter }: TolerantParse,
  offset: number,
): { origin: Span; target: Span } | undefined {
  const key = keys.find(
    (each) => each.path[0] === 'tune.labels' && each.path.length === 2 && each.start <= offset && offset <= each.end,
  );
  if (!key || !frontMatter) return undefined;
  const target = labelSpan({ keys, text }, key.path[1]!);
  return target && { origin: [key.start, key.end], target };
}

/** The label in the enum of the output; the key of the enum when its list is written in another way. */
function labelSpan({ keys, text }: Pick<TolerantParse, 'keys' | 'text'>, label: string): Span | undefined {
  const field = keys.find((key) => key.path[0] === 'output' && key.path[1] === 'schema' && key.path.length === 3);
  if (!field) return undefined;
  const list = /^\s*\[[^\]]*\]/.exec(text.slice(field.valueStart))?.[0] ?? '';
  for (let at = list.indexOf(label); at >= 0; at = list.indexOf(label, at + 1)) {
    const alone = /[\s[,"']/.test(list[at - 1] ?? ' ') && /[\s\],"']/.test(list[at + label.length] ?? ' ');
    if (alone && label !== '') return [field.valueStart + at, field.valueStart + at + label.length];
  }
  return [field.start, field.end];
}

function inBody(parsed: TolerantParse, offset: number): { origin: Span; target: Span } | undefined {
  const { text, tags, keys } = parsed;
  const tag = offset >= parsed.body.start ? tagAround(tags, offset) : undefined;
  const word = tag && wordsOfTag(text, tag).find((each) => each.start <= offset && offset <= each.end);
  if (!tag || !word) return undefined;
  const origin: Span = [word.start, word.end];
  if (word.attribute === 'id' && tag.name === 'soft') {
    const first = tags
      .filter((each) => each.name === 'soft')
      .flatMap((each) => wordsOfTag(text, each))
      .find((each) => each.attribute === 'id' && each.text === word.text);
    return first && { origin, target: [first.start, first.end] };
  }
  if (word.quoted) {
    const target = parsed.outputs.some((field) => field.values?.includes(word.text))
      ? labelSpan(parsed, word.text)
      : undefined;
    return target && { origin, target };
  }
  const written = /^(\.\.\/)*(?:this[./]|@root[./])?([^./]+)/.exec(word.text);
  if (!written) return undefined;
  const { inside, list } = listAround(parsed, tag.span[0]);
  const ofItem = inside && written[1] === undefined && !word.text.startsWith('@root');
  const key = ofItem
    ? list === undefined
      ? undefined
      : itemKey(keys, list, written[2]!)
    : rowKeyOf(keys, written[2]!);
  return key && { origin, target: [key.start, key.end] };
}

/** The entry of a row's name: in a schema, else among the defaults. */
function rowKeyOf(keys: readonly OutlineKey[], name: string): OutlineKey | undefined {
  const bare = (key: OutlineKey) => key.path.at(-1)!.replace(/[?(].*$/s, '');
  const inSchema = keys.find(
    (key) =>
      (key.path[0] === 'input' || key.path[0] === 'output') &&
      key.path[1] === 'schema' &&
      bare(key) === name &&
      (key.path.length === 3 || (key.path[2] === 'properties' && key.path.length === 4)),
  );
  return (
    inSchema ??
    keys.find(
      (key) => key.path[0] === 'input' && key.path[1] === 'default' && key.path.length === 3 && bare(key) === name,
    )
  );
}

function itemKey(keys: readonly OutlineKey[], list: string, name: string): OutlineKey | undefined {
  return keys.find(
    (key) => key.path[0] === 'input' && key.path[1] === 'default' && key.path[2] === list && key.path.at(-1) === name,
  );
}
