import type { Case } from '../../../support/engine/gradientCheck';
import type { Random } from '../../../support/engine/random';

/** Draws one use of an operator. */
export type RuleCase = (random: Random) => Case;

/** Operator name → how to draw uses of it. */
export type RuleCases = Readonly<Record<string, RuleCase>>;
