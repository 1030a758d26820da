import { describe, expect, it } from 'vitest';
import { emptyGraph, extendGraph } from '../../../src/onnx/builder';
import { consumers, ElementType, keepOnly, producers, type Graph } from '../../../src/onnx/graph';
import { floatTensor } from '../../../src/onnx/tensor';
import { node } from '../../support/models/onnxFiles';

const value = (name: string): Graph['inputs'][number] => ({ name, type: ElementType.float });

describe('a graph cut down to some outputs', () => {
  const branch: Graph = {
    ...emptyGraph,
    nodes: [node('Add', ['captured', 'own'], ['z'])],
    outputs: [value('z')],
    initializers: new Map([['own', floatTensor([], [1])]]),
  };
  const graph: Graph = {
    name: 'g',
    inputs: [value('x'), value('unread')],
    outputs: [value('y'), value('idle')],
    nodes: [
      node('Exp', ['x'], ['captured']),
      node('Neg', ['x'], ['idle']),
      node('If', ['flag'], ['y'], { then_branch: { kind: 'graph', value: branch } }),
    ],
    initializers: new Map([
      ['flag', { type: ElementType.bool, dims: [], bytes: Uint8Array.of(1) }],
      ['spare', floatTensor([], [2])],
    ]),
  };

  it('keeps what they need, also what a branch takes from around it', () => {
    const kept = keepOnly(graph, [value('y')]);
    expect(kept.nodes.map(({ op }) => op)).toEqual(['Exp', 'If']);
    expect(kept.inputs.map(({ name }) => name)).toEqual(['x']);
    expect([...kept.initializers.keys()]).toEqual(['flag']);
  });

  it('counts a node that reads through its branch among the readers', () => {
    expect(
      consumers(graph)
        .get('captured')
        ?.map(({ op }) => op),
    ).toEqual(['If']);
    expect(
      consumers(graph)
        .get('x')
        ?.map(({ op }) => op),
    ).toEqual(['Exp', 'Neg']);
    expect(consumers(graph).has('own')).toBe(false);
  });
});

describe('a graph that grows', () => {
  it('builds equal expressions once and different ones apart', () => {
    const b = extendGraph(emptyGraph, 'p/');
    const first = b.op('Transpose', ['x'], { perm: [1, 0] });
    expect(b.op('Transpose', ['x'], { perm: [1, 0] })).toBe(first);
    expect(b.op('Transpose', ['x'], { perm: [0, 1] })).not.toBe(first);
    expect(b.scalar(1)).toBe(b.scalar(1));
    expect(b.scalar(1)).not.toBe(b.ints([1]));
    expect(b.graph([]).nodes).toHaveLength(2);
  });

  it('gives graphs that stay as they are, with what makes their values, while more is built', () => {
    const b = extendGraph(emptyGraph, 'p/');
    b.op('Exp', ['x']);
    const early = b.graph([]);
    expect([...producers(early).keys()]).toEqual(['p/Exp_0']);
    b.op('Neg', [b.input(value('y'))]);
    b.scalar(1);
    expect([early.nodes.length, early.inputs, early.initializers.size]).toEqual([1, [], 0]);
    expect([...producers(early).keys()]).toEqual(['p/Exp_0']);
    expect([...producers(b.graph([])).keys()]).toEqual(['p/Exp_0', 'p/Neg_1']);
  });

  it('leaves the graph it began with as it was', () => {
    const b = extendGraph(emptyGraph, 'p/');
    b.op('Exp', [b.input(value('x'))]);
    b.scalar(1);
    expect([emptyGraph.nodes, emptyGraph.inputs, [...emptyGraph.initializers]]).toEqual([[], [], []]);
  });
});
