import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { examplePrompt } from '../../../adapters/exportedPrompt';
import { peftTexts } from '../../../adapters/exportReadme';
import { baseFolder } from '../../../adapters/exportSnippets';
import { writeTransformersFolder } from '../../../adapters/transformersFolder';
import { Failure } from '../../../failure';
import { writeTexts } from '../exportFiles';
import type { ExportSource } from '../exportSource';

/** A PEFT adapter. @throws Failure "masked-model" */
export async function writePeft(
  folder: string,
  { adapter, prompt, placement, template, model, provenance, settings, day }: ExportSource,
): Promise<void> {
  if (model.configuration.kind === 'masked')
    throw new Failure(
      'masked-model',
      'PEFT has no kind of prompt for a masked language model.',
      { file: adapter },
      'Export it with --format onnx.',
    );
  for (const name of await readdir(adapter)) await copyFile(join(adapter, name), join(folder, name));
  // PEFT puts a prompt's virtual tokens in front by itself only where it can place all of them.
  const front = placement.instruction.length === 0 ? placement.prepended : 0;
  const example = examplePrompt(template, placement, {
    tokenizer: model.tokenizer,
    front,
    firstVirtualToken: model.tokenizer.vocabularySize,
    settings,
    day,
    configuration: model.configuration,
  });
  // The embedded model is on no hub, and comes as ONNX only.
  if (placement.model.id === 'builtin')
    await writeTransformersFolder(model.folder, model.trainingModel.graph, join(folder, baseFolder));
  await writeTexts(
    folder,
    peftTexts(provenance, { placement, prompt: example, hasPrefix: prompt.prefix !== undefined }),
  );
}
