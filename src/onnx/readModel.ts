import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import type protobuf from 'protobufjs/light';
import { Failure } from '../failure';
import { damagedFile, lfsPointer } from './damagedFile';
import { ElementType, type Attribute, type Graph, type Model, type Node, type Tensor, type Value } from './graph';
import { expandFunctions } from './functions';
import { readSkeleton } from './modelSkeleton';
import { modelProto } from './schema';
import { elementCount, elementSize, toInt64 } from './tensor';
import { mappedBytes, regionOf, readRegion, storedTensor, type FileRegion } from './fileRegion';

type Long = { toNumber(): number };
type Int = number | Long;
type Message = Readonly<Record<string, unknown>>;

const number = (value: unknown): number =>
  typeof value === 'object' && value !== null ? (value as Long).toNumber() : Number(value ?? 0);
const list = (value: unknown): readonly Message[] => (value as readonly Message[] | undefined) ?? [];
const numbers = (value: unknown): number[] => ((value as readonly Int[] | undefined) ?? []).map(number);
const bigints = (value: unknown): bigint[] =>
  ((value as readonly Int[] | undefined) ?? []).map((whole) =>
    typeof whole === 'number' ? toInt64(whole) : BigInt(String(whole)),
  );
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** An empty text may be left out of the file. */
const utf8 = (value: unknown): string => (value instanceof Uint8Array ? new TextDecoder().decode(value) : '');

/**
 * Reads an ONNX model file of any size; large weights stay on the disk, in the file or in its external data files.
 * @throws Failure "model-missing", "model-truncated", "model-external-data", "onnx-type", "onnx-attribute"
 */
export async function readModel(path: string): Promise<Model> {
  const message = decode(path);
  const external = await findExternalFiles(
    [message.graph as Message, ...list(message.functions)].flatMap(storedTensors),
    path,
  );
  try {
    return toModel(message, external);
  } catch (error) {
    if (error instanceof Failure)
      throw new Failure(error.code, error.message, { file: path, ...error.location }, error.remedy);
    throw error;
  }
}

function decode(path: string): Message {
  const truncated = (): Failure => damagedFile(path, l10n.t`ONNX model`);
  try {
    const message = modelProto.decode(readSkeleton(path, basename(path))) as protobuf.Message & Message;
    if (!message.graph || list((message.graph as Message).node).length === 0 || lacksOpset(message)) throw truncated();
    return message;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code && !(error instanceof Failure))
      throw new Failure(
        'model-missing',
        l10n.t`The model file cannot be read (${code}).`,
        { file: path },
        l10n.t`Check the path of the model.`,
      );
    throw error instanceof Failure ? error : truncated();
  }
}

/** Operator sets stand behind the graph in most files, so a cut can lose them and nothing else. */
function lacksOpset(message: Message): boolean {
  const known = new Set(list(message.opset_import).map((entry) => normalDomain(text(entry.domain))));
  return list((message.graph as Message).node).some((node) => !known.has(normalDomain(text(node.domain))));
}

/** The files that weights are in, by the name that the model gives them. */
type ExternalFiles = ReadonlyMap<string, { readonly file: string; readonly size: number }>;

const externalEntries = (tensor: Message): ReadonlyMap<string, string> =>
  new Map(list(tensor.external_data).map((entry) => [text(entry.key), text(entry.value)]));

/** Weights and constants of a graph and of the graphs inside it. */
function storedTensors(graph: Message): readonly Message[] {
  const attributes = list(graph.node).flatMap((node) => list(node.attribute));
  const inner = attributes.flatMap(({ t, g }) => [
    ...(t ? [t as Message] : []),
    ...(g ? storedTensors(g as Message) : []),
  ]);
  return [...list(graph.initializer), ...inner];
}

async function findExternalFiles(tensors: readonly Message[], path: string): Promise<ExternalFiles> {
  const names = new Set(
    tensors
      .filter((tensor) => number(tensor.data_location) === 1)
      .map((tensor) => externalEntries(tensor).get('location') ?? ''),
  );
  const files = [...names].map(async (name) => {
    const file = join(dirname(path), name);
    if (isAbsolute(name) || normalize(name).startsWith('..')) {
      throw new Failure(
        'model-external-data',
        l10n.t`The model names a weights file outside its own folder ("${name}").`,
        { file: path },
        l10n.t`Export the model again with its weights beside it.`,
      );
    }
    const unreadable = (why: string): Failure =>
      new Failure(
        'model-external-data',
        l10n.t`The model's weights file cannot be read (${why}).`,
        { file },
        l10n.t`Put it beside the .onnx file.`,
      );
    const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(error.code ?? error.message);
    });
    if (!found.isFile()) throw unreadable(l10n.t`it is no file`);
    const pointer = lfsPointer(file);
    if (pointer) throw pointer;
    const { size } = found;
    return [name, { file, size }] as const;
  });
  return new Map(await Promise.all(files));
}

function toModel(message: Message, external: ExternalFiles): Model {
  const opsets = new Map(
    list(message.opset_import).map((entry) => [normalDomain(text(entry.domain)), number(entry.version)]),
  );
  return { irVersion: number(message.ir_version), opsets, graph: toGraph(expandFunctions(message), external) };
}

const normalDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);

function toGraph(message: Message, external: ExternalFiles): Graph {
  const initializers = new Map(
    list(message.initializer).map((tensor) => [text(tensor.name), toTensor(tensor, external)]),
  );
  return {
    name: text(message.name),
    // Old exporters list weights among the inputs too.
    inputs: list(message.input)
      .map(toValue)
      .filter((value) => !initializers.has(value.name)),
    outputs: list(message.output).map(toValue),
    nodes: list(message.node).map((node) => toNode(node, external)),
    initializers,
  };
}

