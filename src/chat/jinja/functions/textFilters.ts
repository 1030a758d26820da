import { bind } from './bind';
import { JinjaError } from '../values/budget';
import type { Filter } from './filter';
import { formatBraces, formatPercent } from '../values/formatText';
import { toJson } from '../values/json';
import { representation, textOf } from '../values/represent';
import { emptyText, isPythonSpace, joinTexts, ownText, repeatText, stripText, Text } from '../values/text';
import { capitalized, lower, replaceText, splitText, titled, upper } from './textMethods';
import { Float, isTrue, numberOf, requireWhole, Tuple, type Value } from '../values/values';

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};
const escape: Filter = (value) => textOf(value).map((letter) => htmlEscapes[letter] ?? letter);

const orUndefined = (value: Value | undefined): Value | undefined => (value === null ? undefined : value);

/** Jinja's `indent`. */
const indent: Filter = (value, args) => {
  const given = bind('indent', ['width', 'first', 'blank'], args);
  const width = given.width ?? 4;
  const pad = width instanceof Text ? width : repeatText(ownText(' '), requireWhole(width));
  const blank = isTrue(given.blank ?? false);
  const lines = splitText(joinTexts([textOf(value), ownText('\n')]), '\n', -1).slice(0, -1);
  const indented = lines.map((line, index) =>
    index > 0 && (blank || line.length > 0) ? joinTexts([pad, line]) : line,
  );
  const text = joinTexts(indented, ownText('\n'));
  return isTrue(given.first ?? false) ? joinTexts([pad, text]) : text;
};

const truncate: Filter = (value, args) => {
  const given = bind('truncate', ['length', 'killwords', 'end', 'leeway'], args);
  const length = requireWhole(given.length ?? 255);
  const end = given.end === undefined ? ownText('...') : textOf(given.end);
  const text = textOf(value);
  const letters = text.letters();
  if (letters.length <= length + requireWhole(orUndefined(given.leeway) ?? 5)) return text;
  const kept = joinTexts(letters.slice(0, Math.max(0, length - end.letters().length)));
  if (isTrue(given.killwords ?? false)) return joinTexts([kept, end]);
  const space = kept.text.lastIndexOf(' ');
  return joinTexts([space < 0 ? kept : kept.slice(0, space), end]);
};

const round: Filter = (value, args) => {
  const given = bind('round', ['precision', 'method'], args);
  const number = numberOf(value);
  if (number === undefined) throw new JinjaError('TypeError', 'round needs a number');
  const scale = 10 ** requireWhole(given.precision ?? 0);
  const method = given.method instanceof Text ? given.method.text : 'common';
  if (method === 'ceil') return new Float(Math.ceil(number * scale) / scale);
  if (method === 'floor') return new Float(Math.floor(number * scale) / scale);
  return new Float(roundHalfToEven(number, scale));
};

/** Python rounds a tie to the even neighbour. */
function roundHalfToEven(number: number, scale: number): number {
  const scaled = number * scale;
  const low = Math.floor(scaled);
  const isTie = scaled - low === 0.5;
  return (isTie ? low + Math.abs(low % 2) : Math.round(scaled)) / scale;
}

const toWhole: Filter = (value, args) => {
  const given = bind('int', ['default', 'base'], args);
  const number = numberOf(value);
  if (number !== undefined) return Math.trunc(number);
  const text = value instanceof Text ? value.text.trim().replaceAll('_', '') : '';
  if (/^[-+]?\d+$/.test(text) && (given.base ?? 10) === 10) return Number(text);
  const inBase = Number.parseInt(text.replace(/^0[xob]/i, ''), requireWhole(given.base ?? 10));
  if (given.base !== undefined && Number.isInteger(inBase)) return inBase;
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Math.trunc(Number(text));
  return given.default ?? 0;
};

const toFloat: Filter = (value, args) => {
  const number = numberOf(value);
  if (number !== undefined) return new Float(number);
  const text = value instanceof Text ? value.text.trim() : '';
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return new Float(Number(text));
  return bind('float', ['default'], args).default ?? new Float(0);
};

const center: Filter = (value, args) => {
  const text = textOf(value);
  const width = requireWhole(bind('center', ['width'], args).width ?? 80);
  const missing = Math.max(0, width - text.letters().length);
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return joinTexts([repeatText(ownText(' '), left), text, repeatText(ownText(' '), missing - left)]);
};

const trim: Filter = (value, args) => {
  const chars = orUndefined(bind('trim', ['chars'], args).chars);
  return stripText(textOf(value), { left: true, right: true }, chars === undefined ? undefined : textOf(chars).text);
};

/** Filters that make a text or a number of a value. */
export const textFilters: Readonly<Record<string, Filter>> = {
  tojson: toJson,
  string: (value) => textOf(value),
  safe: (value) => value,
  escape,
  e: escape,
  forceescape: escape,
  trim,
  upper: (value) => upper(textOf(value)),
  lower: (value) => lower(textOf(value)),
  title: (value) => titled(textOf(value), (before) => isPythonSpace(before) || '-({[<'.includes(before)),
  capitalize: (value) => capitalized(textOf(value)),
  replace: (value, args) => {
    const given = bind('replace', ['old', 'new', 'count'], args);
    const count = orUndefined(given.count);
    const [old, by] = [textOf(given.old ?? emptyText), textOf(given.new ?? emptyText)];
    return replaceText(textOf(value), old, by, count === undefined ? -1 : requireWhole(count));
  },
  format: (value, { given, named }) =>
    named.size > 0 ? formatBraces(textOf(value), { given, named }) : formatPercent(textOf(value), new Tuple(given)),
  indent,
  truncate,
  center,
  wordcount: (value) => splitText(textOf(value), undefined, -1).length,
  striptags: (value) =>
    joinTexts(splitText(ownText(textOf(value).text.replace(/<!--.*?-->|<[^>]*>/gs, '')), undefined, -1), ownText(' ')),
  urlencode: (value) => textOf(value).map((letter) => (letter === '/' ? letter : encodeURIComponent(letter))),
  pprint: representation,
  int: toWhole,
  float: toFloat,
  round,
  abs: (value) => {
    const number = numberOf(value);
    if (number === undefined) throw new JinjaError('TypeError', 'bad operand type for abs()');
    return value instanceof Float ? new Float(Math.abs(number)) : Math.abs(number);
  },
};
