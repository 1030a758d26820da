import { shuffle, type Random } from '../../../data/random';
import { writeOptionList, type Option, type OptionList } from '../text/optionList';
import { isSpaceless } from '../text/spacelessScripts';

/** Orders drawn at random beside those that exchange two options, and pairs of an order and a way to write it. */
const drawn = 6;

/**
 * The answers that a text lists in another order, or written another way: a small model leans to what stands at one end
 * of the list, and to what has an article of its own. What is asked and what may be answered stays the same.
 */
export function listMoves(source: string, list: OptionList, random: Random): readonly string[] {
  const write = (changed: Omit<OptionList, 'from' | 'to'>): string =>
    source.slice(0, list.from) + writeOptionList(changed) + source.slice(list.to);
  const orders = [...ordersOf(list.options), ...Array.from({ length: drawn }, () => shuffle(list.options, random))];
  const ways = waysOf(list);
  const both = Array.from({ length: ways.length > 0 ? drawn : 0 }, () => {
    const [way] = shuffle(ways, random);
    const [options] = shuffle(orders, random);
    return way!(options!);
  });
  const changed = [
    ...shuffle(orders, random).map((options) => ({ ...list, options })),
    ...ways.map((way) => way(list.options)),
    ...both,
  ];
  return [...new Set(shuffle(changed, random).map(write))].filter((text) => text !== source);
}

/** Two exchanged, the last in front or the first behind, all turned round. */
function ordersOf(options: readonly Option[]): readonly (readonly Option[])[] {
  const exchanged = options.flatMap((_, i) =>
    Array.from({ length: options.length - i - 1 }, (__, k) => {
      const other = [...options];
      [other[i], other[i + k + 1]] = [options[i + k + 1]!, options[i]!];
      return other;
    }),
  );
  return [
    ...exchanged,
    [...options.slice(1), options[0]!],
    [options.at(-1)!, ...options.slice(0, -1)],
    [...options].reverse(),
  ];
}

type Way = (options: readonly Option[]) => Omit<OptionList, 'from' | 'to'>;

/** Without articles, with commas alone, the last gap between all, strokes, and between quotation marks. */
function waysOf({ shared, options, gaps }: OptionList): readonly Way[] {
  const spaceless = options.some(({ name }) => isSpaceless(name));
  const bare = (given: readonly Option[]): readonly Option[] => given.map(({ name }) => ({ article: '', name }));
  const same = (gap: string): readonly string[] => gaps.map(() => gap);
  const comma = spaceless ? '、' : ', ';
  const [open, close] = spaceless ? ['“', '”'] : ['"', '"'];
  const quoted = (given: readonly Option[]): readonly Option[] =>
    given.map(({ name }) => ({ article: '', name: `${open}${name}${close}` }));
  const ways: Way[] = [
    (given) => ({ shared: '', options: bare(given), gaps }),
    (given) => ({ shared, options: given, gaps: same(comma) }),
    (given) => ({ shared: '', options: bare(given), gaps: same(comma) }),
    (given) => ({ shared, options: given, gaps: same(gaps.at(-1)!) }),
    (given) => ({ shared: '', options: bare(given), gaps: same(spaceless ? '／' : '/') }),
  ];
  return options.some(({ article }) => article !== '') || shared !== '' || gaps.length > 0
    ? [...ways, (given) => ({ shared: '', options: quoted(given), gaps })]
    : ways;
}
