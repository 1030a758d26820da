import { bind } from './bind';
import { type Budget, JinjaError, requireLength } from '../values/budget';
import { formatBraces } from '../values/formatText';
import { dataText, emptyText, isPythonSpace, joinTexts, ownText, repeatText, stripText, Text } from '../values/text';
import { elementsOf, isTrue, requireWhole, Tuple, typeName, type Arguments, type Value } from '../values/values';

export type Method = (args: Arguments) => Value;

/** @throws JinjaError "TypeError" for what is no text */
export function requireText(value: Value | undefined, what = 'argument'): Text {
  if (value instanceof Text) return value;
  throw new JinjaError('TypeError', `${what} must be str, not ${typeName(value ?? null)}`);
}

const optionalText = (value: Value | undefined): string | undefined =>
  value === undefined || value === null ? undefined : requireText(value).text;

/** Where a text stands in another, from the left. */
function occurrences(text: string, part: string, most: number): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0 && found.length < most; at = text.indexOf(part, at + part.length))
    found.push(at);
  return found;
}

export function splitText(value: Text, separator: string | undefined, most: number): Text[] {
  const limit = most < 0 ? Infinity : most;
  if (separator === undefined) return splitAtSpaces(value, limit);
  if (separator === '') throw new JinjaError('ValueError', 'empty separator');
  const parts: Text[] = [];
  let last = 0;
  for (const at of occurrences(value.text, separator, limit)) {
    parts.push(value.slice(last, at));
    last = at + separator.length;
  }
  return [...parts, value.slice(last)];
}

function splitAtSpaces(value: Text, limit: number): Text[] {
  const parts: Text[] = [];
  let rest = stripText(value, { left: true, right: false });
  while (rest.length > 0) {
    const end = parts.length >= limit ? -1 : Array.from(rest.text).findIndex(isPythonSpace);
    if (end < 0) {
      parts.push(stripText(rest, { left: false, right: true }));
      break;
    }
    const units = Array.from(rest.text).slice(0, end).join('').length;
    parts.push(rest.slice(0, units));
    rest = stripText(rest.slice(units), { left: true, right: false });
  }
  return parts;
}

function splitFromRight(value: Text, separator: string | undefined, most: number): Text[] {
  if (separator === '') throw new JinjaError('ValueError', 'empty separator');
  const turned = (text: Text): Text => joinTexts(text.letters().reverse());
  const written = separator === undefined ? undefined : turned(ownText(separator)).text;
  return splitText(turned(value), written, most).map(turned).reverse();
}

/** Python's `splitlines`. */
function lines(value: Text, keep: boolean): Text[] {
  const found: Text[] = [];
  let last = 0;
  for (const match of value.text.matchAll(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g)) {
    const end = match.index + match[0].length;
    found.push(value.slice(last, keep ? end : match.index));
    last = end;
  }
  return last < value.length ? [...found, value.slice(last)] : found;
}

export function replaceText(value: Text, part: Text, by: Text, most = -1): Text {
  const limit = most < 0 ? Infinity : most;
  if (part.length === 0) {
    const letters = value.letters();
    const count = Math.min(limit, letters.length + 1);
    return joinTexts(
      letters.flatMap((letter, i) => (i < count ? [by, letter] : [letter])).concat(count > letters.length ? [by] : []),
    );
  }
  return joinTexts(splitText(value, part.text, limit === Infinity ? -1 : limit), by);
}

/** A text with capitals where words begin. */
export const titled = (value: Text, isBoundary: (letter: string) => boolean): Text => {
  let before = ' ';
  return value.map((letter) => {
    const written = isBoundary(before) ? letter.toUpperCase() : letter.toLowerCase();
    before = letter;
    return written;
  });
};

export const capitalized = (value: Text): Text =>
  value.map((letter, index) => (index === 0 ? letter.toUpperCase() : letter.toLowerCase()));

export const lower = (value: Text): Text =>
  value.map((letter, index) =>
    // A sigma at the end of a word has a form of its own.
    letter === 'Σ'
      ? value.text.toLowerCase().charAt(Array.from(value.text).slice(0, index).join('').length)
      : letter.toLowerCase(),
  );

export const upper = (value: Text): Text => value.map((letter) => letter.toUpperCase());

function padded(value: Text, args: Arguments, align: 'left' | 'right' | 'center'): Text {
  const width = requireWhole(args.given[0] ?? 0);
  requireLength(width);
  const fill = args.given[1] === undefined ? ownText(' ') : requireText(args.given[1]);
  const missing = Math.max(0, width - value.letters().length);
  const left = align === 'left' ? 0 : align === 'right' ? missing : Math.floor(missing / 2) + (missing & width & 1);
  return joinTexts([repeatText(fill, left), value, repeatText(fill, missing - left)]);
}

const affixes = (value: Value | undefined): string[] =>
  (value instanceof Tuple ? value.items : [value]).map((item) => requireText(item).text);

/** A position in UTF-16 units as Python counts it. */
function position(value: Text, part: Value | undefined, fromRight: boolean): number {
  const written = requireText(part).text;
  const found = fromRight ? value.text.lastIndexOf(written) : value.text.indexOf(written);
  return found < 0 ? -1 : Array.from(value.text.slice(0, found)).length;
}

