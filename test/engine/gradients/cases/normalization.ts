import { floatTensor, int64Tensor } from '../../../../src/onnx/tensor';
import { eitherSign, randomDims, trained } from '../../../support/engine/operands';
import type { RuleCase, RuleCases } from './ruleCase';

/** Over the last axis or the last two; scale, and bias where there is one, as weights or trained. */
const normalization =
  (op: string, biased: boolean): RuleCase =>
  (random) => {
    const dims = [...randomDims(random, 1, 2), 5];
    const axis = eitherSign(random, dims.length - 1, dims.length);
    const bias = biased && random.chance(0.7);
    const attributes = { axis, epsilon: { kind: 'float', value: 1e-3 } } as const;
    return {
      operands: [trained(dims), trained([5]), ...(bias ? [trained([5])] : [])],
      build: (b, x) => [b.op(op, x, attributes)],
    };
  };

/** [batch, heads, sequence, 4] turned by positions of each sequence. */
const rotaryContrib: RuleCase = (random) => {
  const tables = [0, 1].map((phase) =>
    floatTensor(
      [8, 2],
      Array.from({ length: 16 }, (_, i) => Math.cos(i * 0.7 - (phase * Math.PI) / 2)),
    ),
  );
  const interleaved = random.int(0, 1);
  return {
    operands: [trained([2, 3, 4, 4])],
    build: (b, [x]) => [
      b.op(
        'com.microsoft.RotaryEmbedding',
        [x!, b.constant(int64Tensor([2, 4], [0, 1, 2, 3, 3, 4, 5, 6])), b.constant(tables[0]!), b.constant(tables[1]!)],
        { interleaved },
      ),
    ],
  };
};

/** The standard operator: tables first, positions last. */
const rotary: RuleCase = (random) => {
  const tables = [0, 1].map((phase) =>
    floatTensor(
      [8, 2],
      Array.from({ length: 16 }, (_, i) => Math.cos(i * 0.7 - (phase * Math.PI) / 2)),
    ),
  );
  const interleaved = random.int(0, 1);
  return {
    operands: [trained([2, 3, 4, 4])],
    build: (b, [x]) => [
      b.op(
        'RotaryEmbedding',
        [x!, b.constant(tables[0]!), b.constant(tables[1]!), b.constant(int64Tensor([2, 4], [0, 1, 2, 3, 3, 4, 5, 6]))],
        { interleaved },
      ),
    ],
  };
};

export const normalizationCases: RuleCases = {
  LayerNormalization: normalization('LayerNormalization', true),
  SimplifiedLayerNormalization: normalization('SimplifiedLayerNormalization', false),
  RMSNormalization: normalization('RMSNormalization', false),
  RotaryEmbedding: rotary,
  'com.microsoft.RotaryEmbedding': rotaryContrib,
};
