import type { Case } from '../../support/gradientCheck';
import type { Random } from '../../support/random';

/** Draws one use of an operator. */
export type RuleCase = (random: Random) => Case;

/** Operator name → how to draw uses of it. */
export type RuleCases = Readonly<Record<string, RuleCase>>;
