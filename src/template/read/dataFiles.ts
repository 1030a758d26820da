import { fileOfSource, formatOfSource, type TextFormat } from '../../data/table/tableFormat';
import { dividedData, isShare } from '../settings/data/dataShares';
import { splits } from '../settings/settings';
import { entryAt, type Entry } from '../syntax/frontMatter';
import type { Analysis } from './analysis';
import { divisionOf, firstSplitSeed } from './division';
import type { SplitName } from './templateContext';

/** A data file that a template names. */
export interface NamedFile {
  readonly split: SplitName;
  /** Path as it is written. */
  readonly file: string;
  readonly how: TextFormat;
  /** Whether the split takes a share of the file that train names, which is written there. */
  readonly isShare: boolean;
  /** Where the path, or the share, is written. */
  readonly entry: Entry;
  /** Where the split is written: the path, or all that is said of the file. */
  readonly source: Entry;
}

type NamingAnalysis = Pick<Analysis, 'frontMatter' | 'written' | 'usage' | 'output' | 'answerObject'>;

/** The data files that a template names, in the order of the splits. */
export function namedFiles(analysis: NamingAnalysis): readonly NamedFile[] {
  const { frontMatter, written } = analysis;
  const data = dividedData(written.data ?? {}, divisionOf(analysis, written.splitSeed ?? firstSplitSeed));
  return splits.flatMap((split): readonly NamedFile[] => {
    const value = data[split];
    const source = entryAt(frontMatter, ['tune.data', split]);
    if (value === undefined || !source) return [];
    const entry = entryAt(frontMatter, ['tune.data', split, 'file']) ?? source;
    const named = { split, isShare: isShare(written.data?.[split]), entry, source };
    return [{ ...named, file: fileOfSource(value), how: formatOfSource(value) }];
  });
}

/** The data file of one split. */
export const namedFile = (analysis: NamingAnalysis, split: SplitName): NamedFile | undefined =>
  namedFiles(analysis).find((each) => each.split === split);