function requiredPosition(value: Text, part: Value | undefined, fromRight: boolean): number {
  const found = position(value, part, fromRight);
  if (found < 0) throw new JinjaError('ValueError', 'substring not found');
  return found;
}

function partition(value: Text, part: Value | undefined, fromRight: boolean): Tuple {
  const separator = requireText(part);
  if (separator.length === 0) throw new JinjaError('ValueError', 'empty separator');
  const at = fromRight ? value.text.lastIndexOf(separator.text) : value.text.indexOf(separator.text);
  if (at < 0) return new Tuple(fromRight ? [emptyText, emptyText, value] : [value, emptyText, emptyText]);
  const end = at + separator.length;
  return new Tuple([value.slice(0, at), value.slice(at, end), value.slice(end)]);
}

const all = (value: Text, pattern: RegExp): boolean =>
  value.length > 0 && Array.from(value.text).every((letter) => pattern.test(letter));
const cased = (value: Text, same: string): boolean => /[\p{Lu}\p{Ll}\p{Lt}]/u.test(value.text) && value.text === same;

function zeroFilled(value: Text, width: number): Text {
  requireLength(width);
  const sign = /^[-+]/.test(value.text) ? 1 : 0;
  const zeros = repeatText(ownText('0'), Math.max(0, width - value.letters().length));
  return joinTexts([value.slice(0, sign), zeros, value.slice(sign)]);
}

function split(value: Text, args: Arguments, fromRight: boolean): Text[] {
  const { sep, maxsplit } = bind('split', ['sep', 'maxsplit'], args);
  const most = maxsplit === undefined ? -1 : requireWhole(maxsplit);
  return (fromRight ? splitFromRight : splitText)(value, optionalText(sep), most);
}

const both = { left: true, right: true };
const methods: Readonly<Record<string, (value: Text, args: Arguments) => Value>> = {
  strip: (value, { given }) => stripText(value, both, optionalText(given[0])),
  lstrip: (value, { given }) => stripText(value, { left: true, right: false }, optionalText(given[0])),
  rstrip: (value, { given }) => stripText(value, { left: false, right: true }, optionalText(given[0])),
  split: (value, args) => split(value, args, false),
  rsplit: (value, args) => split(value, args, true),
  splitlines: (value, args) => lines(value, isTrue(bind('splitlines', ['keepends'], args).keepends ?? false)),
  startswith: (value, { given }) => affixes(given[0]).some((part) => value.text.startsWith(part)),
  endswith: (value, { given }) => affixes(given[0]).some((part) => value.text.endsWith(part)),
  replace: (value, { given, named }) => {
    const count = given[2] ?? named.get('count');
    return replaceText(
      value,
      requireText(given[0]),
      requireText(given[1]),
      count === undefined ? -1 : requireWhole(count),
    );
  },
  upper,
  lower,
  casefold: lower,
  title: (value) => titled(value, (before) => !/\p{L}/u.test(before)),
  capitalize: capitalized,
  swapcase: (value) =>
    value.map((letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase())),
  find: (value, { given }) => position(value, given[0], false),
  rfind: (value, { given }) => position(value, given[0], true),
  index: (value, { given }) => requiredPosition(value, given[0], false),
  rindex: (value, { given }) => requiredPosition(value, given[0], true),
  count: (value, { given }) => {
    const part = requireText(given[0]).text;
    return part === '' ? value.letters().length + 1 : occurrences(value.text, part, Infinity).length;
  },
  join: (value, { given }) =>
    joinTexts(
      elementsOf(given[0] ?? null).map((item) => requireText(item, 'sequence item')),
      value,
    ),
  format: formatBraces,
  partition: (value, { given }) => partition(value, given[0], false),
  rpartition: (value, { given }) => partition(value, given[0], true),
  removeprefix: (value, { given }) => {
    const part = requireText(given[0]).text;
    return value.text.startsWith(part) ? value.slice(part.length) : value;
  },
  removesuffix: (value, { given }) => {
    const part = requireText(given[0]).text;
    return part !== '' && value.text.endsWith(part) ? value.slice(0, -part.length) : value;
  },
  ljust: (value, args) => padded(value, args, 'left'),
  rjust: (value, args) => padded(value, args, 'right'),
  center: (value, args) => padded(value, args, 'center'),
  zfill: (value, { given }) => zeroFilled(value, requireWhole(given[0] ?? 0)),
  expandtabs: (value) => replaceText(value, ownText('\t'), dataText('        ')),
  isdigit: (value) => all(value, /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]$/u),
  isdecimal: (value) => all(value, /^\p{Nd}$/u),
  isnumeric: (value) => all(value, /^\p{N}$/u),
  isalpha: (value) => all(value, /^\p{L}$/u),
  isalnum: (value) => all(value, /^[\p{L}\p{N}]$/u),
  isspace: (value) => value.length > 0 && Array.from(value.text).every(isPythonSpace),
  isupper: (value) => cased(value, value.text.toUpperCase()),
  islower: (value) => cased(value, value.text.toLowerCase()),
  isascii: (value) => /^[\0-\x7f]*$/.test(value.text),
};

/** A method of Python's `str`. */
export function textMethod(value: Text, name: string, budget: Budget): Method | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return (
    method &&
    ((args) => {
      budget.spend(1 + (value.units.length >> 5));
      return method(value, args);
    })
  );
}
