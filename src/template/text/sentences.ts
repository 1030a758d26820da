import * as l10n from '@vscode/l10n';

/** Things that a sentence lists before it says how many more there are. */
const mostListed = 8;

/** `a, b and c`; of many the first, and how many more there are. */
export function listed(things: readonly string[], most = mostListed): string {
  if (things.length > most) return l10n.t`${things.slice(0, most).join(', ')} and ${things.length - most} more`;
  return things.length < 2 ? things.join('') : l10n.t`${things.slice(0, -1).join(', ')} and ${things.at(-1)!}`;
}

/** Clauses of a sentence, or facts of a line, behind each other: `a, b, c`. */
export const clauses = (parts: readonly string[]): string => parts.join(l10n.t`, `);

/** The known name that has the same letters in another Unicode form. */
export function sameLetters(name: string, known: readonly string[]): string | undefined {
  const form = name.normalize();
  return known.find((each) => each !== name && each.normalize() === form);
}
