import type { Division } from '../settings/data/dataShares';
import type { Analysis } from './analysis';
import { keyColumns } from './keyColumns';

/** By what the rows of a template are divided where dev and test take shares of them. */
export const divisionOf = (analysis: Pick<Analysis, 'usage' | 'output' | 'answerObject'>, seed: number): Division => ({
  seed,
  key: keyColumns(analysis),
  answer: analysis.output?.name,
});

/** The seed of the division where none is written. */
export const firstSplitSeed = 1;
