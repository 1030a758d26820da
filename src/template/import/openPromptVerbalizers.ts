import { parse } from 'yaml';
import { isMapping } from '../syntax/schema';

/** The words of each label. */
export type Verbalizer = Readonly<Record<string, readonly string[]>>;

const unnamed = 'The names of the labels, which the verbalizer does not give; they are the first word of each.';

/**
 * The verbalizers of a file: JSON of labels to words, of lists of words, or a list of such; lines of words, a label a
 * line, in groups that empty lines part.
 */
export function readVerbalizers(text: string, notCarried: string[]): readonly Verbalizer[] {
  const value = parsed(text);
  if (isMapping(value)) return [ofMapping(value)];
  if (Array.isArray(value) && value.length > 0 && value.every(isMapping)) return value.map(ofMapping);
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => Array.isArray(each) && each.every(Array.isArray))
  ) {
    notCarried.push(unnamed);
    return value.map((group: readonly unknown[]) => ofLists(group));
  }
  if (Array.isArray(value)) {
    notCarried.push(unnamed);
    return [ofLists(value)];
  }
  const groups = text
    .split(/(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)/)
    .map((group) =>
      group
        .split(/\r\n?|\n/)
        .map((line) =>
          line
            .split(',')
            .map((word) => word.trim())
            .filter(Boolean),
        )
        .filter((line) => line.length > 0),
    )
    .filter((group) => group.length > 0);
  if (groups.length > 0) notCarried.push(unnamed);
  return groups.map(ofLists);
}

function parsed(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' }) as unknown;
  } catch {
    return undefined;
  }
}

const wordsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map((word) => ` ${String(word).trim()}`);

const ofMapping = (value: Readonly<Record<string, unknown>>): Verbalizer =>
  Object.fromEntries(Object.entries(value).map(([label, words]) => [label, wordsOf(words)]));

const ofLists = (lists: readonly unknown[]): Verbalizer =>
  Object.fromEntries(lists.map((list) => [String(Array.isArray(list) ? list[0] : list).trim(), wordsOf(list)]));
