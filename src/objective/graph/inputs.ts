import { ElementType, type Value } from '../../onnx/graph';

export const floatInput = (name: string, dims: Value['dims']): Value => ({ name, type: ElementType.float, dims });
export const intInput = (name: string, dims: Value['dims']): Value => ({ name, type: ElementType.int64, dims });
