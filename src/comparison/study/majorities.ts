import { isNumber, isText, object, type Infer } from '../../channel/guards';
import { isSplit } from '../../runs/record/words/recordWords';
import type { Study } from './studies';

/** Always answering the most frequent label, on rows that some runs were measured on. */
export const isMajority = object({ label: isText, accuracy: isNumber, split: isSplit, n: isNumber });
export type Majority = Infer<typeof isMajority>;

/** The majority baselines of some studies, each once; one where all were measured on the same rows. */
export function majoritiesOf(studies: readonly Study[]): readonly Majority[] {
  const all = studies
    .flatMap(({ runs }) => runs)
    .flatMap(({ result }): readonly Majority[] =>
      result?.majority ? [{ ...result.majority, split: result.split, n: result.n }] : [],
    );
  return [...new Map(all.map((majority) => [JSON.stringify(majority), majority])).values()];
}
