import type { Budget } from './budget';
import type { Arguments, Value } from './values';

export type Filter = (value: Value, args: Arguments, budget: Budget) => Value;
