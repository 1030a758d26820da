import { oneOf } from './ebnf';
import type { JsonRules } from './jsonRules';

/** From where to where a number may go. */
export interface Bounds {
  readonly least?: number;
  readonly greatest?: number;
  /** The bound itself is not meant. */
  readonly aboveLeast?: boolean;
  readonly belowGreatest?: boolean;
}

/** Digits that a double holds whatever they are. */
const mostDigits = 15;

/** Whole numbers within bounds; undefined where there are none. */
export function integerRule({ integer, rules, behind }: JsonRules, bounds: Bounds): string | undefined {
  const { least = -Infinity, greatest = Infinity } = bounds;
  if (least === -Infinity && greatest === Infinity) return integer;
  const from = Number.isInteger(least) && bounds.aboveLeast ? least + 1 : Math.ceil(least);
  const to = Number.isInteger(greatest) && bounds.belowGreatest ? greatest - 1 : Math.floor(greatest);
  if (from > to) return undefined;
  return rules.add(`${oneOf(signed(from, to))} ${behind}`);
}

/** Whole numbers from one to another, both meant, either of which may be infinite. */
function signed(from: number, to: number): readonly string[] {
  const negative = from < 0 ? upwards(Math.max(1, -to), -from).map((each) => `"-" ${each}`) : [];
  const positive = to >= 1 ? upwards(Math.max(1, from), to) : [];
  return [...negative, ...(from <= 0 && to >= 0 ? ['"0"'] : []), ...positive];
}

/** Whole numbers from one that is at least 1 to another. */
function upwards(from: number, to: number): readonly string[] {
  return byLength(from, to).flatMap(([low, high]) => sameLength(String(low), String(high)));
}

/** Stretches of whole numbers of as many digits each. */
function byLength(from: number, to: number): readonly (readonly [number, number])[] {
  const all = 10 ** mostDigits - 1;
  const [first, last] = [Math.min(from, all), Math.min(to, all)];
  const lengths = Array.from({ length: mostDigits }, (_, i) => i + 1);
  return lengths
    .map((digits) => [Math.max(first, 10 ** (digits - 1)), Math.min(last, 10 ** digits - 1)] as const)
    .filter(([low, high]) => low <= high);
}

/** Numbers of as many digits, from one to another. */
function sameLength(low: string, high: string): readonly string[] {
  const anything = (digits: number): string => (digits === 0 ? '' : digits === 1 ? ' [0-9]' : ` [0-9]{${digits}}`);
  if (/^0*$/.test(low.slice(1)) && /^9*$/.test(high.slice(1)))
    return [`[${low[0]}-${high[0]}]${anything(low.length - 1)}`];
  if (low[0] === high[0]) {
    const rest = low.length === 1 ? [''] : sameLength(low.slice(1), high.slice(1));
    return rest.map((each) => `"${low[0]}" ${each}`.trim());
  }
  const nines = '9'.repeat(low.length - 1);
  const zeros = '0'.repeat(low.length - 1);
  const [above, beneath] = [Number(low[0]) + 1, Number(high[0]) - 1];
  return [
    ...sameLength(low, low[0]! + nines),
    ...(above <= beneath ? [`[${above}-${beneath}]${anything(low.length - 1)}`] : []),
    ...sameLength(high[0]! + zeros, high),
  ];
}

/**
 * Numbers within whole bounds, without exponent.
 * @returns nothing where there are none; `unknown` where a bound is no whole number, which digits do not show
 */
export function numberRule(json: JsonRules, bounds: Bounds): string | undefined | { readonly unknown: true } {
  const { least = -Infinity, greatest = Infinity, aboveLeast = false, belowGreatest = false } = bounds;
  if (least === -Infinity && greatest === Infinity) return json.number;
  if ([least, greatest].some((bound) => Number.isFinite(bound) && !Number.isSafeInteger(bound)))
    return { unknown: true };
  if (least > greatest || (least === greatest && (aboveLeast || belowGreatest))) return undefined;
  const negative = beyondZero({
    least: -greatest,
    greatest: -least,
    aboveLeast: belowGreatest,
    belowGreatest: aboveLeast,
  });
  const positive = beyondZero({ least, greatest, aboveLeast, belowGreatest });
  const zero = (least < 0 || (least === 0 && !aboveLeast)) && (greatest > 0 || (greatest === 0 && !belowGreatest));
  const made = [...negative.map((each) => `"-" ${each}`), ...(zero ? ['"0" ("." "0"{1,6})?'] : []), ...positive];
  return made.length > 0 ? json.rules.add(`${oneOf(made)} ${json.behind}`) : undefined;
}

/** Numbers above 0 within bounds. */
function beyondZero({ least, greatest, aboveLeast, belowGreatest }: Required<Bounds>): readonly string[] {
  if (greatest <= 0) return [];
  const from = Math.max(0, least);
  const isOpen = least < 0 || aboveLeast || from === 0;
  const last = Math.min(greatest, 10 ** mostDigits - 1);
  const inner = Math.max(1, isOpen ? from + 1 : from);
  // The whole part is that of the least bound, one between the two, or the greatest bound itself.
  return [
    ...(from < last && isOpen ? [`"${from}" ${someFraction(from)}`] : []),
    ...byLength(inner, last - 1).flatMap(([low, high]) =>
      sameLength(String(low), String(high)).map((each) => `${each}${fraction(low)}`),
    ),
    ...(!belowGreatest && (last > from || !isOpen) ? [`"${last}" ("." "0"{1,6})?`] : []),
  ];
}

const decimalsBehind = (whole: number): number => mostDigits - String(whole).length;

const fraction = (whole: number): string => {
  const decimals = decimalsBehind(whole);
  return decimals > 0 ? ` ("." [0-9]{1,${decimals}})?` : '';
};

/** A fraction that is not 0, with a few zeros in front at most. */
function someFraction(whole: number): string {
  const decimals = Math.max(1, decimalsBehind(whole));
  const behindZeros = Array.from({ length: Math.min(decimals, 8) }, (_, zeros) =>
    [...(zeros > 0 ? [`"${'0'.repeat(zeros)}"`] : []), `[1-9] [0-9]{0,${decimals - zeros - 1}}`].join(' '),
  );
  return `"." ${oneOf(behindZeros)}`;
}
