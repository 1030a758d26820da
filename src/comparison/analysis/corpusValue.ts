import type { Settings } from '../../template/settings/settings';

/** The value of rows whose counts add up, by a metric that is made of all rows together. */
export function corpusValue(_settings: Settings, name: string): (counts: ArrayLike<number>) => number {
  throw new RangeError(`The metric ${name} is no mean of rows that is known.`);
}
