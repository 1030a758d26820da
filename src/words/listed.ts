import * as l10n from '@vscode/l10n';

/** Things that a sentence lists before it says how many more there are. */
const mostListed = 8;

/** `a, b and c`; of many the first, and how many more there are. */
export function listed(things: readonly string[], most = mostListed): string {
  if (things.length > most) return l10n.t`${enumerated(things.slice(0, most))} and ${things.length - most} more`;
  return things.length < 2 ? things.join('') : l10n.t`${enumerated(things.slice(0, -1))} and ${things.at(-1)!}`;
}

/** What may be left out of a list. */
type Optional = string | number | false | null | undefined;

/**
 * Names behind each other, `soft, v1, v2`; Chinese, which parts names otherwise than clauses, writes `soft、v1、v2`.
 */
export const enumerated = (names: readonly (string | number)[]): string =>
  names.map(String).reduce((before, next) => (before === '' ? next : l10n.t`${before}, ${next}`), '');

/** Clauses of a sentence, or facts of a line, behind each other: `a, b, c`. Those that are not there are left out. */
export const clauses = (parts: readonly Optional[]): string =>
  parts.filter((part) => part === 0 || Boolean(part)).join(l10n.t`, `);

/** Sentences behind each other, those left out that are not there; Chinese puts no space behind a full stop. */
export const sentences = (parts: readonly (string | undefined)[]): string =>
  parts.reduce<string>((text, part = '') => {
    const gap = text === '' || part === '' || /[。！？：]$/.test(text) ? '' : ' ';
    return text + gap + part;
  }, '');
