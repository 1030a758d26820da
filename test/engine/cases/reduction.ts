import { eitherSign, randomDims, sameIntegers, someAxes, trained } from '../operands';
import type { RuleCase, RuleCases } from './ruleCase';

/** Axes as a constant, as an input that is the same in every run, left out, and empty with either meaning. */
const reduction = (op: string): RuleCase => (random) => {
  const dims = randomDims(random, 1);
  const axes = random.chance(0.15) ? [] : someAxes(random, dims.length);
  const attributes = {
    ...(random.chance(0.7) ? { keepdims: random.int(0, 1) } : {}),
    ...(axes.length === 0 && random.chance(0.5) ? { noop_with_empty_axes: 1 } : {}),
  };
  const from = random.pick(['constant', 'constant', 'input', 'nowhere']);
  if (from === 'input') return { operands: [trained(dims), sameIntegers(axes)], build: (b, x) => [b.op(op, x, attributes)] };
  return {
    operands: [trained(dims)],
    build: (b, [x]) => [b.op(op, from === 'constant' ? [x!, b.ints(axes)] : [x!], attributes)],
  };
};

const alongAxis = (op: string): RuleCase => (random) => {
  const dims = randomDims(random, 1);
  const axis = eitherSign(random, random.int(0, dims.length - 1), dims.length);
  return { operands: [trained(dims)], build: (b, [x]) => [b.op(op, [x!], random.chance(0.8) ? { axis } : {})] };
};

export const reductionCases: RuleCases = {
  ReduceSum: reduction('ReduceSum'),
  ReduceMean: reduction('ReduceMean'),
  ReduceLogSumExp: reduction('ReduceLogSumExp'),
  Softmax: alongAxis('Softmax'),
  LogSoftmax: alongAxis('LogSoftmax'),
};
