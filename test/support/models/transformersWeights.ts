import { writeTransformersFolder as write } from '../../../src/adapters/transformersFolder';
import { openModel } from '../../../src/model/openModel';

/** Writes the model of an export, whose nodes carry the names of PyTorch's modules, as a folder for transformers. */
export async function writeTransformersFolder(from: string, to: string): Promise<void> {
  await write(from, (await openModel(from, '/')).trainingModel.graph, to);
}
