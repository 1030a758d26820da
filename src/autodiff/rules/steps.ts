import type { Rule, Rules } from './rule';

/** dy/dx = 0 wherever it exists. */
const step: Rule = { vjp: ({ inputs }) => inputs.map(() => undefined), isStep: () => true };

/** Operators whose output is a size, a choice, or constant between jumps. */
export const steps: Rules = {
  Shape: step,
  Size: step,
  ConstantOfShape: step,
  Range: step,
  EyeLike: step,
  NonZero: step,
  OneHot: step,
  Equal: step,
  Greater: step,
  GreaterOrEqual: step,
  Less: step,
  LessOrEqual: step,
  And: step,
  Or: step,
  Xor: step,
  Not: step,
  IsNaN: step,
  IsInf: step,
  ArgMax: step,
  ArgMin: step,
  Sign: step,
  Floor: step,
  Ceil: step,
  Round: step,
};
