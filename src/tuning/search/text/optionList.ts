import { markings, marksOf, type Marking } from './listMarking';
import { isSpaceless } from './spacelessScripts';

/** An answer that an instruction offers, with the article of its own in front of it: "the " of "the post". */
export interface Option {
  readonly article: string;
  readonly name: string;
}

/** Where an instruction lists the answers: "a person, place or number". */
export interface OptionList {
  /** Offsets in the source. */
  readonly from: number;
  readonly to: number;
  /** An article that stands once, in front of all: "a "; empty where each has its own, or none has. */
  readonly shared: string;
  readonly options: readonly Option[];
  /** What stands between them, one less than there are options: ", " and " or ". */
  readonly gaps: readonly string[];
  /** What is written around each; nothing where it is not told. */
  readonly marking?: Marking;
}

const article =
  'the|an?|der|die|das|den|eine?|einen|les?|la|une?|el|los|las|una|il|lo|gli|os?|as?|uma?|de|het|een|en|ett|et';
const connective = [
  'or|and|oder|und|ou|et|o|y|u|e|of|en|eller|och|og',
  'или|и|або',
  '或者?|和|与|還是|还是|または|か|や',
].join('|');
const between = new RegExp(
  `^(\\s*(?:[,;/|、，；]\\s*)?(?:(?:${connective})(?![\\p{L}\\p{N}])\\s*|[或和与か や]者?)?)` +
    `((?:${article})\\s+)?$`,
  'iu',
);
const articleAtEnd = new RegExp(`(?<![\\p{L}\\p{N}])(?:${article})\\s+$`, 'iu');

/**
 * The longest list of label words in a text; undefined where no two stand beside each other.
 * @param names label words as they are written
 * @param end offset from where on nothing counts
 */
export function readOptionList(source: string, names: readonly string[], end = source.length): OptionList | undefined {
  return longestList(source, occurrences(source.slice(0, end), names), 'plain');
}

/** The same, also where each is numbered or stands between marks: "1. person, 2. place". */
export function readMarkedList(source: string, names: readonly string[], end: number): OptionList | undefined {
  const found = occurrences(source.slice(0, end), names);
  const lists = markings.flatMap((marking) => longestList(source, found, marking) ?? []);
  return lists.reduce<OptionList | undefined>(
    (best, list) => (list.options.length > (best?.options.length ?? 1) ? list : best),
    undefined,
  );
}

function longestList(source: string, found: readonly Occurrence[], marking: Marking): OptionList | undefined {
  let best: OptionList | undefined;
  for (let first = 0; first < found.length; first++) {
    const list = listFrom(source, found.slice(first), marking);
    if (list && list.options.length > (best?.options.length ?? 1)) best = list;
  }
  return best;
}

interface Occurrence {
  readonly from: number;
  readonly to: number;
}

function occurrences(text: string, names: readonly string[]): readonly Occurrence[] {
  const all = [...new Set(names)]
    .sort((a, b) => b.length - a.length)
    .flatMap((name) => {
      const plain = name.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
      const pattern = isSpaceless(name) ? plain : `(?<![\\p{L}\\p{N}])${plain}(?![\\p{L}\\p{N}])`;
      return [...text.matchAll(new RegExp(pattern, 'giu'))].map(({ index }) => ({
        from: index,
        to: index + name.length,
      }));
    });
  const kept: Occurrence[] = [];
  for (const one of all) if (kept.every(({ from, to }) => one.to <= from || to <= one.from)) kept.push(one);
  return kept.sort((a, b) => a.from - b.from);
}

/** The list that begins with the first of these, each between its marks. */
function listFrom(source: string, found: readonly Occurrence[], marking: Marking): OptionList | undefined {
  const nameAt = (i: number): string => source.slice(found[i]!.from, found[i]!.to);
  const first = withMarks(source, found[0]!, marksOf(marking, 0));
  if (!first) return undefined;
  const before = articleAtEnd.exec(source.slice(0, first.from))?.[0] ?? '';
  const options: Option[] = [{ article: before, name: nameAt(0) }];
  const gaps: string[] = [];
  let last = first;
  for (let i = 1; i < found.length; i++) {
    const next = withMarks(source, found[i]!, marksOf(marking, i));
    const [, gap, own = ''] = (next && between.exec(source.slice(last.to, next.from))) ?? [];
    const isNew = options.every(({ name }) => name.toLowerCase() !== nameAt(i).toLowerCase());
    if (!next || gap === undefined || gap === '' || !isNew) break;
    gaps.push(gap);
    options.push({ article: own, name: nameAt(i) });
    last = next;
  }
  if (gaps.length === 0) return undefined;
  const isShared = before !== '' && options.slice(1).every((option) => option.article === '');
  return {
    from: first.from - before.length,
    to: last.to,
    shared: isShared ? before : '',
    options: isShared ? [{ article: '', name: nameAt(0) }, ...options.slice(1)] : options,
    gaps,
    ...(marking !== 'plain' && { marking }),
  };
}

/** An answer with what is written around it; undefined where something else is. */
function withMarks(
  source: string,
  { from, to }: Occurrence,
  [before, after]: readonly [string, string],
): Occurrence | undefined {
  return source.slice(0, from).endsWith(before) && source.startsWith(after, to)
    ? { from: from - before.length, to: to + after.length }
    : undefined;
}

/** A list as it is written, "an" in front of a vowel. */
export function writeOptionList({ shared, options, gaps, marking = 'plain' }: Omit<OptionList, 'from' | 'to'>): string {
  return options
    .map(({ article: own, name }, i) => {
      const [before, after] = marksOf(marking, i);
      return fitted((i === 0 && shared) || own, name) + before + name + after + (gaps[i] ?? '');
    })
    .join('');
}

const fitted = (own: string, name: string): string =>
  /^an?\s+$/i.test(own) ? own.replace(/^(a)n?/i, /^[aeiou]/i.test(name) ? '$1n' : '$1') : own;
