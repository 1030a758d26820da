import { int64Tensor } from '../../../src/onnx/tensor';
import { eitherSign, integers, randomDims, trained } from '../../support/operands';
import { sizeOf, type Operand } from '../../support/gradientCheck';
import type { RuleCase, RuleCases } from './ruleCase';

const add = { reduction: { kind: 'string', value: 'add' } } as const;

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

const cumSum: RuleCase = (random) => {
  const dims = randomDims(random, 1, 3);
  const axis = eitherSign(random, random.int(0, dims.length - 1), dims.length);
  const attributes = { exclusive: random.int(0, 1), reverse: random.int(0, 1) };
  return { operands: [trained(dims)], build: (b, [x]) => [b.op('CumSum', [x!, b.ints([axis])], attributes)] };
};

const trilu: RuleCase = (random) => ({
  operands: [trained([...randomDims(random, 0, 1), 'n', 'm'])],
  build: (b, [x]) => [
    b.op('Trilu', random.chance(0.5) ? [x!] : [x!, b.op('Squeeze', [b.ints([random.int(-1, 1)])])], {
      upper: random.int(0, 1),
    }),
  ],
});

const tile: RuleCase = (random) => {
  const dims = randomDims(random, 0, 3);
  return {
    operands: [trained(dims)],
    build: (b, [x]) => [b.op('Tile', [x!, b.ints(dims.map(() => random.int(1, 3)))])],
  };
};

const pad: RuleCase = (random) => {
  const dims = randomDims(random, 1, 3);
  return {
    operands: [trained(dims)],
    build: (b, [x]) => [b.op('Pad', [x!, b.ints([...dims, ...dims].map(() => random.int(0, 2))), b.scalar(0.3)])],
  };
};

const einsum: RuleCase = (random) => {
  const [equation, left, right] = random.pick([
    ['bhqd,bhkd->bhqk', [2, 2, 'n', 3], [2, 2, 'm', 3]],
    ['ij,jk->ik', ['n', 3], [3, 'm']],
    ['ij,kj->i', ['n', 3], ['m', 3]],
    ['i,j->ij', ['n'], ['m']],
    ['ab,cb', ['n', 2], ['m', 2]],
  ] as const);
  return {
    operands: [trained(left), trained(right)],
    build: (b, x) => [b.op('Einsum', x, { equation: { kind: 'string', value: equation } })],
  };
};

export const scatterCases: RuleCases = {
  GatherElements: gatherElements,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
  TopK: topK,
  CumSum: cumSum,
  Trilu: trilu,
  Tile: tile,
  Pad: pad,
  Einsum: einsum,
};
