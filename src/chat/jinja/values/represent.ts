import { requireLength } from './budget';
import { joinTexts, ownText, Text } from './text';
import { Callable, Dict, Float, isList, Namespace, Tuple, Undefined, type Value } from './values';

/** Python's `repr` of a float. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits, exponent] = scientific(value);
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** Shortest digits, and the power of ten. */
function scientific(value: number): readonly [string, number] {
  const written = String(value);
  const [mantissa, exponent] = written.split('e');
  if (exponent !== undefined) return [mantissa!, Number(exponent)];
  const sign = written.startsWith('-') ? '-' : '';
  const [whole, part = ''] = written.replace('-', '').split('.');
  const digits = `${whole!}${part}`;
  const first = digits.search(/[1-9]/);
  const kept = digits.slice(first).replace(/0+$/, '');
  return [`${sign}${kept[0]!}${kept.length > 1 ? `.${kept.slice(1)}` : ''}`, whole!.length - 1 - first];
}

/** Python's `str` of a value, as a template writes it. */
export function textOf(value: Value): Text {
  if (value instanceof Text) return value;
  return value instanceof Undefined ? ownText('') : representation(value);
}

/** Python's `repr`. */
export function representation(value: Value): Text {
  if (value instanceof Text) return quoted(value);
  if (value === null) return ownText('None');
  if (typeof value === 'boolean') return ownText(value ? 'True' : 'False');
  if (typeof value === 'number') return ownText(wholeText(value));
  if (value instanceof Float) return ownText(floatText(value.value));
  if (value instanceof Tuple) {
    const items = value.items.map(representation);
    return joinTexts([ownText('('), joinTexts(items, comma), ownText(items.length === 1 ? ',)' : ')')]);
  }
  if (isList(value)) return joinTexts([ownText('['), joinTexts(representAll(value), comma), ownText(']')]);
  if (value instanceof Dict)
    return joinTexts([
      ownText('{'),
      joinTexts(
        value.entries().map(([key, item]) => joinTexts([representation(key), ownText(': '), representation(item)])),
        comma,
      ),
      ownText('}'),
    ]);
  if (value instanceof Callable) return ownText(`<function ${value.name}>`);
  return ownText(value instanceof Namespace ? '<Namespace>' : 'Undefined');
}

const comma = ownText(', ');

/** Lists inside lists may repeat the same one many times over; they are written until the text is too long. */
function representAll(items: readonly Value[]): Text[] {
  let length = 0;
  return items.map((item) => {
    const written = representation(item);
    requireLength((length += written.length));
    return written;
  });
}

export const wholeText = (value: number): string =>
  Number.isSafeInteger(value) || !Number.isFinite(value) ? String(value) : BigInt(value).toString();

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function quoted(value: Text): Text {
  const quote = value.text.includes("'") && !value.text.includes('"') ? '"' : "'";
  const written = value.map((letter) => {
    if (letter === quote) return `\\${quote}`;
    return escapes[letter] ?? (isPrintable(letter) ? letter : escapedLetter(letter));
  });
  return joinTexts([ownText(quote), written, ownText(quote)]);
}

/** Python's `str.isprintable`, of one letter. */
const isPrintable = (letter: string): boolean => letter === ' ' || !/[\p{C}\p{Z}]/u.test(letter);

function escapedLetter(letter: string): string {
  const code = letter.codePointAt(0)!;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
