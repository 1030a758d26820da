import { ElementType } from '../../../../src/onnx/graph';
import type { Axis, Operand } from '../../../support/engine/gradientCheck';
import {
  broadcastable,
  eitherSign,
  integers,
  randomAxis,
  randomDims,
  sameIntegers,
  shuffled,
  someAxes,
  trained,
} from '../../../support/engine/operands';
import type { RuleCase, RuleCases } from './ruleCase';

const reshape: RuleCase = (random) => {
  const dims = randomDims(random);
  const keepFirst = dims.length > 0 && random.chance(0.5);
  return {
    operands: [trained(dims)],
    build: (b, [x]) => [b.op('Reshape', [x!, b.ints(keepFirst ? [0, -1, 1] : [-1])])],
  };
};

const flatten: RuleCase = (random) => {
  const dims = randomDims(random, 1);
  const axis = random.int(-dims.length, dims.length);
  return { operands: [trained(dims)], build: (b, [x]) => [b.op('Flatten', [x!], random.chance(0.8) ? { axis } : {})] };
};

const squeeze: RuleCase = (random) => {
  if (random.chance(0.3)) return { operands: [trained([1, 3, 1, 2])], build: (b, [x]) => [b.op('Squeeze', [x!])] };
  const dims = [...randomDims(random, 0, 2), 1, ...randomDims(random, 0, 1)];
  const axis = eitherSign(random, dims.length - 1 - [...dims].reverse().indexOf(1), dims.length);
  return { operands: [trained(dims)], build: (b, [x]) => [b.op('Squeeze', [x!, b.ints([axis])])] };
};

const unsqueeze: RuleCase = (random) => {
  const dims = randomDims(random, 0, 3);
  const axes = random.chance(0.5) ? [eitherSign(random, random.int(0, dims.length), dims.length + 1)] : [0, -1];
  return { operands: [trained(dims)], build: (b, [x]) => [b.op('Unsqueeze', [x!, b.ints(axes)])] };
};

const transpose: RuleCase = (random) => {
  const dims = randomDims(random);
  const perm = shuffled(random, dims.length);
  const named = random.chance(0.75);
  return { operands: [trained(dims)], build: (b, [x]) => [b.op('Transpose', [x!], named ? { perm } : {})] };
};

/** To the shape of another value, and to constant sizes with 1 where the axis stays. */
const expand: RuleCase = (random) => {
  const dims = randomDims(random);
  if (random.chance(0.5)) {
    return {
      operands: [trained(broadcastable(random, dims)), trained(dims)],
      build: (b, [x, like]) => [b.op('Expand', [x!, b.op('Shape', [like!])])],
    };
  }
  const sizes = [
    ...Array.from({ length: random.int(0, 2) }, () => random.int(1, 3)),
    ...dims.map((axis) => (axis === 1 ? random.int(1, 3) : 1)),
  ].slice(-4);
  return { operands: [trained(dims)], build: (b, [x]) => [b.op('Expand', [x!, b.ints(sizes)])] };
};

const concat: RuleCase = (random) => {
  const dims = randomDims(random, 1);
  const at = random.int(0, dims.length - 1);
  const axis = eitherSign(random, at, dims.length);
  const parts = Array.from({ length: random.int(1, 3) }, () =>
    trained(dims.map((size, i) => (i === at ? randomAxis(random) : size))),
  );
  const twice = random.chance(0.2);
  return { operands: parts, build: (b, x) => [b.op('Concat', twice ? [...x, x[0]!] : x, { axis })] };
};

