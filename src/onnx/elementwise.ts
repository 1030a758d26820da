import type { Node } from './graph';

const elementwise = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Cast',
  'Sqrt',
  'Neg',
  'Sigmoid',
  'Tanh',
  'Erf',
  'Exp',
  'Reciprocal',
  'Relu',
  'Identity',
  'Gelu',
  'QuickGelu',
]);

/** Whether a node's operator has one output and works number by number, its operands stretched to one another. */
export const isElementwise = ({ op }: Pick<Node, 'op'>): boolean => elementwise.has(op);
