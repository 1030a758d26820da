import { randomDims, trained, trainedAwayFromZero } from '../../../support/engine/operands';
import type { RuleCase, RuleCases } from './ruleCase';

const unary =
  (op: string, attributes: Readonly<Record<string, number>> = {}): RuleCase =>
  (random) => ({
    operands: [trainedAwayFromZero(randomDims(random), 0.1)],
    build: (b, [x]) => [
      b.op(
        op,
        [x!],
        random.chance(0.3)
          ? {}
          : Object.fromEntries(
              Object.entries(attributes).map(([name, value]) => [name, { kind: 'float', value } as const]),
            ),
      ),
    ],
  });

const gelu: RuleCase = (random) => ({
  operands: [trained(randomDims(random))],
  build: (b, [x]) => [
    b.op(
      'Gelu',
      [x!],
      random.chance(0.5) ? { approximate: { kind: 'string', value: random.pick(['tanh', 'none']) } } : {},
    ),
  ],
});

const fastGelu: RuleCase = (random) => {
  const dims = [...randomDims(random, 1, 2), 3];
  const biased = random.chance(0.5);
  return {
    operands: [trained(dims), ...(biased ? [trained([3])] : [])],
    build: (b, x) => [b.op('com.microsoft.FastGelu', x)],
  };
};

export const activationCases: RuleCases = {
  Gelu: gelu,
  'com.microsoft.Gelu': unary('com.microsoft.Gelu'),
  'com.microsoft.FastGelu': fastGelu,
  'com.microsoft.QuickGelu': unary('com.microsoft.QuickGelu', { alpha: 1.3 }),
  Softplus: unary('Softplus'),
  LeakyRelu: unary('LeakyRelu', { alpha: 0.3 }),
  Elu: unary('Elu', { alpha: 0.7 }),
};