function toNode(message: Message, external: ExternalFiles): Node {
  return {
    op: text(message.op_type),
    domain: normalDomain(text(message.domain)),
    name: text(message.name),
    inputs: (message.input as readonly string[] | undefined) ?? [],
    outputs: (message.output as readonly string[] | undefined) ?? [],
    attributes: Object.fromEntries(
      list(message.attribute).map((attribute) => [text(attribute.name), toAttribute(attribute, external)]),
    ),
  };
}

function toAttribute(message: Message, external: ExternalFiles): Attribute {
  switch (number(message.type)) {
    case 1:
      return { kind: 'float', value: number(message.f) };
    case 2:
      return { kind: 'int', value: number(message.i) };
    case 3:
      return { kind: 'string', value: utf8(message.s) };
    case 4:
      return { kind: 'tensor', value: toTensor(present(message, 't'), external) };
    case 5:
      return { kind: 'graph', value: toGraph(present(message, 'g'), external) };
    case 6:
      return { kind: 'floats', value: numbers(message.floats) };
    case 7:
      return { kind: 'ints', value: numbers(message.ints) };
    case 8:
      return { kind: 'strings', value: ((message.strings as readonly Uint8Array[] | undefined) ?? []).map(utf8) };
    default:
      throw new Failure(
        'onnx-attribute',
        l10n.t`Attribute "${text(message.name)}" has kind ${number(message.type)}, which is not supported.`,
        {},
        l10n.t`Choose another export of the model.`,
      );
  }
}

function present(attribute: Message, field: 't' | 'g'): Message {
  const value = attribute[field];
  if (!value)
    throw new Failure(
      'model-truncated',
      l10n.t`Attribute "${text(attribute.name)}" lacks its value.`,
      {},
      l10n.t`The file is damaged: download or copy it again.`,
    );
  return value as Message;
}

function toValue(message: Message): Value {
  const tensor = (message.type as Message | undefined)?.tensor_type as Message | undefined;
  const shape = tensor?.shape as Message | undefined;
  const name = text(message.name);
  // An unnamed size gets a name of its own: two values with one name would promise the runtime equal sizes.
  const size = (dim: Message, i: number): number | string =>
    text(dim.dim_param) || (Object.hasOwn(dim, 'dim_value') ? number(dim.dim_value) : `${name}/axis_${i}`);
  const dims = shape ? list(shape.dim).map(size) : undefined;
  return { name, type: number(tensor?.elem_type), dims };
}

function toTensor(message: Message, external: ExternalFiles): Tensor {
  const dims = numbers(message.dims);
  const type = number(message.data_type);
  const region = number(message.data_location) === 1 ? regionIn(message, external) : undefined;
  const tensor: Tensor =
    region && region.length >= mappedBytes
      ? storedTensor({ type, dims }, region)
      : { type, dims, bytes: region ? readRegion(region) : tensorBytes(message, type) };
  const size = elementSize(type);
  const length = regionOf(tensor)?.length ?? tensor.bytes.byteLength;
  if (size && length !== size * elementCount(dims)) {
    throw new Failure(
      'model-truncated',
      l10n.t`Weight "${text(message.name)}" has ${length} bytes where its shape [${String(dims)}] needs \
${size * elementCount(dims)}.`,
      {},
      l10n.t`The file is damaged: download or copy it again.`,
    );
  }
  return tensor;
}

/** Where a weight is, cut off where its file ends. */
function regionIn(message: Message, external: ExternalFiles): FileRegion {
  const entries = externalEntries(message);
  const { file, size } = external.get(entries.get('location') ?? '')!;
  const offset = Math.min(Math.max(0, Number(entries.get('offset') ?? 0)), size);
  const end = entries.has('length') ? offset + Number(entries.get('length')) : size;
  return { file, offset, length: Math.max(0, Math.min(end, size) - offset) };
}

function tensorBytes(message: Message, type: ElementType): Uint8Array {
  const raw = message.raw_data as Uint8Array | undefined;
  if (raw && raw.length > 0) return raw;
  return typedBytes(message, type);
}

/** Values stored in typed fields (`float_data` …) instead of raw bytes. */
function typedBytes(message: Message, type: ElementType): Uint8Array {
  const bytesOf = (values: ArrayBufferView): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const int32 = numbers(message.int32_data);
  switch (type) {
    case ElementType.float:
      return bytesOf(Float32Array.from(numbers(message.float_data)));
    case ElementType.double:
      return bytesOf(Float64Array.from(numbers(message.double_data)));
    case ElementType.int64:
      return bytesOf(BigInt64Array.from(bigints(message.int64_data)));
    case ElementType.uint64:
      return bytesOf(BigUint64Array.from(bigints(message.uint64_data)));
    case ElementType.uint32:
      return bytesOf(Uint32Array.from(numbers(message.uint64_data)));
    case ElementType.int32:
      return bytesOf(Int32Array.from(int32));
    case ElementType.float16:
    case ElementType.bfloat16:
    case ElementType.uint16:
      return bytesOf(Uint16Array.from(int32));
    case ElementType.int16:
      return bytesOf(Int16Array.from(int32));
    case ElementType.uint8:
    case ElementType.bool:
    case ElementType.uint4:
    case ElementType.int4:
      return Uint8Array.from(int32);
    case ElementType.int8:
      return bytesOf(Int8Array.from(int32));
    default:
      throw new Failure(
        'onnx-type',
        l10n.t`Weight "${text(message.name)}" has element type ${type}, which is not supported.`,
        {},
        l10n.t`Choose another export of the model.`,
      );
  }
}
