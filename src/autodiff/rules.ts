import { activation } from './activation';
import { elementwise } from './elementwise';
import { linear } from './linear';
import { normalization } from './normalization';
import { quantized } from './quantized';
import { reduction } from './reduction';
import { rotary } from './rotary';
import { notDifferentiable, type Rules } from './rule';
import { scatter } from './scatter';
import { shape } from './movement';

const withoutGradient = [
  'Shape',
  'Size',
  'ConstantOfShape',
  'Range',
  'EyeLike',
  'NonZero',
  'OneHot',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Xor',
  'Not',
  'IsNaN',
  'IsInf',
  'ArgMax',
  'ArgMin',
  'Sign',
  'Floor',
  'Ceil',
  'Round',
];

/** The gradient rule of every operator that has one, by operator type of the standard domain. */
export const rules: Rules = {
  ...activation,
  ...elementwise,
  ...linear,
  ...normalization,
  ...quantized,
  ...reduction,
  ...rotary,
  ...scatter,
  ...shape,
  ...Object.fromEntries(withoutGradient.map((op) => [op, notDifferentiable])),
};
