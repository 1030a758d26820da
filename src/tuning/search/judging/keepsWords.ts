import type { Bounds } from '../bounds';
import type { SearchContext } from '../searchContext';
import { repetitions } from '../text/words';

/** What a bound asks of the words of a text. */
type Rules = Pick<Bounds, 'keepsNames' | 'keptWords' | 'synonymsOnly'>;

/** Whether a text says nothing twice that the original says once, names the labels it names, and keeps enough words. */
export function keepsWords(
  source: string,
  setting: Pick<SearchContext, 'written' | 'read' | 'namesIn' | 'start'>,
  rules: Rules,
): boolean {
  const { read, namesIn, start } = setting;
  const isDull = rules.synonymsOnly && repetitions(read(source, rules)) > repetitions(read(start.source, rules));
  const isRenamed = rules.synonymsOnly && namesIn(source) !== namesIn(start.source);
  return !isDull && !isRenamed && keptShare(source, setting, rules) >= rules.keptWords;
}

/** Share of the words a person wrote that still stand. */
function keptShare(source: string, { written, read }: Pick<SearchContext, 'written' | 'read'>, rules: Rules): number {
  const present = new Set(read(source, rules).words.map(({ core }) => core.toLowerCase()));
  return written.size === 0 ? 1 : [...written].filter((word) => present.has(word)).length / written.size;
}
