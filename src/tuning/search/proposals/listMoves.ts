import { shuffle, type Random } from '../../../data/random';
import { markings, mayMark } from '../text/listMarking';
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

/** The answers in other orders, written as they are. */
export function listOrders(source: string, list: OptionList, random: Random): readonly string[] {
  const orders = [...ordersOf(list.options), ...Array.from({ length: drawn }, () => shuffle(list.options, random))];
  return textsOf(
    source,
    list,
    shuffle(orders, random).map((options) => ({ ...list, options })),
  );
}

/**
 * The answers written otherwise in the same order, then in others: with other marks between them, with marks around
 * each, in capitals, in brackets. A small model goes by such marks more than by the words of what it is asked.
 */
export function listWays(source: string, list: OptionList, random: Random): readonly string[] {
  const ways = [...plainWays(list), ...markedWays(list)];
  const orders = shuffle(ordersOf(list.options), random);
  return textsOf(source, list, [
    ...shuffle(ways, random).map((way) => way(list.options)),
    ...shuffle(ways, random).map((way, i) => way(orders[i % orders.length]!)),
  ]);
}

function textsOf(source: string, { from, to }: OptionList, changed: readonly Listed[]): readonly string[] {
  const texts = changed.map((list) => source.slice(0, from) + writeOptionList(list) + source.slice(to));
  return [...new Set(texts)].filter((text) => text !== source);
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

type Listed = Omit<OptionList, 'from' | 'to'>;
type Way = (options: readonly Option[]) => Listed;

const isSpacelessList = ({ options }: OptionList): boolean => options.some(({ name }) => isSpaceless(name));
const bare = (given: readonly Option[]): readonly Option[] => given.map(({ name }) => ({ article: '', name }));
const same = (gap: string, { gaps }: OptionList): readonly string[] => gaps.map(() => gap);

/** Without articles, with commas alone, the last gap between all, and strokes. */
function plainWays(list: OptionList): readonly Way[] {
  const { shared, gaps } = list;
  const spaceless = isSpacelessList(list);
  const comma = same(spaceless ? '、' : ', ', list);
  return [
    (given) => ({ shared: '', options: bare(given), gaps }),
    (given) => ({ shared, options: given, gaps: comma }),
    (given) => ({ shared: '', options: bare(given), gaps: comma }),
    (given) => ({ shared, options: given, gaps: same(gaps.at(-1)!, list) }),
    (given) => ({ shared: '', options: bare(given), gaps: same(spaceless ? '／' : '/', list) }),
  ];
}

/** Those, and each in quotation marks. */
function waysOf(list: OptionList): readonly Way[] {
  const { shared, options, gaps } = list;
  const ways = plainWays(list);
  const [open, close] = isSpacelessList(list) ? ['“', '”'] : ['"', '"'];
  const quoted = (given: readonly Option[]): readonly Option[] =>
    given.map(({ name }) => ({ article: '', name: `${open}${name}${close}` }));
  return options.some(({ article }) => article !== '') || shared !== '' || gaps.length > 0
    ? [...ways, (given) => ({ shared: '', options: quoted(given), gaps })]
    : ways;
}

/** Each with marks around it, in capitals, and all in brackets; the marks are those of scripts with spaces. */
function markedWays(list: OptionList): readonly Way[] {
  const { options, gaps } = list;
  if (isSpacelessList(list)) return waysOf(list).slice(plainWays(list).length);
  const capitals = (given: readonly Option[]): readonly Option[] =>
    given.map(({ name }) => ({ article: '', name: name.toUpperCase() }));
  return [
    ...markings
      .filter((marking) => mayMark(marking, options.length))
      .map((marking): Way => (given) => ({ shared: '', options: bare(given), gaps, marking })),
    (given) => ({ shared: '', options: capitals(given), gaps }),
  ];
}
