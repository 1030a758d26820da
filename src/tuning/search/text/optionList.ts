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
  const found = occurrences(source.slice(0, end), names);
  let best: OptionList | undefined;
  for (let first = 0; first < found.length; first++) {
    const list = listFrom(source, found.slice(first));
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

/** The list that begins with the first of these. */
function listFrom(source: string, [first, ...others]: readonly Occurrence[]): OptionList | undefined {
  const nameOf = ({ from, to }: Occurrence): string => source.slice(from, to);
  const before = articleAtEnd.exec(source.slice(0, first!.from))?.[0] ?? '';
  const options: Option[] = [{ article: before, name: nameOf(first!) }];
  const gaps: string[] = [];
  let last = first!;
  for (const next of others) {
    const [, gap, own = ''] = between.exec(source.slice(last.to, next.from)) ?? [];
    const isNew = options.every(({ name }) => name.toLowerCase() !== nameOf(next).toLowerCase());
    if (gap === undefined || gap === '' || !isNew) break;
    gaps.push(gap);
    options.push({ article: own, name: nameOf(next) });
    last = next;
  }
  if (gaps.length === 0) return undefined;
  const isShared = before !== '' && options.slice(1).every((option) => option.article === '');
  return {
    from: first!.from - before.length,
    to: last.to,
    shared: isShared ? before : '',
    options: isShared ? [{ article: '', name: nameOf(first!) }, ...options.slice(1)] : options,
    gaps,
  };
}

/** A list as it is written, "an" in front of a vowel. */
export function writeOptionList({ shared, options, gaps }: Omit<OptionList, 'from' | 'to'>): string {
  const written = options.map(
    ({ article: own, name }, i) => (i === 0 ? fitted(shared || own, name) : fitted(own, name)) + name,
  );
  return written.map((option, i) => option + (gaps[i] ?? '')).join('');
}

const fitted = (own: string, name: string): string =>
  /^an?\s+$/i.test(own) ? own.replace(/^(a)n?/i, /^[aeiou]/i.test(name) ? '$1n' : '$1') : own;
