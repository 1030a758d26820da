import { elementwise } from './elementwise';
import { linear } from './linear';
import { reduction } from './reduction';
import { notDifferentiable, type Rules } from './rule';
import { shape } from './shape';

const withoutGradient = ['Shape', 'Size', 'ConstantOfShape', 'Range', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Not', 'IsNaN', 'ArgMax', 'Sign', 'Floor', 'Ceil', 'Round'];

/** The gradient rule of every operator that has one, by operator type of the standard domain. */
export const rules: Rules = {
  ...elementwise,
  ...linear,
  ...reduction,
  ...shape,
  ...Object.fromEntries(withoutGradient.map((op) => [op, notDifferentiable])),
};
