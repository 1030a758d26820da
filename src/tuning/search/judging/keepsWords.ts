import type { Bounds } from '../bounds';
import type { SearchContext } from '../searchContext';
import { repetitions } from '../text/words';

/** What a bound asks of the words of a text. */
type Rules = Pick<Bounds, 'keepsNames' | 'keptWords' | 'synonymsOnly'>;

/**
 * Tells of each text whether it says nothing twice that the original says once, names the labels that are named there,
 * and keeps enough of its words.
 */
export function keepsWords(
  setting: Pick<SearchContext, 'written' | 'read' | 'namesIn' | 'start'>,
  rules: Rules,
): (source: string) => boolean {
  const { read, namesIn, start } = setting;
  const repeated = repetitions(read(start.source, rules));
  const names = namesIn(start.source);
  return (source) => {
    const isDull = rules.synonymsOnly && repetitions(read(source, rules)) > repeated;
    const isRenamed = rules.synonymsOnly && namesIn(source) !== names;
    return !isDull && !isRenamed && keptShare(source, setting, rules) >= rules.keptWords;
  };
}

/** Share of the words a person wrote that still stand. */
function keptShare(source: string, { written, read }: Pick<SearchContext, 'written' | 'read'>, rules: Rules): number {
  const present = new Set(read(source, rules).words.map(({ core }) => core.toLowerCase()));
  return written.size === 0 ? 1 : [...written].filter((word) => present.has(word)).length / written.size;
}
