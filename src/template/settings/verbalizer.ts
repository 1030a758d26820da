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
