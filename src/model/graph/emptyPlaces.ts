import { intAttribute } from '../../onnx/graph';
import type { LanguageModel } from '../openModel';
import { hasPlaces } from './past';
import { seesAlike } from './seesAlike';

/**
 * Whether places between two parts of a text may stay empty, so that one part can be run once for many others: a mask
 * hides them, positions are told, and nothing counts places.
 */
export const allowsEmptyPlaces = ({
  signature,
  records,
  fileModel,
}: Pick<LanguageModel, 'signature' | 'records' | 'fileModel'>): boolean =>
  seesAlike(records) &&
  signature.attentionMask !== undefined &&
  signature.positionIds !== undefined &&
  signature.past.every(hasPlaces) &&
  !fileModel.graph.nodes.some((node) => intAttribute(node, 'local_window_size', -1) > 0);
