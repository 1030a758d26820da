import { largest, smallest } from '../../src/lists';
import { decimals } from '../../src/words/formatNumbers';

/** Maps values onto a stretch of a drawing. */
export interface Scale {
  (value: number): number;
  /** Values to be marked, with their text. */
  readonly marks: readonly { readonly value: number; readonly text: string }[];
}

/** A straight scale over a range that is widened to round marks. @param range values that must be on it */
export function linearScale(range: readonly [number, number], ends: readonly [number, number], most = 6): Scale {
  const [low, high] = range[0] === range[1] ? [range[0] - 0.05, range[1] + 0.05] : range;
  const step = roundStep((high - low) / most);
  const [first, last] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const count = Math.round((last - first) / step);
  const scale = (value: number): number => ends[0] + ((value - first) / (last - first)) * (ends[1] - ends[0]);
  return Object.assign(scale, { marks: Array.from({ length: count + 1 }, (_, i) => markAt(first + i * step, digits)) });
}

function markAt(value: number, digits: number): Scale['marks'][number] {
  return { value, text: decimals(value, digits) };
}

/** 1, 2 or 5 times a power of ten, not below the step wanted. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= wanted - 1e-12)!;
}

/** A logarithmic scale by powers of ten; zero has a position of its own at its beginning. */
export function logScale(
  values: readonly number[],
  ends: readonly [number, number],
  format: (value: number) => string,
): Scale {
  const positive = values.filter((value) => value > 0);
  const zero = values.some((value) => value <= 0);
  const low = Math.floor(Math.log10(smallest([...positive, ...(positive.length === 0 ? [1] : [])])));
  const high = Math.max(low + 1, Math.ceil(Math.log10(largest(positive, 1))));
  const begin = zero ? ends[0] + (ends[1] - ends[0]) * 0.12 : ends[0];
  const scale = (value: number): number =>
    value <= 0 ? ends[0] : begin + ((Math.log10(value) - low) / (high - low)) * (ends[1] - begin);
  const powers = Array.from({ length: high - low + 1 }, (_, i) => ({
    value: 10 ** (low + i),
    text: format(10 ** (low + i)),
  }));
  return Object.assign(scale, { marks: zero ? [{ value: 0, text: '0' }, ...powers] : powers });
}
