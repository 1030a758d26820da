import type { Builder } from '../../onnx/builder';
import { floatAttribute, type Node } from '../../onnx/graph';
import { float, type Decompositions } from './decomposition';

const epsilonOf = (node: Node): ReturnType<typeof float> => float(floatAttribute(node, 'epsilon', 1e-12));

/**
 * Normalisations that add first (onnxruntime/docs/ContribOperators.md), written as the addition and the plain
 * normalisation.
 */
export const normalization: Decompositions = {
  // s = input + skip + bias; y = LayerNormalization(s)
  'com.microsoft.SkipLayerNormalization': {
    inputs: ['input', 'skip', 'gamma', 'beta', 'bias'],
    attributes: ['epsilon'],
    write: (node, b) => {
      const [input, skip, gamma, beta, bias] = node.inputs;
      const sum = total(b, [input, skip, bias]);
      return [
        b.op('LayerNormalization', beta ? [sum, gamma!, beta] : [sum, gamma!], { axis: -1, epsilon: epsilonOf(node) }),
        undefined,
        undefined,
        sum,
      ];
    },
  },
  // s = input + skip + bias; y = s / √(mean s² + ε) · γ
  'com.microsoft.SkipSimplifiedLayerNormalization': {
    inputs: ['input', 'skip', 'gamma', 'bias'],
    attributes: ['epsilon'],
    write: (node, b) => {
      const [input, skip, gamma, bias] = node.inputs;
      const sum = total(b, [input, skip, bias]);
      return [
        b.op('SimplifiedLayerNormalization', [sum, gamma!], { axis: -1, epsilon: epsilonOf(node) }),
        undefined,
        undefined,
        sum,
      ];
    },
  },
  // s = word[id] + position[i] + segment[kind]; y = LayerNormalization(s); beside it the length of each row
  'com.microsoft.EmbedLayerNormalization': {
    inputs: [
      'input_ids',
      'segment_ids',
      'word_embedding',
      'position_embedding',
      'segment_embedding',
      'gamma',
      'beta',
      'mask',
      'position_ids',
    ],
    // The type of the mask says of what shape the lengths are.
    attributes: ['epsilon', 'mask_index_type'],
    write: (node, b) => {
      const [ids, segments, words, positions, kinds, gamma, beta, mask, given] = node.inputs;
      const own =
        given ||
        b.op('Range', [scalar(b, 0), b.op('Squeeze', [b.op('Shape', [ids!], { start: 1, end: 2 })]), scalar(b, 1)]);
      const sum = total(b, [
        b.op('Gather', [words!, ids!]),
        b.op('Gather', [positions!, own]),
        kinds && segments ? b.op('Gather', [kinds, segments]) : undefined,
      ]);
      const lengths = mask ? b.op('ReduceSum', [mask, b.ints([1])], { keepdims: 0 }) : undefined;
      return [b.op('LayerNormalization', [sum, gamma!, beta!], { axis: -1, epsilon: epsilonOf(node) }), lengths, sum];
    },
  },
  // y = gelu(x + bias)
  'com.microsoft.BiasGelu': {
    inputs: ['A', 'B'],
    attributes: [],
    write: ({ inputs: [x, bias] }, b) => [b.op('com.microsoft.Gelu', [b.op('Add', [x!, bias!])])],
  },
};

const scalar = (b: Builder, value: number): string => b.op('Squeeze', [b.ints([value])]);

const total = (b: Builder, parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part).reduce((sum, part) => b.op('Add', [sum!, part!]))!;
