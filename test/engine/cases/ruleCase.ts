import type { Case } from '../gradientCheck';
import type { Random } from '../random';

/** Draws one use of an operator. */
export type RuleCase = (random: Random) => Case;

/** Operator name → how to draw uses of it. */
export type RuleCases = Readonly<Record<string, RuleCase>>;
