import type { Attribute, Graph, Model, Node, Tensor, Value } from './graph';
import { floatTensor, int64Tensor } from './tensor';

export type Attributes = Readonly<Record<string, number | readonly number[] | Attribute>>;

/**
 * Grows a graph by appending nodes behind the ones it has. Equal constants and equal pure expressions are built once,
 * so that rules may ask for the same shape or transpose again without cost.
 */
export interface Builder {
  /**
   * Appends one operator with one output; returns the output's name. A domain other than the standard one stands before
   * a dot.
   */
  op(op: string, inputs: readonly string[], attributes?: Attributes): string;
  /** Appends one operator with several outputs. */
  ops(op: string, inputs: readonly string[], outputs: number, attributes?: Attributes): readonly string[];
  constant(tensor: Tensor): string;
  /** Adds a large constant under a name of its own, once. */
  weight(name: string, tensor: Tensor): string;
  scalar(value: number): string;
  ints(values: readonly number[]): string;
  /** Names a value as it will be known outside. */
  alias(value: string, name: string): string;
  input(value: Value): string;
  node(node: Node): void;
  /** The graph so far, with these outputs; it stays as it is while more is built. */
  graph(outputs: readonly Value[]): Graph;
}

/** @param prefix begins the names of new values, to keep them apart from the graph's own */
export function extendGraph(graph: Graph, prefix: string): Builder {
  const nodes = [...graph.nodes];
  const initializers = new Map(graph.initializers);
  const inputs = [...graph.inputs];
  const known = new Map<string, readonly string[]>();
  let count = 0;

  const ops = (
    op: string,
    from: readonly string[],
    outputs: number,
    attributes: Attributes = {},
  ): readonly string[] => {
    const full = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toAttribute(value)]));
    const key = JSON.stringify([op, from, full, outputs]);
    const earlier = known.get(key);
    if (earlier) return earlier;
    const names = Array.from({ length: outputs }, () => `${prefix}${op}_${count++}`);
    nodes.push({ ...typeAndDomain(op), name: names[0]!, inputs: from, outputs: names, attributes: full });
    known.set(key, names);
    return names;
  };

  const constant = (tensor: Tensor): string => {
    const key = `constant ${tensor.type} ${tensor.dims} ${Buffer.from(tensor.bytes).toString('base64')}`;
    const earlier = known.get(key);
    if (earlier) return earlier[0]!;
    const name = `${prefix}constant_${count++}`;
    initializers.set(name, tensor);
    known.set(key, [name]);
    return name;
  };

  return {
    ops,
    op: (op, from, attributes) => ops(op, from, 1, attributes)[0]!,
    constant,
    weight(name, tensor) {
      initializers.set(prefix + name, tensor);
      return prefix + name;
    },
    scalar: (value) => constant(floatTensor([], [value])),
    ints: (values) => constant(int64Tensor([values.length], values)),
    alias(value, name) {
      nodes.push({ op: 'Identity', domain: '', name, inputs: [value], outputs: [name], attributes: {} });
      return name;
    },
    input(value) {
      inputs.push(value);
      return value.name;
    },
    node: (node) => void nodes.push(node),
    graph: (outputs) => ({
      ...graph,
      inputs: [...inputs],
      outputs,
      nodes: [...nodes],
      initializers: new Map(initializers),
    }),
  };
}

function typeAndDomain(op: string): { readonly op: string; readonly domain: string } {
  const dot = op.lastIndexOf('.');
  return { op: op.slice(dot + 1), domain: op.slice(0, Math.max(dot, 0)) };
}

function toAttribute(value: number | readonly number[] | Attribute): Attribute {
  if (typeof value === 'number') return { kind: 'int', value };
  return 'kind' in value ? value : { kind: 'ints', value };
}

export const emptyGraph: Graph = { name: 'graph', inputs: [], outputs: [], nodes: [], initializers: new Map() };

/** A model around a graph: of standard operators (opset 18), and of those that only the runtime has (version 1). */
export function standardModel(graph: Graph): Model {
  const own = graph.nodes.filter(({ domain }) => domain !== '').map(({ domain }) => [domain, 1] as const);
  return { graph, irVersion: 8, opsets: new Map([['', 18], ...own]) };
}
