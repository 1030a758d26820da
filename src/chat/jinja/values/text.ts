import { requireLength } from './budget';

/** Marks of one character each: it stands in the template, or comes from a value. */
export const own = 'o';
export const data = 'd';

/** Whether a text has been looked at that a message brought; undefined while nobody asks. */
let hasRead: boolean | undefined;

/**
 * Does some work, and says whether anything of it went by what a message says: its letters, or how many there are. What
 * only moves, repeats or strips a text does not.
 */
export function watchReading<T>(work: () => T): { readonly result: T; readonly hasRead: boolean } {
  const before = hasRead;
  hasRead = false;
  try {
    const result = work();
    return { result, hasRead };
  } finally {
    hasRead = before;
  }
}

/** A text of which every UTF-16 unit knows whether the template itself wrote it. */
export class Text {
  /**
   * @param units the text, for what goes on in the same way whatever it says; anything else reads `text`
   * @param marks as many of {@link own} and {@link data}, or others that tell messages apart, as `text` has units
   */
  constructor(
    readonly units: string,
    readonly marks: string,
  ) {}

  get text(): string {
    this.#note();
    return this.units;
  }

  get length(): number {
    this.#note();
    return this.units.length;
  }

  #note(): void {
    if (hasRead === false && Array.from(this.marks).some((mark) => mark !== own && mark !== data)) hasRead = true;
  }

  slice(from: number, to?: number): Text {
    return new Text(this.units.slice(from, to), this.marks.slice(from, to));
  }

  /** One text for each code point. */
  letters(): Text[] {
    let at = 0;
    return Array.from(this.text, (letter) => this.slice(at, (at += letter.length)));
  }

  /** The text with each code point written anew; what is written belongs to whom the code point did. */
  map(write: (letter: string, index: number) => string): Text {
    return joinTexts(
      this.letters().map((letter, index) => {
        const written = write(letter.text, index);
        return new Text(written, letter.marks.charAt(0).repeat(written.length));
      }),
    );
  }
}

export const ownText = (text: string): Text => new Text(text, own.repeat(text.length));

export const dataText = (text: string): Text => new Text(text, data.repeat(text.length));

export const emptyText = ownText('');

/** @throws JinjaError "limit" for more than a text may hold */
export function joinTexts(parts: readonly Text[], separator: Text = emptyText): Text {
  let length = separator.units.length * Math.max(0, parts.length - 1);
  for (const part of parts) length += part.units.length;
  requireLength(length);
  return new Text(
    parts.map(({ units }) => units).join(separator.units),
    parts.map(({ marks }) => marks).join(separator.marks),
  );
}

/** @throws JinjaError "limit" for more than a text may hold */
export function repeatText({ units, marks }: Text, count: number): Text {
  const times = Math.max(0, count);
  requireLength(units.length * times);
  return new Text(units.repeat(times), marks.repeat(times));
}

/** What Python takes for white space. */
export function isPythonSpace(letter: string): boolean {
  return /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(letter);
}

/** Positions between which a text begins and ends with none of the letters that are taken off. */
function strippedRange(
  text: string,
  isTaken: (letter: string) => boolean,
  sides: { readonly left: boolean; readonly right: boolean },
): readonly [number, number] {
  const letters = Array.from(text);
  let [from, to] = [0, letters.length];
  while (sides.left && from < to && isTaken(letters[from]!)) from++;
  while (sides.right && to > from && isTaken(letters[to - 1]!)) to--;
  const units = (count: number): number => letters.slice(0, count).join('').length;
  return [units(from), units(to)];
}

/** Python's `strip`, `lstrip` and `rstrip`; without letters, white space is taken off. */
export function stripText(
  value: Text,
  sides: { readonly left: boolean; readonly right: boolean },
  letters?: string,
): Text {
  const taken = letters === undefined ? undefined : new Set(Array.from(letters));
  const [from, to] = strippedRange(value.units, taken ? (letter) => taken.has(letter) : isPythonSpace, sides);
  return value.slice(from, to);
}

/** Python's `str.strip` of a plain text, on the right. */
export function stripRight(text: string): string {
  return text.slice(0, strippedRange(text, isPythonSpace, { left: false, right: true })[1]);
}
