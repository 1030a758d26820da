import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { peftTexts } from '../../../adapters/exportReadme';
import { Failure } from '../../../failure';
import { writeEmbeddedBase, writeTexts } from '../exportFiles';
import { exampleOf, frontTokens, type ExportSource } from '../exportSource';

/** A PEFT adapter. @throws Failure "masked-model" */
export async function writePeft(folder: string, source: ExportSource): Promise<void> {
  const { adapter, prompt, placement, model, provenance } = source;
  if (model.configuration.kind === 'masked')
    throw new Failure(
      'masked-model',
      'PEFT has no kind of prompt for a masked language model.',
      { file: adapter },
      'Export it with --format onnx.',
    );
  for (const name of await readdir(adapter)) await copyFile(join(adapter, name), join(folder, name));
  // PEFT puts a prompt's virtual tokens in front by itself only where it can place all of them.
  const example = exampleOf(source, frontTokens(source));
  await writeEmbeddedBase(folder, model);
  await writeTexts(
    folder,
    peftTexts(provenance, { placement, prompt: example, hasPrefix: prompt.prefix !== undefined }),
  );
}
