import type { Guard } from '../../channel/guards';

/** A number in JSON, which has only null for what is not finite. */
export const isStoredNumber: Guard<number> = (value): value is number => value === null || typeof value === 'number';
