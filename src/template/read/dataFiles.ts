import { fileOfSource, formatOfSource, type TextFormat } from '../../data/tableFormat';
import { splits } from '../settings/settingKeys';
import { entryAt, type Entry } from '../syntax/frontMatter';
import type { Analysis } from './analysis';
import type { SplitName } from './templateContext';

/** A data file that a template names. */
export interface NamedFile {
  readonly split: SplitName;
  /** Path as it is written. */
  readonly file: string;
  readonly how: TextFormat;
  /** Where the path is written. */
  readonly entry: Entry;
  /** Where the split is written: the path, or all that is said of the file. */
  readonly source: Entry;
}

/** The data files that a template names, in the order of the splits. */
export function namedFiles({ frontMatter, written }: Pick<Analysis, 'frontMatter' | 'written'>): readonly NamedFile[] {
  return splits.flatMap((split): readonly NamedFile[] => {
    const value = written.data?.[split];
    const source = entryAt(frontMatter, ['tune.data', split]);
    if (value === undefined || !source) return [];
    const entry = entryAt(frontMatter, ['tune.data', split, 'file']) ?? source;
    return [{ split, file: fileOfSource(value), how: formatOfSource(value), entry, source }];
  });
}

/** The data file of one split. */
export const namedFile = (
  analysis: Pick<Analysis, 'frontMatter' | 'written'>,
  split: SplitName,
): NamedFile | undefined => namedFiles(analysis).find((each) => each.split === split);
