import type { Budget } from '../values/budget';
import type { Arguments, Value } from '../values/values';

export type Filter = (value: Value, args: Arguments, budget: Budget) => Value;
