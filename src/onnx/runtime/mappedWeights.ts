import { realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { producers, type Graph, type Model, type Node, type Tensor } from '../graph';
import { regionOf, type FileRegion } from '../fileRegion';
import type { ExternalLocation } from '../writeModel';

/** A model's bytes point at weights relative to `folder`. */
export interface MappedWeights {
  readonly folder: string;
  readonly locate: ExternalLocation;
  /** Of all mapped weights. */
  readonly bytes: number;
}

/**
 * Lets the runtime map the weights of a model from the files in which they are, instead of being handed copies:
 * all sessions of all processes then share one copy, which the system may drop and read again.
 * @returns undefined where no weight is on the disk, or they share no folder
 */
export function mapWeights(graph: Graph): MappedWeights | undefined {
  const files = new Map<string, string>();
  const regions = [...storedIn(graph)];
  // The runtime refuses to leave the folder, and the hub's cache is made of links.
  for (const { file } of regions) if (!files.has(file)) files.set(file, realpathSync(file));
  const folder = commonFolder([...files.values()]);
  if (folder === undefined) return undefined;
  return {
    folder,
    bytes: regions.reduce((sum, { length }) => sum + length, 0),
    locate(tensor: Tensor) {
      const region = regionOf(tensor);
      return region && { ...region, location: relative(folder, files.get(region.file)!).split(sep).join('/') };
    },
  };
}

function* storedIn(graph: Graph): Iterable<FileRegion> {
  for (const tensor of graph.initializers.values()) {
    const region = regionOf(tensor);
    if (region) yield region;
  }
  for (const { attributes } of graph.nodes)
    for (const attribute of Object.values(attributes)) if (attribute.kind === 'graph') yield* storedIn(attribute.value);
}

function commonFolder(files: readonly string[]): string | undefined {
  let folder = files[0] === undefined ? undefined : dirname(files[0]);
  while (
    folder !== undefined &&
    !files.every((file) => file.startsWith(folder!.endsWith(sep) ? folder! : folder! + sep))
  ) {
    folder = dirname(folder) === folder ? undefined : dirname(folder);
  }
  return folder;
}

/**
 * Products with a transposed weight take the weight as it is stored: left alone, the runtime would fold the transpose
 * into a second copy of it. The gradient of every linear layer is such a product. The fused form belongs to ONNX
 * Runtime's own operators, which its CPU provider has.
 */
export function withoutTransposedCopies(model: Model): Model {
  const { graph } = model;
  const made = producers(graph);
  // The gradient of a transposed weight transposes it back.
  const weightBehind = (
    value: string,
    turned = false,
  ): { readonly weight: string; readonly turned: boolean } | undefined => {
    const node = made.get(value);
    if (node && swapsMatrix(node)) return weightBehind(node.inputs[0]!, !turned);
    return node || !isStored(graph, value) ? undefined : { weight: value, turned };
  };
  let changed = false;
  const nodes = graph.nodes.map((node): Node => {
    const behind = node.op === 'MatMul' && node.domain === '' ? weightBehind(node.inputs[1]!) : undefined;
    if (!behind || behind.weight === node.inputs[1]) return node;
    const { weight, turned } = behind;
    changed = true;
    return !turned
      ? { ...node, inputs: [node.inputs[0]!, weight] }
      : {
          ...node,
          op: 'FusedMatMul',
          domain: 'com.microsoft',
          inputs: [node.inputs[0]!, weight],
          attributes: { transB: { kind: 'int', value: 1 } },
        };
  });
  return changed
    ? { ...model, opsets: new Map([...model.opsets, ['com.microsoft', 1]]), graph: { ...graph, nodes } }
    : model;
}

function swapsMatrix({ op, domain, attributes: { perm } }: Node): boolean {
  return (
    op === 'Transpose' && domain === '' && (perm === undefined || (perm.kind === 'ints' && perm.value.join() === '1,0'))
  );
}

function isStored(graph: Graph, name: string): boolean {
  const tensor = graph.initializers.get(name);
  return tensor?.dims.length === 2 && regionOf(tensor) !== undefined;
}
