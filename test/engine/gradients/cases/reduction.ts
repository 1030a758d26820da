import type { Operand } from '../../../support/engine/gradientCheck';
import { eitherSign, randomDims, sameIntegers, someAxes, trained } from '../../../support/engine/operands';
import type { RuleCase, RuleCases } from './ruleCase';

/** Axes as a constant, as an input that is the same in every run, left out, and empty with either meaning. */
const reduction =
  (op: string): RuleCase =>
  (random) => {
    const dims = randomDims(random, 1);
    const axes = random.chance(0.15) ? [] : someAxes(random, dims.length);
    const attributes = {
      ...(random.chance(0.7) ? { keepdims: random.int(0, 1) } : {}),
      ...(axes.length === 0 && random.chance(0.5) ? { noop_with_empty_axes: 1 } : {}),
    };
    const from = random.pick(['constant', 'constant', 'input', 'nowhere']);
    if (from === 'input')
      return { operands: [trained(dims), sameIntegers(axes)], build: (b, x) => [b.op(op, x, attributes)] };
    return {
      operands: [trained(dims)],
      build: (b, [x]) => [b.op(op, from === 'constant' ? [x!, b.ints(axes)] : [x!], attributes)],
    };
  };

/** Numbers apart from each other, so that a small step never changes which one wins. */
const extreme =
  (op: string): RuleCase =>
  (random) => {
    const dims = randomDims(random, 1, 3);
    const apart: Operand = {
      kind: 'trained',
      dims,
      draw: ({ index, random: source }) => ((index * 7) % 13) * 0.2 + source.between(0, 0.1),
    };
    return {
      operands: [apart],
      build: (b, [x]) => [b.op(op, [x!, b.ints(someAxes(random, dims.length))], { keepdims: random.int(0, 1) })],
    };
  };

const alongAxis =
  (op: string): RuleCase =>
  (random) => {
    const dims = randomDims(random, 1);
    const axis = eitherSign(random, random.int(0, dims.length - 1), dims.length);
    return { operands: [trained(dims)], build: (b, [x]) => [b.op(op, [x!], random.chance(0.8) ? { axis } : {})] };
  };

const cumSum: RuleCase = (random) => {
  const dims = randomDims(random, 1, 3);
  const axis = eitherSign(random, random.int(0, dims.length - 1), dims.length);
  const attributes = { exclusive: random.int(0, 1), reverse: random.int(0, 1) };
  return { operands: [trained(dims)], build: (b, [x]) => [b.op('CumSum', [x!, b.ints([axis])], attributes)] };
};

export const reductionCases: RuleCases = {
  CumSum: cumSum,
  ReduceSum: reduction('ReduceSum'),
  ReduceMean: reduction('ReduceMean'),
  ReduceLogSumExp: reduction('ReduceLogSumExp'),
  ReduceSumSquare: reduction('ReduceSumSquare'),
  ReduceL2: (random) => ({
    operands: [trained([3, 'n'])],
    build: (b, [x]) => [b.op('ReduceL2', [x!, b.ints([0])], { keepdims: random.int(0, 1) })],
  }),
  ReduceMax: extreme('ReduceMax'),
  ReduceMin: extreme('ReduceMin'),
  Softmax: alongAxis('Softmax'),
  LogSoftmax: alongAxis('LogSoftmax'),
};
