/**
 * How a number reads wherever a person reads one: terminal, report, exports, editor and pages. Nothing else writes
 * numbers as text. The file imports no folder, so that pages can have it too.
 */
import { countedNouns, type CountedNoun } from './countedNouns';

/** What stands for a number that there is not. */
export const missing = '–';

type Maybe = number | null | undefined;

const known = (value: Maybe): value is number => typeof value === 'number' && Number.isFinite(value);

/** A number with so many decimals. The sign is a minus, not a hyphen, and what rounds to zero has none. */
export function decimals(value: Maybe, digits: number): string {
  if (!known(value)) return missing;
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** An accuracy, F1, probability or loss where it is compared: `0.833`. */
export function fraction(value: Maybe): string {
  return decimals(value, 3);
}

/** The same where there is little room, as in a tree or on an axis: `0.83`. */
export function shortFraction(value: Maybe): string {
  return decimals(value, 2);
}

/** A difference of fractions: `+0.120`, `−0.034`, `0.000`. */
export function signed(value: Maybe): string {
  return withPlus(value, fraction(value));
}

/** The same where there is little room: `+0.12`. */
export function shortSigned(value: Maybe): string {
  return withPlus(value, shortFraction(value));
}

function withPlus(value: Maybe, text: string): string {
  return known(value) && value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** Both ends of an interval of fractions: `0.742–0.896`. */
export function interval(ends: readonly [number, number] | null | undefined): string {
  return ends ? `${fraction(ends[0])}–${fraction(ends[1])}` : missing;
}

/** Both ends of an interval of differences: `[−0.008, +0.067]`. */
export function signedInterval([low, high]: readonly [number, number]): string {
  return `[${signed(low)}, ${signed(high)}]`;
}

/** A p-value, never rounded to nothing: `0.013`, `< 0.001`. */
export function pNumber(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** The same as a statement: `p = 0.013`, `p < 0.001`. */
export function pValue(p: number): string {
  return p < 0.001 ? `p ${pNumber(p)}` : `p = ${pNumber(p)}`;
}

/** A loss in nats while it falls: three significant digits, but for what is small, two: `2.08`, `0.043`. */
export function shortLoss(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 100) return decimals(value, 0);
  if (size >= 10) return decimals(value, 1);
  return size >= 0.1 || size === 0 ? decimals(value, 2) : value.toPrecision(2).replace('-', '−');
}

/** A learning rate: `0.003`, `2.5e-5`. */
export function learningRate(value: number): string {
  if (value === 0) return '0';
  return value >= 0.001 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
}

/** A whole number with its thousands apart: `15,360`. */
export function count(value: Maybe): string {
  return !known(value) ? missing : Math.round(value).toLocaleString('en-US');
}

/** So many of something: `1 run`, `3,000 rows`. */
export function counted(value: Maybe, noun: CountedNoun): string {
  const { one, other } = countedNouns[noun];
  return value === 1 ? one() : other(count(value));
}

/** Steps or parameters where there is little room; a round number is cut short: `500`, `1234`, `20k`, `1M`. */
export function shortCount(value: number): string {
  if (value >= 1e6 && value % 1e5 === 0) return `${value / 1e6}M`;
  return value >= 1e4 && value % 1e3 === 0 ? `${value / 1e3}k` : String(value);
}

/** A mean of counts: `31.4`. */
export function meanCount(value: Maybe): string {
  return known(value) && value >= 1000 ? count(value) : decimals(value, 1);
}

/** So many a second: `3.5`, `12`, `1,240`. */
export function perSecond(value: Maybe): string {
  return !known(value) || value < 9.95 ? decimals(value, 1) : count(value);
}

/** A share of a whole: `92 %`. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** How much of a piece of work is done: `99 %` until all of it is. */
export function percentDone(done: number, all: number): string {
  return `${Math.floor((100 * done) / Math.max(1, all))} %`;
}

/**
 * A duration at the precision that matters: `0.94 ms`, `87 ms`, `0.42 s`, `3.1 s`, `42 s`, `3 min 05 s`,
 * `1 h 02 min`.
 */
export function duration(seconds: Maybe): string {
  if (!known(seconds)) return missing;
  if (seconds === 0) return '0 s';
  if (seconds < 0.0995) return `${Number((1000 * seconds).toPrecision(2))} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(seconds < 0.995 ? 2 : 1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  return seconds < 3599.5
    ? inTwoUnits(Math.round(seconds), 'min', 's')
    : inTwoUnits(Math.round(seconds / 60), 'h', 'min');
}

/** A duration that is only estimated: from 100 seconds on in whole minutes, from two hours on in hours too. */
export function roughDuration(seconds: number): string {
  if (seconds < 99.5) return duration(seconds);
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : inTwoUnits(minutes, 'h', 'min');
}

function inTwoUnits(small: number, large: string, unit: string): string {
  return `${Math.floor(small / 60)} ${large} ${String(small % 60).padStart(2, '0')} ${unit}`;
}

/** A price in dollars: `$0.0042`, `$0.05`, `$12.40`; `$0` for nothing. */
export function money(dollars: number): string {
  if (dollars === 0) return '$0';
  return `$${dollars < 0.1 ? Number(dollars.toPrecision(2)) : dollars.toFixed(2)}`;
}

/** A size of a file or of memory, decimal: `512 B`, `22 kB`, `4.2 MB`, `179 MB`, `1.40 GB`. */
export function bytes(value: Maybe): string {
  if (!known(value)) return missing;
  if (value < 999.5) return `${Math.round(value)} B`;
  if (value < 999.5e3) return `${Math.round(value / 1e3)} kB`;
  if (value < 999.5e6) return `${(value / 1e6).toFixed(value < 9.95e6 ? 1 : 0)} MB`;
  return `${(value / 1e9).toFixed(2)} GB`;
}

/** Least and most of an estimate of memory, two digits of each, which are all that is known: `430–560 MB`. */
export function bytesRange(least: number, most: number): string {
  if (most >= 1e9) return `${(least / 1e9).toFixed(1)}–${(most / 1e9).toFixed(1)} GB`;
  const tens = (value: number) => Math.round(value / 1e7) * 10;
  return `${tens(least)}–${tens(most)} MB`;
}

/** A number of no particular kind, as a setting or a mark on an axis: no more significant digits than said. */
export function plainNumber(value: number, digits = 6): string {
  return String(Number(value.toPrecision(digits))).replace(/^-/, '−');
}

/** A number of a drawing or a style sheet, which another program reads. */
export function coordinate(value: number, digits = 1): string {
  return value.toFixed(digits);
}

/** From 0 to 1, from 0 to 100, or a count. */
type Scale = 'share' | 'hundred' | 'count';

const decimalsOf: Readonly<Record<Scale, number>> = { share: 3, hundred: 1, count: 2 };

/** What a metric came to: `0.833`, `42.4` of a hundred, `3.25` of a count. */
export function metricNumber(value: Maybe, scale: Scale): string {
  return decimals(value, decimalsOf[scale]);
}

/** The same where there is little room: `0.83`, `42.4`, `3.3`. */
export function shortMetric(value: Maybe, scale: Scale): string {
  return decimals(value, scale === 'share' ? 2 : 1);
}

/** A difference by a metric: `+0.120`, `−3.4`. */
export function signedMetric(value: Maybe, scale: Scale): string {
  return withPlus(value, metricNumber(value, scale));
}

/** Both ends of an interval of a metric: `0.742–0.896`. */
export function metricInterval(ends: readonly [number, number] | null | undefined, scale: Scale): string {
  return ends ? `${metricNumber(ends[0], scale)}–${metricNumber(ends[1], scale)}` : missing;
}

/** Both ends of an interval of differences by a metric: `[−0.008, +0.067]`. */
export function signedMetricInterval([low, high]: readonly [number, number], scale: Scale): string {
  return `[${signedMetric(low, scale)}, ${signedMetric(high, scale)}]`;
}
