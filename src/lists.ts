/*
 * What a call with a spread list would do, for lists of any length: each element of a spread is an argument on the
 * stack, which a hundred thousand of them overflow.
 */

/** Adds elements at the end of a list. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const element of more) list.push(element);
}

/** The largest of some numbers; NaN where one is NaN. @param otherwise for none at all, or only smaller ones */
export function largest(numbers: Iterable<number>, otherwise = -Infinity): number {
  let most = otherwise;
  for (const number of numbers) most = Math.max(most, number);
  return most;
}

/** The smallest of some numbers; NaN where one is NaN. @param otherwise for none at all, or only larger ones */
export function smallest(numbers: Iterable<number>, otherwise = Infinity): number {
  let least = otherwise;
  for (const number of numbers) least = Math.min(least, number);
  return least;
}
