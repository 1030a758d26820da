import { ElementType } from '../../../../src/onnx/graph';
import { int64Tensor } from '../../../../src/onnx/tensor';
import { eitherSign, integers, randomDims, trained } from '../../../support/engine/operands';
import { sizeOf, type Operand } from '../../../support/engine/gradientCheck';
import type { RuleCase, RuleCases } from './ruleCase';

const add = { reduction: { kind: 'string', value: 'add' } } as const;

/** Indices of any rank from none to two, repeated, from either end, of both integer types. */
const gather: RuleCase = (random) => {
  const dims = randomDims(random, 1);
  const at = random.int(0, dims.length - 1);
  const axis = eitherSign(random, at, dims.length);
  const indices = integers(randomDims(random, 0, 2), ({ random: source, sizes }) => {
    const size = sizeOf(dims[at]!, sizes);
    return source.int(-size, size - 1);
  });
  const type = random.pick([ElementType.int64, ElementType.int32]);
  return {
    operands: [trained(dims), indices],
    build: (b, [x, chosen]) => [
      b.op('Gather', [x!, b.op('Cast', [chosen!], { to: type })], at === 0 && random.chance(0.5) ? {} : { axis }),
    ],
  };
};

/** Rows named apart for each entry of the leading axes. */
const batchedGatherND: RuleCase = (random) => {
  const batch = random.pick([['n'], [2], ['n', 2]] as const);
  const indices = integers([...batch, random.int(1, 3), 1], ({ random: source }) => source.int(-4, 3));
  return {
    operands: [trained([...batch, 4, 'm']), indices],
    build: (b, x) => [b.op('GatherND', x, { batch_dims: batch.length })],
  };
};

/** Rows, and rows of rows, named by the leading `depth` axes. */
const gatherND: RuleCase = (random) => {
  if (random.chance(0.3)) return batchedGatherND(random);
  const dims = randomDims(random, 1);
  const depth = random.int(1, dims.length);
  const indices = integers([...randomDims(random, 0, 2), depth], ({ random: source, sizes, index }) => {
    const size = sizeOf(dims[index % depth]!, sizes);
    return source.int(-size, size - 1);
  });
  return { operands: [trained(dims), indices], build: (b, x) => [b.op('GatherND', x)] };
};

const gatherElements: RuleCase = (random) => {
  const dims = randomDims(random, 1, 3);
  const at = random.int(0, dims.length - 1);
  const indices = integers(dims, ({ random: source, sizes }) =>
    source.int(-sizeOf(dims[at]!, sizes), sizeOf(dims[at]!, sizes) - 1),
  );
  return {
    operands: [trained(dims), indices],
    build: (b, x) => [b.op('GatherElements', x, { axis: eitherSign(random, at, dims.length) })],
  };
};

/** Distinct places, so that which of two writes wins never matters. */
const scatterElements: RuleCase = (random) => {
  const adding = random.chance(0.4);
  const indices = adding ? [3, 0, 3, 0, 2, 2] : [3, 0, 2, 1, 2, 0];
  return {
    operands: [trained([4, 3]), trained([2, 3])],
    build: (b, [data, updates]) => [
      b.op('ScatterElements', [data!, b.constant(int64Tensor([2, 3], indices)), updates!], {
        axis: 0,
        ...(adding ? add : {}),
      }),
    ],
  };
};

const scatterND: RuleCase = (random) => {
  const adding = random.chance(0.4);
  return {
    operands: [trained([4, 'n']), trained([3, 'n'])],
    build: (b, [data, updates]) => [
      b.op(
        'ScatterND',
        [data!, b.constant(int64Tensor([3, 1], adding ? [2, 0, 2] : [3, 0, 2])), updates!],
        adding ? add : {},
      ),
    ],
  };
};

/** Numbers far enough apart that a small step never changes their order. */
const topK: RuleCase = (random) => {
  const apart: Operand = {
    kind: 'trained',
    dims: [5, 'n'],
    draw: ({ index, random: source }) => ((index * 7) % 11) * 0.3 + source.between(0, 0.1),
  };
  return {
    operands: [apart],
    build: (b, [x]) => b.ops('TopK', [x!, b.ints([2])], 2, { axis: 0, largest: random.int(0, 1) }).slice(0, 1),
  };
};

export const indexingCases: RuleCases = {
  Gather: gather,
  GatherND: gatherND,
  GatherElements: gatherElements,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
  TopK: topK,
};
