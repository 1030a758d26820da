import type { Node } from '../../onnx/graph';
import { activation } from './activation';
import { elementwise } from './elementwise';
import { indexing } from './indexing';
import { linear } from './linear';
import { normalization } from './normalization';
import { quantized } from './quantized';
import { reduction } from './reduction';
import { rotary } from './rotary';
import type { Rules } from './rule';
import { shape } from './shape';
import { steps } from './steps';

/** The gradient rule of every operator that has one, by operator type; before a dot, its domain. */
export const rules: Rules = {
  ...activation,
  ...elementwise,
  ...indexing,
  ...linear,
  ...normalization,
  ...quantized,
  ...reduction,
  ...rotary,
  ...shape,
  ...steps,
};

/** The name of a node's operator in the table of rules. */
export const ruleName = ({ op, domain }: Node): string => (domain ? `${domain}.${op}` : op);
