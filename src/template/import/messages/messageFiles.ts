import * as l10n from '@vscode/l10n';
import { extname } from 'node:path';
import { createArrayScanner, createLineScanner, decodeObject } from '../../../data/json';
import { Failure } from '../../../failure';
import type { FilesAround } from '../importFiles';

export type Split = 'train' | 'dev' | 'test';

/** Words in a file's name that say which rows it holds. */
const words: Readonly<Record<Split, readonly string[]>> = {
  train: ['train', 'training'],
  dev: ['dev', 'valid', 'validation', 'val', 'eval'],
  test: ['test', 'testing'],
};
const splits = ['train', 'dev', 'test'] as const;

/** A row and where it begins. */
export interface FileRow {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * The files that belong together by their names, such as `train.jsonl`, `valid.jsonl` and `mood-test.jsonl`: one for
 * each split. A file whose name says nothing holds the rows to train on, and so does one without a train file beside.
 * @param notCarried gets a sentence for each further file of a split
 */
export function filesOfSplits(
  file: string,
  { listFolder }: FilesAround,
  notCarried: string[],
): Readonly<Partial<Record<Split, string>>> {
  const own = splitIn(file);
  if (!own) return { train: file };
  const beside = (listFolder?.('.') ?? []).filter((name) => !name.endsWith('/'));
  const found: Partial<Record<Split, string>> = { [own.split]: file };
  for (const split of splits) {
    const named = words[split].map((word) => own.before + word + own.behind).filter((name) => beside.includes(name));
    const [first = undefined, ...others] = found[split] === undefined ? named : [found[split], ...named];
    if (first !== undefined) found[split] = first;
    for (const other of others)
      if (other !== first) notCarried.push(l10n.t`"${other}": the ${split} rows are those of "${String(first)}".`);
  }
  return found.train === undefined ? { train: file } : found;
}

/** A name without the word for its split, as the template is to be called. */
export function nameWithoutSplit(name: string): string {
  const own = splitIn(name);
  if (!own) return name;
  const rest = `${own.before}${own.behind}`.replace(/[-_. ]{2,}/g, '-').replace(/^[-_. ]+|[-_. ]+$/g, '');
  return /[\p{L}]/u.test(rest) ? rest : `chat${rest === '' ? '' : `-${rest}`}`;
}

/** The word for the split in a name, in small letters, and what stands on its two sides. */
function splitIn(
  name: string,
): { readonly split: Split; readonly before: string; readonly behind: string } | undefined {
  for (const split of splits)
    for (const word of words[split]) {
      const found = new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, 'u').exec(name);
      if (found)
        return { split, before: name.slice(0, found.index), behind: name.slice(found.index + found[0].length) };
    }
  return undefined;
}

/**
 * The rows of a text of JSON lines, or of a JSON array where the name ends in `.json`.
 * @throws Failure `import-format` with the line and the reason
 */
export function rowsInText(text: string, file: string): readonly FileRow[] {
  const bytes = Buffer.from(text);
  const scanner = extname(file) === '.json' ? createArrayScanner() : createLineScanner();
  try {
    return [...scanner.scan(bytes, 0), ...scanner.finish()].map((span) => ({
      line: span.line,
      value: decodeObject({ ...span, text: bytes.toString('utf8', span.start, span.end) }),
    }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('import-format', `"${file}": ${error.message}`, { line: error.location.line }, error.remedy);
  }
}
