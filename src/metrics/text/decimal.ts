/** A number as it is written, without the rounding of a double: digits · 10^exponent. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Orders of magnitude beyond which no number is followed: no double is. */
const largestExponent = 1000;

/** @param text `-1234.50e3`, without separators; @returns undefined beyond any magnitude that could be meant */
export function readDecimal(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', power = '0'] = /^([-+]?)(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(text) ?? [];
  const exponent = Number(power) - fraction.length;
  if (sign === undefined || Math.abs(exponent) > largestExponent) return undefined;
  const digits = BigInt(whole + fraction || '0');
  return { digits: sign === '-' ? -digits : digits, exponent };
}

/** The double that a setting holds, as it was written. */
export const decimalOf = (value: number): Decimal => readDecimal(String(value))!;

export const multiply = (a: Decimal, b: Decimal): Decimal => ({
  digits: a.digits * b.digits,
  exponent: a.exponent + b.exponent,
});

/** Distance of two numbers. */
export function distanceOf(a: Decimal, b: Decimal): Decimal {
  const [x, y, exponent] = aligned(a, b);
  return { digits: magnitude(x - y), exponent };
}

/** Whether a number is as large as another, or smaller. */
export function isAtMost(a: Decimal, b: Decimal): boolean {
  const [x, y] = aligned(a, b);
  return x <= y;
}

export const magnitudeOf = ({ digits, exponent }: Decimal): Decimal => ({ digits: magnitude(digits), exponent });

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = ({ digits, exponent: own }: Decimal): bigint => digits * 10n ** BigInt(own - exponent);
  return [scaled(a), scaled(b), exponent];
}
