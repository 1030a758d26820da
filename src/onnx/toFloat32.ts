import { ElementType, producers, type Attribute, type Graph, type Node, type Tensor, type Value } from './graph';
import { elementCount, floatTensor, tensorNumbers } from './tensor';

/** Up to here a constant is rewritten in float32 on the spot; larger ones keep their bytes and are cast when the graph is loaded. */
const smallConstant = 1024;

/**
 * The same graph computing in float32. Weights stay stored as halves; inputs, outputs and everything between become float32, so that
 * prompt, loss and gradient are float32 on every provider.
 */
export function widenHalves(graph: Graph): Graph {
  if (!holdsHalves(graph)) return graph;
  const { casts, renamed, initializers } = widenWeights(graph);
  const rename = (name: string): string => renamed.get(name) ?? name;
  const nodes = graph.nodes.map((node) =>
    widenNode(widens(node) ? node : { ...node, inputs: node.inputs.map(rename) }),
  );
  return {
    ...graph,
    initializers,
    nodes: [...casts, ...nodes],
    inputs: graph.inputs.map(widenValue),
    outputs: graph.outputs.map(widenValue),
  };
}

/** A model that was written from a widened one holds its casts already. */
const widens = ({ op, attributes: { to } }: Node): boolean =>
  op === 'Cast' && to?.kind === 'int' && to.value === ElementType.float;

const isHalf = (type: number | undefined): boolean => type === ElementType.float16 || type === ElementType.bfloat16;

function holdsHalves(graph: Graph): boolean {
  return (
    [...graph.initializers.values(), ...graph.inputs, ...graph.outputs].some(({ type }) => isHalf(type)) ||
    graph.nodes.some((node) =>
      Object.entries(node.attributes).some(
        ([name, attribute]) =>
          (attribute.kind === 'tensor' && isHalf(attribute.value.type)) ||
          (typeNames.has(name) && attribute.kind === 'int' && isHalf(attribute.value)) ||
          (attribute.kind === 'graph' && holdsHalves(attribute.value)),
      ),
    )
  );
}

/** Attributes that name an element type. */
const typeNames = new Set(['to', 'dtype', 'output_dtype', 'softmax_precision']);

interface WidenedWeights {
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly casts: readonly Node[];
  readonly renamed: ReadonlyMap<string, string>;
}

function widenWeights(graph: Graph): WidenedWeights {
  const [initializers, casts, renamed] = [new Map<string, Tensor>(), [] as Node[], new Map<string, string>()];
  const made = producers(graph);
  const read = new Set(graph.nodes.filter((node) => !widens(node)).flatMap(({ inputs }) => inputs));
  for (const [name, tensor] of graph.initializers) {
    const large = isHalf(tensor.type) && elementCount(tensor.dims) > smallConstant;
    initializers.set(name, isHalf(tensor.type) && !large ? widenTensor(tensor) : tensor);
    if (!large || !read.has(name)) continue;
    let float = `${name}/float`;
    while (made.has(float)) float += '/float';
    renamed.set(name, float);
    casts.push({
      op: 'Cast',
      domain: '',
      name: `${float}/cast`,
      inputs: [name],
      outputs: [float],
      attributes: { to: { kind: 'int', value: ElementType.float } },
    });
  }
  return { initializers, casts, renamed };
}

const widenTensor = (tensor: Tensor): Tensor => floatTensor(tensor.dims, tensorNumbers(tensor));
const widenValue = (value: Value): Value => (isHalf(value.type) ? { ...value, type: ElementType.float } : value);

function widenNode(node: Node): Node {
  return {
    ...node,
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, attribute]) => [name, widenAttribute(name, attribute)]),
    ),
  };
}

function widenAttribute(name: string, attribute: Attribute): Attribute {
  if (attribute.kind === 'tensor' && isHalf(attribute.value.type))
    return { kind: 'tensor', value: widenTensor(attribute.value) };
  if (attribute.kind === 'int' && typeNames.has(name) && isHalf(attribute.value))
    return { kind: 'int', value: ElementType.float };
  return attribute.kind === 'graph' ? { kind: 'graph', value: widenHalves(attribute.value) } : attribute;
}
