import { ElementType, type Model } from './graph';

const fourBitOpset = 21;
const fourBitIrVersion = 10;

/**
 * The model under the operator set that its graph needs. Operator set 21 brought four-bit types and scales for blocks;
 * nothing else in language models changed its meaning since 18.
 */
export function withNeededOpset(model: Model): Model {
  const { nodes, initializers } = model.graph;
  const needsFourBits =
    nodes.some((node) => node.op === 'DequantizeLinear' && node.attributes.block_size) ||
    [...initializers.values()].some(({ type }) => type === ElementType.uint4);
  return needsFourBits
    ? {
        ...model,
        irVersion: Math.max(model.irVersion, fourBitIrVersion),
        opsets: new Map([...model.opsets, ['', Math.max(model.opsets.get('') ?? 0, fourBitOpset)]]),
      }
    : model;
}
