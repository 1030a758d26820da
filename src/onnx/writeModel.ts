import { ElementType, type Attribute, type Graph, type Model, type Node, type Tensor, type Value } from './graph';
import { modelProto } from './schema';
import { toInt64 } from './tensor';

/**
 * How an initializer that is on the disk is named in the file, relative to the folder that the file is loaded for;
 * undefined to write its bytes.
 */
export type ExternalLocation = (
  tensor: Tensor,
) => { readonly location: string; readonly offset: number; readonly length: number } | undefined;

/** An ONNX file's bytes. @param external leaves weights where they are */
export function writeModel(model: Model, external: ExternalLocation = () => undefined): Uint8Array {
  return modelProto
    .encode({
      ir_version: model.irVersion,
      producer_name: 'prompt-tuner',
      opset_import: [...model.opsets].map(([domain, version]) => ({ domain, version })),
      graph: fromGraph(model.graph, external),
    })
    .finish();
}

function fromGraph(graph: Graph, external: ExternalLocation): object {
  return {
    name: graph.name || 'graph',
    node: graph.nodes.map((node) => fromNode(node, external)),
    initializer: [...graph.initializers].map(([name, tensor]) => fromInitializer(tensor, name, external(tensor))),
    input: graph.inputs.map(fromValue),
    output: graph.outputs.map(fromValue),
  };
}

function fromNode(node: Node, external: ExternalLocation): object {
  return {
    op_type: node.op,
    domain: node.domain,
    name: node.name,
    input: node.inputs,
    output: node.outputs,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => ({
      name,
      ...fromAttribute(attribute, external),
    })),
  };
}

function fromAttribute(attribute: Attribute, external: ExternalLocation): object {
  switch (attribute.kind) {
    case 'float':
      return { type: 1, f: attribute.value };
    case 'int':
      return { type: 2, i: int64(attribute.value) };
    case 'string':
      return { type: 3, s: new TextEncoder().encode(attribute.value) };
    case 'tensor':
      return { type: 4, t: fromTensor(attribute.value, '') };
    case 'graph':
      return { type: 5, g: fromGraph(attribute.value, external) };
    case 'floats':
      return { type: 6, floats: attribute.value };
    case 'ints':
      return { type: 7, ints: attribute.value.map(int64) };
    case 'strings':
      return { type: 8, strings: attribute.value.map((value) => new TextEncoder().encode(value)) };
  }
}

/** The encoder takes numbers only as far as doubles are exact; beyond, it takes two numbers of 32 bits. */
function int64(value: number): number | { readonly low: number; readonly high: number } {
  if (Number.isSafeInteger(value)) return value;
  const whole = toInt64(value);
  return { low: Number(BigInt.asIntN(32, whole)), high: Number(whole >> 32n) };
}

function fromInitializer(tensor: Tensor, name: string, region: ReturnType<ExternalLocation>): object {
  if (!region) return fromTensor(tensor, name);
  const { location, offset, length } = region;
  const entries = { location, offset: String(offset), length: String(length) };
  return {
    name,
    dims: tensor.dims,
    data_type: tensor.type,
    data_location: 1,
    external_data: Object.entries(entries).map(([key, value]) => ({ key, value })),
  };
}

function fromTensor(tensor: Tensor, name: string): object {
  return { name, dims: tensor.dims, data_type: tensor.type, raw_data: tensor.bytes };
}

function fromValue(value: Value): object {
  if (value.type === ElementType.undefined) return { name: value.name };
  const dim = value.dims?.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name: value.name, type: { tensor_type: { elem_type: value.type, ...(dim && { shape: { dim } }) } } };
}
