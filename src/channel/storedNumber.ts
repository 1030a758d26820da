import type { Guard } from './guards';

/** A number in JSON, which has only null for what is not finite. */
export const isStoredNumber: Guard<number> = (value): value is number => value === null || typeof value === 'number';

/** The ends of an interval. */
export const isStoredInterval: Guard<readonly [number, number]> = (value): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((bound) => isStoredNumber(bound));
