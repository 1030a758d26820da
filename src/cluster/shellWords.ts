/**
 * The words of a text as a POSIX shell parts them, quotes and backslashes taken away; nothing is expanded. Undefined
 * where a quote is not closed.
 */
export function shellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const [whole] = /^(?:[^\s'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+/.exec(rest) ?? [];
    if (whole === undefined || !/^(?:\s|$)/.test(rest.slice(whole.length))) return undefined;
    words.push(whole.replace(/'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])/g, unquoted));
    rest = rest.slice(whole.length).trimStart();
  }
  return words;
}

const unquoted = (_: string, single?: string, double?: string, escaped?: string): string =>
  single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '';

/** A text as one word of a POSIX shell. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
