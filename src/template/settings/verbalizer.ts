/** The words of each label, in the order of the labels; a label without written words is its own word after a space. */
export function labelWords(
  labels: readonly string[],
  written: Readonly<Record<string, readonly string[]>> = {},
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    labels.map((label) => {
      const words = Object.hasOwn(written, label) ? written[label]! : [];
      return [label, words.length > 0 ? words : [` ${label}`]];
    }),
  );
}

type Words = Readonly<Record<string, readonly string[]>>;

/**
 * The words with those that nobody wrote put in their place: a label that is its own word stands behind what parts an
 * answer there from what is before it.
 * @param written `tune.labels` as the template writes it
 * @param lead the white space of the place
 */
export function placedWords(words: Words, written: Words = {}, lead: string): Words {
  return Object.fromEntries(
    Object.entries(words).map(([label, list]) => {
      const isOwn = list.length === 1 && list[0] === ` ${label}` && !Object.hasOwn(written, label);
      return [label, isOwn ? [lead + label] : list];
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
