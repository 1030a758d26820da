/** Rules of a grammar while it is made; a rule that is written as another is that one. */
export interface Rules {
  /** Takes a rule under a name of its own, or finds the one that has this body. @returns the name to refer to it by */
  add(body: string): string;
  /** A name for a rule that follows, so that it may refer to itself. */
  reserve(): string;
  define(name: string, body: string): void;
  readonly size: number;
  /** All of them as text, `root` standing for an expression. */
  text(root: string): string;
}

export function openRules(): Rules {
  const bodies = new Map<string, string>();
  const names = new Map<string, string>();
  let reserved = 0;
  const next = (): string => `r${reserved++}`;
  return {
    add(body) {
      const known = names.get(body);
      if (known !== undefined) return known;
      const name = next();
      names.set(body, name);
      bodies.set(name, body);
      return name;
    },
    reserve: next,
    define: (name, body) => void bodies.set(name, body),
    get size() {
      return reserved;
    },
    text: (root) => [['root', root], ...bodies].map(([name, body]) => `${name} ::= ${body}\n`).join(''),
  };
}

/** A text as it stands in a grammar: by its code points, all but letters and digits of ASCII escaped. */
export function literal(text: string): string {
  return `"${Array.from(text, escaped).join('')}"`;
}

/** A code point within a literal or a class. */
export function escaped(letter: string): string {
  if (/^[A-Za-z0-9 _]$/.test(letter)) return letter;
  return `\\U${letter.codePointAt(0)!.toString(16).padStart(8, '0')}`;
}

/** One of some expressions. */
export const oneOf = (expressions: readonly string[]): string =>
  expressions.length === 1 ? expressions[0]! : `(${[...new Set(expressions)].join(' | ')})`;
