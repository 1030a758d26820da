import { randomUUID } from 'node:crypto';

/**
 * A number of a file that a double would round: 12345678901234567890, or one with more digits than a double keeps. It
 * is written as the file writes it.
 */
export class ExactNumber {
  constructor(readonly written: string) {}

  toString(): string {
    return this.written;
  }

  /** As text, so that nothing is rounded on the way. */
  toJSON(): string {
    return this.written;
  }
}

/** Whether a double holds the decimal number that is written, so that it is read back from the double as it was. */
export function isExact(written: string): boolean {
  if (written.length <= safeDigits && !/e/i.test(written)) return true;
  return digitsOf(written) === digitsOf(String(Number(written)));
}

/** Every decimal number of this many characters, without an exponent, is read back from a double as it was. */
const safeDigits = 15;

/** The significant digits and the power of ten of the last one, in one form for each number. */
function digitsOf(written: string): string {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(written);
  if (!parts) return written;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return '0';
  const power = Number(exponent) - fraction.length + (all.length - digits.length);
  return `${sign === '-' ? '-' : ''}${digits}e${power}`;
}

/** Texts and numbers of JSON, each whole. */
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** What a number must be in to be looked at: a run of digits longer than a double is sure to keep, or an exponent. */
const suspicious = /\d{16}|[\d.]{17}|\d[eE]/;

/**
 * Reads JSON; numbers that a double would round are {@link ExactNumber}s.
 * @throws SyntaxError as JSON.parse does
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!suspicious.test(text)) return value;
  const mark = randomUUID();
  let found = false;
  const marked = text.replace(stringOrNumber, (token) => {
    if (token.startsWith('"') || isExact(token)) return token;
    found = true;
    return JSON.stringify(mark + token);
  });
  if (!found) return value;
  return JSON.parse(marked, (_, each: unknown) =>
    typeof each === 'string' && each.startsWith(mark) ? new ExactNumber(each.slice(mark.length)) : each,
  );
}

/** JSON of a value in which {@link ExactNumber}s stand as numbers. @param indent as for JSON.stringify */
export function writeJson(value: unknown, indent?: number | string): string {
  let mark: string | undefined;
  const text = JSON.stringify(
    value,
    function (this: Record<string, unknown>, key, each: unknown) {
      const before = this[key];
      if (!(before instanceof ExactNumber)) return each;
      mark ??= randomUUID();
      return `${mark}${before.written}`;
    },
    indent,
  );
  return mark === undefined ? text : text.replace(new RegExp(`"${mark}([^"]*)"`, 'g'), '$1');
}
