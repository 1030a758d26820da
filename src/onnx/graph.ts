/** Element types of ONNX tensors that this engine reads, by their number in TensorProto.DataType. */
export const ElementType = {
  /** Left to the runtime, which infers it. */
  undefined: 0,
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  uint4: 21,
  int4: 22,
} as const;
export type ElementType = number;

export const floatTypes: readonly ElementType[] = [
  ElementType.float,
  ElementType.float16,
  ElementType.double,
  ElementType.bfloat16,
];

/**
 * Constant numbers: little-endian, row-major. `bytes` is a view into the model file; weights are never copied or
 * changed.
 */
export interface Tensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

export type Attribute =
  | { readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly kind: 'ints' | 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'graph'; readonly value: Graph };

/** An operator applied to named values; an empty input name is an omitted optional input. */
export interface Node {
  readonly op: string;
  /** '' is the standard operator set. */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Whether a node is of this operator of the standard set. */
export const isStandard = (node: Node | undefined, op: string): node is Node & { readonly domain: '' } =>
  node?.op === op && node.domain === '';

/** A graph input or output; a dimension is a number where fixed and a name where it varies. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly dims?: readonly (number | string)[];
}

/** Nodes are in topological order. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Tensor>;
}

/** @typeParam G what is known of its graph */
export interface Model<G extends Graph = Graph> {
  readonly graph: G;
  readonly irVersion: number;
  /** Operator set version by domain; '' is the standard one. */
  readonly opsets: ReadonlyMap<string, number>;
}

export function intAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' ? attribute.value : fallback;
}

export function floatAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'float' ? attribute.value : fallback;
}

export function intsAttribute(node: Node, name: string): readonly number[] | undefined {
  const attribute = node.attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : undefined;
}

/** What {@link producers} has found: a graph does not change, and is asked for single values thousands of times. */
const found = new WeakMap<Graph, ReadonlyMap<string, Node>>();

/** Value name → the node that computes it. */
export function producers(graph: Graph): ReadonlyMap<string, Node> {
  const known = found.get(graph);
  if (known) return known;
  const made = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  found.set(graph, made);
  return made;
}

/**
 * Every value that a node reads: its inputs, and what the graphs among its attributes (branches, loop bodies) take from
 * around them.
 */
export function valuesRead(node: Node): readonly string[] {
  const captured = Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === 'graph' ? valuesCaptured(attribute.value) : [],
  );
  return captured.length ? [...node.inputs, ...captured] : node.inputs;
}

function valuesCaptured({ inputs, initializers, nodes, outputs }: Graph): readonly string[] {
  const own = new Set([
    ...inputs.map((input) => input.name),
    ...initializers.keys(),
    ...nodes.flatMap((node) => node.outputs),
  ]);
  return [...nodes.flatMap(valuesRead), ...outputs.map((output) => output.name)].filter((name) => !own.has(name));
}

/** Value name → the nodes that read it. */
export function consumers(graph: Graph): ReadonlyMap<string, readonly Node[]> {
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes)
    for (const input of new Set(valuesRead(node))) readers.set(input, [...(readers.get(input) ?? []), node]);
  return readers;
}

/** The graph without the nodes and weights that none of `outputs` needs. */
export function keepOnly(graph: Graph, outputs: readonly Value[]): Graph {
  const needed = new Set(outputs.map((output) => output.name));
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    kept.push(node);
    for (const input of valuesRead(node)) needed.add(input);
  }
  return {
    ...graph,
    outputs,
    inputs: graph.inputs.filter((input) => needed.has(input.name)),
    nodes: kept.reverse(),
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
  };
}
