import { describe, expect, it } from 'vitest';
import type { Optimizer } from '../../../../src/template/settings/settings';
import { clipGradients, optimizers } from '../../../../src/tuning/optimizer/optimizer';

const start = [0.5, -1.25, 2, 0.125, -0.75, 1.5];
const gradients = [
  [0.1, -0.2, 0.3, 0.05, 0.4, -0.6],
  [0.2, 0.1, -0.3, 0.15, -0.1, 0.2],
  [-0.05, 0.3, 0.25, -0.4, 0.6, 0.1],
];

function afterThreeSteps(optimizer: Optimizer, dims: readonly number[]): Float32Array {
  const parameter = { dims, values: Float32Array.from(start) };
  const moments = optimizers[optimizer].start(parameter);
  gradients.forEach((gradient, i) =>
    optimizers[optimizer].update(parameter, Float32Array.from(gradient), moments, {
      learningRate: 0.1,
      weightDecay: 0.01,
      step: i + 1,
    }),
  );
  return parameter.values;
}

describe('three steps at rate 0.1 and weight decay 0.01', () => {
  // Expected: torch.optim.AdamW and SGD of PyTorch 2.13; transformers 5.18's Adafactor(scale_parameter=False,
  // relative_step=False).
  it.each([
    [
      'adamw',
      [2, 3],
      [
        0.2434190809726715, -1.1587855815887451, 1.8705195188522339, -0.03351558744907379, -0.9676567316055298,
        1.6558574438095093,
      ],
    ],
    [
      'sgd',
      [2, 3],
      [
        0.4735414683818817, -1.2662837505340576, 1.9690359830856323, 0.14465036988258362, -0.83768230676651,
        1.5254045724868774,
      ],
    ],
    [
      'adafactor',
      [2, 3],
      [
        0.19125060737133026, -1.3215177059173584, 1.90829336643219, 0.13223810493946075, -0.9264245629310608,
        1.5098415613174438,
      ],
    ],
    [
      'adafactor',
      [6],
      [
        0.3136211335659027, -1.337603211402893, 1.9104828834533691, 0.035423584282398224, -0.9389607906341553,
        1.5190678834915161,
      ],
    ],
  ] as const)('of %s on a parameter of shape %j end where PyTorch ends', (optimizer, dims, expected) => {
    afterThreeSteps(optimizer, dims).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  it('of Adafactor keep a row and a column of averages for a matrix, not a matrix', () => {
    const moments = optimizers.adafactor.start({ dims: [4, 5], values: new Float32Array(20) });
    expect(Object.values(moments).map((values) => values.length)).toEqual([4, 5]);
  });
});

describe('clipping', () => {
  it('scales all gradients by their common norm', () => {
    const [a, b] = [Float32Array.from([3, 0]), Float32Array.from([4])];
    expect(clipGradients([a, b], 1)).toBeCloseTo(5, 6);
    expect([...a, ...b].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0.6, 0, 0.8]);
  });

  it.each([[0], [10]])('leaves gradients alone at a limit of %i', (limit) => {
    const gradient = Float32Array.from([3, 4]);
    clipGradients([gradient], limit);
    expect([...gradient]).toEqual([3, 4]);
  });
});
