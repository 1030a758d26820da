const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07' };

/** What stands between the quotes of a text of Python or JavaScript, with its escapes resolved. */
export function withoutEscapes(inner: string): string {
  return inner.replace(/\\(?:[xuU]([\da-fA-F]+)|(\r?\n|[\s\S]))/g, (whole, digits?: string, one?: string) => {
    if (digits === undefined) return /\n$/.test(one!) ? '' : (simple[one!] ?? one!);
    const length = { x: 2, u: 4, U: 8 }[whole[1] as 'x' | 'u' | 'U'];
    const code = Number.parseInt(digits.slice(0, length), 16);
    if (digits.length < length || code > 0x10ffff) return whole;
    return String.fromCodePoint(code) + digits.slice(length);
  });
}
