import { describe, expect, it } from 'vitest';
import { probeShapes } from '../../../../src/autodiff/probeShapes';
import { joinOpening } from '../../../../src/model/graph/joinedOpening';
import { packCandidates, packPositions, type Packing } from '../../../../src/model/graph/packedPositions';
import { emptyGraph, extendGraph, standardModel, type Builder } from '../../../../src/onnx/builder';
import { ElementType, type Graph } from '../../../../src/onnx/graph';
import { floats, int64s, openSession, type Feeds } from '../../../../src/onnx/runtime/session';
import { floatTensor } from '../../../../src/onnx/tensor';
import { places, rowFeeds } from '../../../support/objective/rowFeeds';

const width = 4;

interface Form {
  /** Whether the rows' own weights are those of the opening. */
  readonly sameWeights?: boolean;
  /** Whether rows read, in their first layer, what the opening has left in its last. */
  readonly readsAhead?: boolean;
}

const weight = (b: Builder, seed: number): string =>
  b.constant(
    floatTensor(
      [width, width],
      Array.from({ length: width * width }, (_, i) => Math.sin(i * seed)),
    ),
  );

/** Two layers of work by position behind a sum over positions, of an opening and of rows that see it. */
function twoBodies({ sameWeights = true, readsAhead = false }: Form = {}): Graph {
  const whole = extendGraph(emptyGraph, '');
  const input = (name: string, dims: readonly (string | number)[], type: number = ElementType.float) =>
    whole.input({ name, type, dims });
  input('opening_ids', [1, 'opening'], ElementType.int64);
  input('ids', ['batch', 'sequence'], ElementType.int64);
  input('opening_hidden', [1, 'opening', width]);
  input('hidden', ['batch', 'sequence', width]);
  input('opening_mask', [1, 'opening', 1]);
  input('mask', ['batch', 'sequence', 1]);
  for (const name of Object.values(places)) input(name, [name], ElementType.int64);
  const weights = [1, 2, 3, 4].map((seed) => weight(whole, seed));
  const nothing = whole.constant(floatTensor([1, 1, width], new Array<number>(width).fill(0)));
  let graph = whole.graph([]);
  const body = (
    prefix: string,
    { hidden, mask }: { readonly hidden: string; readonly mask: string },
    [first, second, third, fourth]: readonly string[],
    seen: readonly string[],
  ) => {
    const b = extendGraph(graph, prefix);
    const layer = (x: string, inner: string, outer: string, before: string): readonly [string, string] => {
      const own = b.op('Tanh', [b.op('MatMul', [x, inner])]);
      const sum = b.op('ReduceSum', [b.op('Mul', [own, mask]), b.ints([1])], { keepdims: 1 });
      const all = b.op('Add', [sum, before]);
      const shape = b.op('Concat', [b.op('Shape', [own], { start: 0, end: 2 }), b.ints([width])], { axis: 0 });
      const everywhere = b.op('Expand', [all, shape]);
      return [b.op('MatMul', [b.op('Add', [b.op('Identity', [everywhere]), own]), outer]), sum];
    };
    const [x, sum] = layer(hidden, first!, second!, seen[readsAhead ? 1 : 0]!);
    const [y, last] = layer(x, third!, fourth!, seen[readsAhead ? 0 : 1]!);
    graph = b.graph([]);
    return { y, sums: [sum, last] };
  };
  const opening = body('opening/', { hidden: 'opening_hidden', mask: 'opening_mask' }, weights, [nothing, nothing]);
  const own = sameWeights ? weights : [weights[1]!, weights[0]!, weights[3]!, weights[2]!];
  const rows = body('rows/', { hidden: 'hidden', mask: 'mask' }, own, opening.sums);
  const b = extendGraph(graph, 'end/');
  b.alias(b.op('Mul', [rows.y, 'mask']), 'out');
  return b.graph([{ name: 'out', type: ElementType.float }]);
}

function feeds(opening: number, lengths: readonly number[]): Feeds {
  const hidden = Float32Array.from({ length: opening * width }, (_, i) => Math.sin(i));
  return {
    ...rowFeeds(lengths, Math.max(...lengths), width),
    opening_ids: int64s([1, opening], new Array<number>(opening).fill(1)),
    opening_hidden: floats([1, opening, width], hidden),
    opening_mask: floats([1, opening, 1], new Float32Array(opening).fill(1)),
  };
}

const probes = [feeds(6, [2, 3, 1]), feeds(8, [4, 5])] as const;
const packings: Readonly<Record<string, Packing>> = {
  'rows of one length': { ids: 'ids' },
  'rows without their padding': { ids: 'ids', places },
};

async function joined(graph: Graph, packing: Packing): Promise<{ readonly packed: Graph; readonly joined: Graph }> {
  const shapes = await probeShapes(standardModel(graph), packCandidates(graph, 'none'), [], probes);
  const positionsOf = (ids: string) => (value: string) =>
    [0, 1].every((i) => String(shapes.seen(value)[i]?.slice(0, 2)) === String(probes[i]![ids]!.dims)) &&
    shapes.dims(value).length === 3;
  const { dims } = shapes;
  const own = { packing, answerPositions: 'none' };
  const { graph: packed, inside } = packPositions(graph, { dims, positional: positionsOf('ids') }, own);
  const opening = {
    dims,
    positional: positionsOf('opening_ids'),
    ids: 'opening_ids',
    packing,
    prefixes: { opening: 'opening/', rows: 'rows/' },
  };
  return { packed, joined: joinOpening(packed, inside, opening) };
}

async function run(graph: Graph, given: Feeds): Promise<readonly number[]> {
  const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const fed = Object.fromEntries(Object.entries(given).filter(([name]) => used.has(name)));
  const inputs = graph.inputs.filter(({ name }) => used.has(name));
  const session = await openSession(standardModel({ ...graph, inputs }), { threads: 1, optimize: false });
  const { out } = await session.run(fed);
  await session.release();
  return Array.from(out!.data, Number);
}

const products = ({ nodes }: Graph): number => nodes.filter(({ op }) => op === 'MatMul').length;

describe.each(Object.entries(packings))('an opening beside %s', (kind, packing) => {
  it('is multiplied together with them, and nothing comes out otherwise', async () => {
    const graph = twoBodies();
    const { joined: whole } = await joined(graph, packing);
    // The opening's last product is read by nobody.
    expect([products(graph), products(whole)]).toEqual([8, 4]);
    for (const [opening, lengths] of [
      [3, [4, 4]],
      [1, [1]],
      [9, [2, 2, 2]],
      ...(kind.includes('padding') ? ([[5, [1, 6, 3]]] as const) : []),
    ] as const) {
      const given = feeds(opening, lengths);
      const [expected, found] = [await run(graph, given), await run(whole, given)];
      found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
      expect(found).toHaveLength(expected.length);
    }
  });

  it('stays apart where its weights are others', async () => {
    const { packed, joined: whole } = await joined(twoBodies({ sameWeights: false }), packing);
    expect(products(whole)).toBe(products(packed));
  });

  it('stays apart where the rows read in a layer what it leaves in a later one', async () => {
    const { packed, joined: whole } = await joined(twoBodies({ readsAhead: true }), packing);
    expect(whole).toBe(packed);
  });
});