/** Equal parts, a smaller last part, constant sizes, sizes that enter at run time; some parts unused. */
const split: RuleCase = (random) => {
  const others = randomDims(random, 0, 3);
  const at = random.int(0, others.length);
  const axis = eitherSign(random, at, others.length + 1);
  const dims = (size: Axis): readonly Axis[] => [...others.slice(0, at), size, ...others.slice(at)];
  const used = (parts: readonly string[]): readonly string[] => (random.chance(0.4) ? parts.slice(1) : parts);
  switch (random.pick(['equal', 'smallerLast', 'constant', 'input', 'varying'])) {
    case 'equal':
      return {
        operands: [trained(dims(4))],
        build: (b, [x]) => used(b.ops('Split', [x!], 2, { axis, num_outputs: 2 })),
      };
    case 'smallerLast':
      return {
        operands: [trained(dims(5))],
        build: (b, [x]) => used(b.ops('Split', [x!], 3, { axis, num_outputs: 3 })),
      };
    case 'constant':
      return {
        operands: [trained(dims(4))],
        build: (b, [x]) => used(b.ops('Split', [x!, b.ints([1, 3])], 2, { axis })),
      };
    case 'input':
      return {
        operands: [trained(dims(5)), sameIntegers([2, 1, 2])],
        build: (b, x) => used(b.ops('Split', x, 3, { axis })),
      };
    default:
      return {
        operands: [trained(dims('n'))],
        build: (b, [x]) => {
          const size = b.op('Gather', [b.op('Shape', [x!]), b.ints([at])]);
          return used(
            b.ops('Split', [x!, b.op('Concat', [b.ints([1]), b.op('Sub', [size, b.ints([1])])], { axis: 0 })], 2, {
              axis,
            }),
          );
        },
      };
  }
};

/** Every second or third number from some place on, as interleaved rotation takes them. */
const steppedSlice: RuleCase = (random) => {
  const dims = randomDims(random, 1, 3);
  const axes = someAxes(random, dims.length);
  const [starts, steps] = [axes.map(() => random.pick([0, 0, 1, -1, -2])), axes.map(() => random.int(1, 3))];
  return {
    operands: [trained(dims)],
    build: (b, [x]) => [
      b.op('Slice', [
        x!,
        b.ints(starts),
        b.ints(axes.map(() => random.pick([2, 9, 2 ** 63]))),
        b.ints(axes),
        b.ints(steps),
      ]),
    ],
  };
};

const slice: RuleCase = (random) => {
  if (random.chance(0.25)) return steppedSlice(random);
  const dims = randomDims(random, 1);
  const rank = dims.length;
  const named = random.chance(0.7);
  const axes = named ? someAxes(random, rank) : Array.from({ length: random.int(1, rank) }, (_, i) => i);
  const start = (): number => random.pick([0, 0, 1, -1, -2, -9]);
  const end = (): number => random.pick([1, 2, 3, -1, 9, 2 ** 63]);
  const bounds = axes.map(() => [start(), end()] as const);
  const operands = [trained(dims)];
  if (random.chance(0.5)) {
    return {
      operands,
      build: (b, [x]) => {
        const optional = named ? [b.ints(axes), ...(random.chance(0.5) ? [b.ints(axes.map(() => 1))] : [])] : [];
        return [
          b.op('Slice', [x!, b.ints(bounds.map(([from]) => from)), b.ints(bounds.map(([, to]) => to)), ...optional]),
        ];
      },
    };
  }
  // Bounds count as varying only where the two probes differ, as sizes do.
  const varying = (feeds: readonly (readonly number[])[]): Operand =>
    integers([axes.length], ({ feed, index }) => feeds[feed]![index]!);
  const starts = varying([axes.map(() => 0), axes.map(() => 1), bounds.map(([from]) => from)]);
  const ends = varying([axes.map(() => 3), axes.map(() => 2), bounds.map(([, to]) => Math.min(to, 9))]);
  const type = random.pick([ElementType.int64, ElementType.int32]);
  return {
    operands: [...operands, starts, ends],
    build: (b, [x, from, to]) => [
      b.op('Slice', [
        x!,
        b.op('Cast', [from!], { to: type }),
        b.op('Cast', [to!], { to: type }),
        ...(named ? [b.op('Cast', [b.ints(axes)], { to: type })] : []),
      ]),
    ],
  };
};

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

const trilu: RuleCase = (random) => ({
  operands: [trained([...randomDims(random, 0, 1), 'n', 'm'])],
  build: (b, [x]) => [
    b.op('Trilu', random.chance(0.5) ? [x!] : [x!, b.op('Squeeze', [b.ints([random.int(-1, 1)])])], {
      upper: random.int(0, 1),
    }),
  ],
});

export const shapeCases: RuleCases = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Trilu: trilu,
};
