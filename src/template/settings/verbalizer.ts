import { spaceBetween } from '../text/unspaced';

/** A label as its own word in the middle of a text: after a space, where its script parts words by spaces. */
export const ownWord = (label: string): string => spaceBetween('', label) + label;

/** The words of each label, in the order of the labels; a label without written words is its {@link ownWord}. */
export function labelWords(
  labels: readonly string[],
  written: Readonly<Record<string, readonly string[]>> = {},
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    labels.map((label) => {
      const words = Object.hasOwn(written, label) ? written[label]! : [];
      return [label, words.length > 0 ? words : [ownWord(label)]];
    }),
  );
}

type Words = Readonly<Record<string, readonly string[]>>;

/**
 * The words with those that nobody wrote put in their place: a label that is its own word stands behind what parts an
 * answer there from what is before it.
 * @param written `tune.labels` as the template writes it
 * @param lead the white space of the place before a word
 */
export function placedWords(words: Words, written: Words = {}, lead: (word: string) => string): Words {
  return Object.fromEntries(
    Object.entries(words).map(([label, list]) => {
      // Runs of earlier versions have a space before each label.
      const isOwn =
        list.length === 1 && [ownWord(label), ` ${label}`].includes(list[0]!) && !Object.hasOwn(written, label);
      return [label, isOwn ? [lead(label) + label] : list];
    }),
  );
}

/** Those words that the template writes: what the others are depends on where the answer stands. */
export const writtenWords = (words: Words, written: Words = {}): Words =>
  Object.fromEntries(Object.entries(words).filter(([label]) => (written[label]?.length ?? 0) > 0));

/** A word that stands for two labels, so that no score can tell them apart. */
export interface SharedWord {
  readonly word: string;
  readonly first: string;
  readonly second: string;
}

export function sharedWords(words: Readonly<Record<string, readonly string[]>>): readonly SharedWord[] {
  const owner = new Map<string, string>();
  const shared: SharedWord[] = [];
  for (const [label, list] of Object.entries(words)) {
    for (const word of list) {
      const first = owner.get(word);
      if (first === undefined) owner.set(word, label);
      else if (first !== label) shared.push({ word, first, second: label });
    }
  }
  return shared;
}
