import { floatTensor } from '../../../../src/onnx/tensor';
import type { Axis } from '../../../support/engine/gradientCheck';
import { broadcastable, randomAxis, randomDims, trained } from '../../../support/engine/operands';
import type { RuleCase, RuleCases } from './ruleCase';

/** Stacks of matrices whose batch axes broadcast, matrices against stacks, and vectors on either side. */
const matMul: RuleCase = (random) => {
  const [rows, inner, columns] = [randomAxis(random), randomAxis(random), randomAxis(random)];
  const batch = randomDims(random, 0, 2);
  const side = (matrix: readonly Axis[], vector: readonly Axis[]): readonly Axis[] => {
    if (random.chance(0.1)) return vector;
    return random.chance(0.3) ? matrix : [...broadcastable(random, batch), ...matrix];
  };
  return {
    operands: [trained(side([rows, inner], [inner])), trained(side([inner, columns], [inner]))],
    build: (b, [left, right]) => [b.op('MatMul', [left!, right!])],
  };
};

const gemm: RuleCase = (random) => {
  const [rows, inner, columns] = [randomAxis(random), randomAxis(random), randomAxis(random)];
  const [transA, transB] = [random.int(0, 1), random.int(0, 1)];
  const attributes = {
    ...(transA || random.chance(0.5) ? { transA } : {}),
    ...(transB || random.chance(0.5) ? { transB } : {}),
    ...(random.chance(0.5) ? { alpha: { kind: 'float', value: random.between(-2, 2) } as const } : {}),
    ...(random.chance(0.5) ? { beta: { kind: 'float', value: random.between(-2, 2) } as const } : {}),
  };
  const bias = random.chance(0.8) ? [trained(broadcastable(random, [rows, columns]))] : [];
  return {
    operands: [
      trained(transA ? [inner, rows] : [rows, inner]),
      trained(transB ? [columns, inner] : [inner, columns]),
      ...bias,
    ],
    build: (b, x) => [b.op('Gemm', x, attributes)],
  };
};

/**
 * Along one axis or two, in groups, spread out, padded as causal models pad; the bias is trained, the kernel a weight.
 */
const conv: RuleCase = (random) => {
  const [axes, groups, width] = [random.int(1, 2), random.int(1, 2), random.int(1, 3)];
  const kernel = [4, 2, ...new Array<number>(axes).fill(width)];
  const [dilation, channels] = [random.int(1, 2), 2 * groups];
  const reach = dilation * (width - 1);
  const attributes = {
    dilations: new Array<number>(axes).fill(dilation),
    pads: [...new Array<number>(axes).fill(reach), ...new Array<number>(axes).fill(random.int(0, reach))],
    ...(groups > 1 ? { group: groups } : {}),
    ...(random.chance(0.5) ? { kernel_shape: new Array<number>(axes).fill(width) } : {}),
  };
  const weights = floatTensor(
    kernel,
    Array.from({ length: kernel.reduce((a, c) => a * c, 1) }, () => random.between(-1, 1)),
  );
  return {
    operands: [
      trained([random.pick([1, 'n']), channels, ...['m', 2].slice(0, axes)]),
      ...(random.chance(0.5) ? [trained([4])] : []),
    ],
    build: (b, [x, ...bias]) => [b.op('Conv', [x!, b.constant(weights), ...bias], attributes)],
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

export const linearCases: RuleCases = { MatMul: matMul, Gemm: gemm, Conv: conv, Einsum: einsum };
