import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddingsProgram } from '../../../adapters/servedSnippets';
import type { ExamplePrompt } from '../../../adapters/exportedPrompt';
import { baseFolder, isHubId } from '../../../adapters/exportSnippets';
import type { Placement } from '../../../adapters/placement';
import { chatFile, fenced, formNote, labelsSection, markdown } from '../../../adapters/readmeParts';
import { originText, paragraph, vocabularyNote, type Provenance } from '../../../adapters/readmeParts';
import { writeSafetensors } from '../../../adapters/safetensors';
import { writeEmbeddedBase, writeTexts } from '../exportFiles';
import { exampleOf, frontTokens, type ExportSource } from '../exportSource';
import { inputVectors, npyFile } from './vectors';

/**
 * The vectors with a program that sends them among the embeddings of a row's tokens, as vLLM's completions take them
 * (`prompt_embeds`: base64 of a saved tensor `[tokens, hidden]`; vllm/renderers/embed_utils.py).
 * @throws Failure "nothing-to-export" as {@link inputVectors} does
 */
export async function writeEmbeddings(folder: string, source: ExportSource): Promise<void> {
  const { prompt, placement, model, provenance } = source;
  const values = inputVectors(source, 'vLLM');
  const dims = [prompt.rows, prompt.hiddenSize];
  await writeFile(
    join(folder, vectorFiles.safetensors),
    writeSafetensors(new Map([['prompt_embeddings', { dims, values }]])),
  );
  await writeFile(join(folder, vectorFiles.numpy), npyFile(dims, values));
  const example = exampleOf(source, frontTokens(source));
  await writeEmbeddedBase(folder, model);
  const program = embeddingsProgram(placement, example, vectorFiles.safetensors);
  await writeTexts(folder, {
    'README.md': readme(provenance, { placement, example, program, rows: prompt.rows }),
    'use.py': `${program}\n`,
    ...chatFile(example),
  });
}

const vectorFiles = { safetensors: 'virtual_tokens.safetensors', numpy: 'virtual_tokens.npy' } as const;

function readme(
  provenance: Provenance,
  {
    placement,
    example,
    program,
    rows,
  }: {
    readonly placement: Placement;
    readonly example: ExamplePrompt;
    readonly program: string;
    readonly rows: number;
  },
): string {
  const { id } = placement.model;
  const served = id === 'builtin' ? baseFolder : id;
  const folder = id === 'builtin' || isHubId(id) ? '' : ' FOLDER';
  return markdown([
    `# ${provenance.name}: a trained prompt for \`${id}\`, as embeddings`,
    originText(provenance, placement),
    paragraph(
      'A server that takes embeddings in place of a text serves this prompt: what it is sent are the vectors of the',
      "row's tokens, with the trained vectors in their places.",
    ),
    '## Use with vLLM',
    'The server takes embeddings where it is told to:',
    fenced('sh', `vllm serve ${served} --enable-prompt-embeds`),
    paragraph(
      '`use.py` makes the embeddings of the example with transformers and sends them to the completions API',
      'as `prompt_embeds`; without a server it asks the model itself, which shows what to expect.',
      'It needs `pip install torch transformers safetensors`.',
    ),
    fenced('sh', `python use.py${folder}\nPROMPT_SERVER=http://localhost:8000/v1 python use.py${folder}`),
    fenced('python', program),
    ...formNote(example, placement),
    ...vocabularyNote(placement, example),
    ...labelsSection(example),
    '## Files',
    `- \`${vectorFiles.safetensors}\`: \`prompt_embeddings\`, \`[${rows}, hidden]\`, 32 bits.`,
    `- \`${vectorFiles.numpy}\`: the same for NumPy.`,
    '- `use.py`: the program above.',
    ...(id === 'builtin'
      ? [`- \`${baseFolder}/\`: the base model for transformers, in 32 bits, with its licence.`]
      : []),
  ]);
}
