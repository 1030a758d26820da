import { ElementType } from '../../../../src/onnx/graph';
import { floatTensor, int64Tensor } from '../../../../src/onnx/tensor';
import type { Axis, Operand } from '../../../support/engine/gradientCheck';
import { broadcastable, frozen, randomDims, trained, trainedAwayFromZero } from '../../../support/engine/operands';
import type { RuleCase, RuleCases } from './ruleCase';

type Draws = (dims: readonly Axis[]) => Operand;

const unary =
  (op: string, operand: Draws = trained): RuleCase =>
  (random) => ({
    operands: [operand(randomDims(random))],
    build: (b, [x]) => [b.op(op, [x!])],
  });

const binary =
  (op: string, second: Draws = trained): RuleCase =>
  (random) => {
    const dims = randomDims(random);
    return {
      operands: [trained(broadcastable(random, dims)), second(broadcastable(random, dims))],
      build: (b, [left, right]) => [b.op(op, [left!, right!])],
    };
  };

const sometimesWithItself =
  (op: string): RuleCase =>
  (random) =>
    random.chance(0.2)
      ? { operands: [trained(randomDims(random))], build: (b, [x]) => [b.op(op, [x!, x!])] }
      : binary(op)(random);

/** Exponents as one constant, as a constant a column, as an integer, and as a trained input. */
const pow: RuleCase = (random) => {
  const dims = randomDims(random, 1);
  const base = trained(broadcastable(random, dims), 0.6, 2);
  const kind = random.pick(['one', 'columns', 'integer', 'trained']);
  if (kind === 'trained')
    return { operands: [base, trained(broadcastable(random, dims))], build: (b, [x, p]) => [b.op('Pow', [x!, p!])] };
  const exponents =
    kind === 'columns'
      ? floatTensor([3], [2, 3, 0.5])
      : kind === 'integer'
        ? int64Tensor([], [random.pick([2, 3, 4, -1])])
        : floatTensor(random.chance(0.5) ? [] : [1], [random.pick([2, 3, 0.5, -0.5, 1])]);
  const operand = kind === 'columns' ? trained([...randomDims(random, 0, 3), random.pick([1, 3])], 0.6, 2) : base;
  return { operands: [operand], build: (b, [x]) => [b.op('Pow', [x!, b.constant(exponents)])] };
};

const where: RuleCase = (random) => {
  const dims = randomDims(random);
  return {
    operands: [
      frozen(broadcastable(random, dims)),
      trained(broadcastable(random, dims)),
      trained(broadcastable(random, dims)),
    ],
    build: (b, [choice, left, right]) => [b.op('Where', [b.op('Greater', [choice!, b.scalar(0)]), left!, right!])],
  };
};

const cast: RuleCase = (random) => ({
  operands: [trained(randomDims(random))],
  build: (b, [x]) => {
    const wide = b.op('Cast', [x!], { to: random.pick([ElementType.double, ElementType.float]) });
    return [b.op('Cast', [b.op('Mul', [wide, wide])], { to: ElementType.float })];
  },
});

/** Two or three operands whose numbers lie apart, so that a small step never changes which one wins. */
const winner =
  (op: string): RuleCase =>
  (random) => {
    const dims = randomDims(random, 0, 3);
    const apart = (offset: number): Operand => ({
      kind: 'trained',
      dims,
      draw: ({ index, random: source }) => ((index + offset) % 3) + source.between(0, 0.5),
    });
    return { operands: [0, 1, 2].slice(0, random.int(1, 3)).map(apart), build: (b, x) => [b.op(op, x)] };
  };

const clip: RuleCase = (random) => {
  const bounds = random.pick(['both', 'low', 'high']);
  return {
    operands: [trainedAwayFromZero(randomDims(random), 0.3)],
    build: (b, [x]) => [
      b.op('Clip', [x!, bounds === 'high' ? '' : b.scalar(-0.2), ...(bounds === 'low' ? [] : [b.scalar(0.2)])]),
    ],
  };
};

/** Away from the multiples of the divisor, where it jumps. */
const mod: RuleCase = (random) => ({
  operands: [
    {
      kind: 'trained',
      dims: randomDims(random),
      draw: ({ random: source }) => source.int(0, 3) + source.between(0.2, 0.8),
    },
  ],
  build: (b, [x]) => [b.op('Mod', [x!, b.scalar(1)], { fmod: 1 })],
});

const castLike: RuleCase = (random) => ({
  operands: [trained(randomDims(random))],
  build: (b, [x]) => [
    b.op('Cast', [b.op('CastLike', [x!, b.op('Cast', [b.scalar(1)], { to: ElementType.double })])], {
      to: ElementType.float,
    }),
  ],
});

const sum: RuleCase = (random) => {
  const dims = randomDims(random);
  return {
    operands: Array.from({ length: random.int(1, 3) }, () => trained(broadcastable(random, dims))),
    build: (b, x) => [b.op('Sum', x)],
  };
};

const positive: Draws = (dims) => trained(dims, 0.5, 2.5);
const awayFromZero: Draws = (dims) => trainedAwayFromZero(dims, 0.5);

export const elementwiseCases: RuleCases = {
  Add: sometimesWithItself('Add'),
  Sub: binary('Sub'),
  Mul: sometimesWithItself('Mul'),
  Div: binary('Div', awayFromZero),
  Pow: pow,
  Where: where,
  Neg: unary('Neg'),
  Sqrt: unary('Sqrt', positive),
  Reciprocal: unary('Reciprocal', awayFromZero),
  Exp: unary('Exp'),
  Log: unary('Log', positive),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Erf: unary('Erf'),
  Relu: unary('Relu', awayFromZero),
  Abs: unary('Abs', awayFromZero),
  Identity: unary('Identity'),
  Cast: cast,
  CastLike: castLike,
  Sum: sum,
  Max: winner('Max'),
  Min: winner('Min'),
  Clip: clip,
  Mod: mod,
};
