import { ElementType, producers, type Attribute, type Graph, type Node, type Tensor, type Value } from './graph';
import { elementCount, floatTensor, tensorNumbers } from './tensor';

/**
 * Up to so many numbers a constant is rewritten in float32 at once; larger ones keep their bytes and are cast when the
 * graph is loaded.
 */
const smallConstant = 1024;

/**
 * The same graph computing in float32. Weights stay stored in 16 bits; inputs, outputs and everything between become
 * float32, so that prompt, loss and gradient are float32 on every provider.
 */
export function graphToFloat32(graph: Graph): Graph {
  if (!holdsHalfPrecision(graph)) return graph;
  const { casts, renamed, initializers } = castWeights(graph);
  const rename = (name: string): string => renamed.get(name) ?? name;
  const nodes = graph.nodes.map((node) =>
    nodeToFloat32(castsToFloat32(node) ? node : { ...node, inputs: node.inputs.map(rename) }),
  );
  return {
    ...graph,
    initializers,
    nodes: [...casts, ...nodes],
    inputs: graph.inputs.map(valueToFloat32),
    outputs: graph.outputs.map(valueToFloat32),
  };
}

/** A model that was written from one in float32 holds its casts already. */
const castsToFloat32 = ({ op, attributes: { to } }: Node): boolean =>
  op === 'Cast' && to?.kind === 'int' && to.value === ElementType.float;

const isHalfPrecision = (type: number | undefined): boolean =>
  type === ElementType.float16 || type === ElementType.bfloat16;

function holdsHalfPrecision(graph: Graph): boolean {
  return (
    [...graph.initializers.values(), ...graph.inputs, ...graph.outputs].some(({ type }) => isHalfPrecision(type)) ||
    graph.nodes.some((node) =>
      Object.entries(node.attributes).some(
        ([name, attribute]) =>
          (attribute.kind === 'tensor' && isHalfPrecision(attribute.value.type)) ||
          (typeNames.has(name) && attribute.kind === 'int' && isHalfPrecision(attribute.value)) ||
          (attribute.kind === 'graph' && holdsHalfPrecision(attribute.value)),
      ),
    )
  );
}

/** Attributes that name an element type. */
const typeNames = new Set(['to', 'dtype', 'output_dtype', 'softmax_precision']);

interface CastWeights {
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly casts: readonly Node[];
  readonly renamed: ReadonlyMap<string, string>;
}

function castWeights(graph: Graph): CastWeights {
  const [initializers, casts, renamed] = [new Map<string, Tensor>(), [] as Node[], new Map<string, string>()];
  const made = producers(graph);
  const read = new Set(graph.nodes.filter((node) => !castsToFloat32(node)).flatMap(({ inputs }) => inputs));
  for (const [name, tensor] of graph.initializers) {
    const large = isHalfPrecision(tensor.type) && elementCount(tensor.dims) > smallConstant;
    initializers.set(name, isHalfPrecision(tensor.type) && !large ? tensorToFloat32(tensor) : tensor);
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

const tensorToFloat32 = (tensor: Tensor): Tensor => floatTensor(tensor.dims, tensorNumbers(tensor));
const valueToFloat32 = (value: Value): Value =>
  isHalfPrecision(value.type) ? { ...value, type: ElementType.float } : value;

function nodeToFloat32(node: Node): Node {
  return {
    ...node,
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, attribute]) => [name, attributeToFloat32(name, attribute)]),
    ),
  };
}

function attributeToFloat32(name: string, attribute: Attribute): Attribute {
  if (attribute.kind === 'tensor' && isHalfPrecision(attribute.value.type))
    return { kind: 'tensor', value: tensorToFloat32(attribute.value) };
  if (attribute.kind === 'int' && typeNames.has(name) && isHalfPrecision(attribute.value))
    return { kind: 'int', value: ElementType.float };
  return attribute.kind === 'graph' ? { kind: 'graph', value: graphToFloat32(attribute.value) } : attribute;
}
