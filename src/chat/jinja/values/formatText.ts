import { decimals } from '../../../words/formatNumbers';
import { JinjaError, requireLength } from './budget';
import { representation, textOf, wholeText } from './represent';
import type { Text } from './text';
import { joinTexts, ownText, repeatText } from './text';
import { Dict, Float, isList, numberOf, Tuple, typeName, type Arguments, type Value } from './values';

/** A number with so many decimals, in Python's signs. */
export function fixed(value: number, digits: number): string {
  return decimals(value, Math.min(100, digits)).replace('−', '-');
}

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly width: number;
  readonly grouped: string;
  readonly precision: number | undefined;
  readonly kind: string;
}

/** Puts a text into its width. */
function aligned(text: Text, { fill, align, width }: Spec): Text {
  requireLength(width);
  const missing = Math.max(0, width - text.letters().length);
  const left = align === '<' ? 0 : align === '^' ? Math.floor(missing / 2) : missing;
  const pad = ownText(fill);
  return joinTexts([repeatText(pad, left), text, repeatText(pad, missing - left)]);
}

function numberText(value: Value, spec: Spec): string {
  const number = numberOf(value);
  if (number === undefined)
    throw new JinjaError('ValueError', `Unknown format code '${spec.kind}' for object of type '${typeName(value)}'`);
  const size = Math.abs(number);
  const bases: Readonly<Record<string, number>> = { x: 16, X: 16, o: 8, b: 2 };
  let text: string;
  if (spec.kind === '%') text = `${fixed(100 * size, spec.precision ?? 6)}%`;
  else if (['f', 'F'].includes(spec.kind)) text = fixed(size, spec.precision ?? 6);
  else if (bases[spec.kind]) text = Math.trunc(size).toString(bases[spec.kind]);
  else if (['d', 'i', 'u', ''].includes(spec.kind))
    text =
      spec.kind === '' ? textOf(value instanceof Float ? new Float(size) : size).text : wholeText(Math.trunc(size));
  else throw new JinjaError('ValueError', `Unknown format code '${spec.kind}'`);
  if (spec.kind === 'X') text = text.toUpperCase();
  if (spec.grouped) text = text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, spec.grouped));
  const sign = number < 0 ? '-' : spec.sign === '-' ? '' : spec.sign;
  return sign + (spec.fill === '0' && spec.align === '=' ? text.padStart(spec.width - sign.length, '0') : text);
}

/** Python's `%` of a text. */
export function formatPercent(pattern: Text, values: Value): Text {
  const given = values instanceof Tuple ? values.items : [values];
  let next = 0;
  const take = (): Value => {
    if (next >= given.length) throw new JinjaError('TypeError', 'not enough arguments for format string');
    return given[next++]!;
  };
  const parts: Text[] = [];
  let last = 0;
  for (const match of pattern.text.matchAll(/%(?:\((\w*)\))?([-+ 0#]*)(\d*|\*)(?:\.(\d+))?([a-zA-Z%])/g)) {
    parts.push(pattern.slice(last, match.index));
    last = match.index + match[0].length;
    const [, name, flags = '', width = '', precision, kind = ''] = match;
    if (kind === '%') parts.push(pattern.slice(last - 1, last));
    else {
      const value = name === undefined ? take() : namedValue(values, name);
      parts.push(percentPart(value, { flags, width: Number(width || 0), precision, kind }));
    }
  }
  if (next < given.length && !(given.length === 1 && (values instanceof Dict || isList(values))))
    throw new JinjaError('TypeError', 'not all arguments converted during string formatting');
  return joinTexts([...parts, pattern.slice(last)]);
}

function namedValue(values: Value, name: string): Value {
  const found = values instanceof Dict ? values.get(ownText(name)) : undefined;
  if (found !== undefined) return found;
  throw values instanceof Dict
    ? new JinjaError('KeyError', `'${name}'`)
    : new JinjaError('TypeError', 'format requires a mapping');
}

function percentPart(
  value: Value,
  { flags, width, precision, kind }: { flags: string; width: number; precision: string | undefined; kind: string },
): Text {
  const zero = flags.includes('0') && !flags.includes('-');
  const spec: Spec = {
    fill: zero && !'sra'.includes(kind) ? '0' : ' ',
    align: flags.includes('-') ? '<' : zero && !'sra'.includes(kind) ? '=' : '>',
    sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '-',
    width,
    grouped: '',
    precision: precision === undefined ? undefined : Number(precision),
    kind,
  };
  if (kind === 's' || kind === 'r') {
    const text = kind === 's' ? textOf(value) : representation(value);
    return aligned(spec.precision === undefined ? text : joinTexts(text.letters().slice(0, spec.precision)), spec);
  }
  return aligned(ownText(numberText(value, spec)), spec);
}

/** Python's `format` of a text, with fields by position or name and the usual specifications. */
export function formatBraces(pattern: Text, { given, named }: Arguments): Text {
  const parts: Text[] = [];
  let last = 0;
  let next = 0;
  for (const match of pattern.text.matchAll(/\{\{|\}\}|\{([^{}:!]*)(?:!([rs]))?(?::([^{}]*))?\}/g)) {
    parts.push(pattern.slice(last, match.index));
    last = match.index + match[0].length;
    const [whole, field, conversion, spec] = match;
    if (whole === '{{' || whole === '}}') parts.push(pattern.slice(last - 1, last));
    else {
      const name = field === '' ? String(next++) : field!;
      const value = /^\d+$/.test(name) ? given[Number(name)] : named.get(name);
      if (value === undefined)
        throw /^\d+$/.test(name)
          ? new JinjaError('IndexError', `Replacement index ${name} out of range for positional args tuple`)
          : new JinjaError('KeyError', `'${name}'`);
      parts.push(bracePart(conversion === 'r' ? representation(value) : value, spec ?? ''));
    }
  }
  return joinTexts([...parts, pattern.slice(last)]);
}

function bracePart(value: Value, written: string): Text {
  const match = /^(?:(.)?([<>=^]))?([-+ ]?)(0?)(\d*)([,_]?)(?:\.(\d+))?([a-zA-Z%]?)$/su.exec(written);
  if (!match) throw new JinjaError('ValueError', `Invalid format specifier '${written}'`);
  const [, fill, align, sign, zero, width, grouped, precision, kind] = match;
  const isNumber = numberOf(value) !== undefined && kind !== 's';
  const spec: Spec = {
    fill: fill ?? (zero ? '0' : ' '),
    align: align ?? (zero ? '=' : isNumber ? '>' : '<'),
    sign: sign || '-',
    width: Number(width || 0),
    grouped: grouped ?? '',
    precision: precision === undefined ? undefined : Number(precision),
    kind: kind ?? '',
  };
  if (isNumber && written !== '') return aligned(ownText(numberText(value, spec)), spec);
  const text = textOf(value);
  return aligned(spec.precision === undefined ? text : joinTexts(text.letters().slice(0, spec.precision)), spec);
}
