import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExamplePrompt } from '../../../adapters/exportedPrompt';
import {
  answerNote,
  chatFile,
  fenced,
  formNote,
  labelsSection,
  markdown,
  originText,
  paragraph,
} from '../../../adapters/readmeParts';
import { transformersJsProgram } from '../../../adapters/servedSnippets';
import { Failure } from '../../../failure';
import { writeTexts } from '../exportFiles';
import type { ExportSource } from '../exportSource';
import { writeBaked } from './onnx';

/**
 * The model with the prompt inside, in the folders in which transformers.js looks for its parts.
 * @throws Failure "nothing-to-export" where vectors stand within the text; "export-too-large"
 */
export async function writeTransformersJs(folder: string, source: ExportSource): Promise<void> {
  const { placement, adapter } = source;
  if (placement.instruction.length > 0 || placement.prepended < virtualTokens(source))
    throw new Failure(
      'nothing-to-export',
      'Vectors of this prompt stand within its text, which a pipeline of transformers.js takes as text alone.',
      { file: adapter },
      'Export it with --format onnx, whose program names them.',
    );
  await mkdir(join(folder, 'onnx'));
  const { example } = await writeBaked(
    {
      folder,
      graphFile: join(folder, 'onnx', 'model.onnx'),
      // Without a word of it, a browser looks for weights in 8 bits.
      config: { 'transformers.js_config': { dtype: 'fp32' } },
      tokenizer: ({ chat }) => (chat ? { chat_template: chat.template } : {}),
    },
    source,
  );
  const program = transformersJsProgram(example);
  await writeTexts(folder, {
    'README.md': readme(source, example, program),
    'use.mjs': `${program}\n`,
    ...chatFile(example),
  });
}

const virtualTokens = ({ placement }: ExportSource): number =>
  placement.slots.reduce((most, { offset, length }) => Math.max(most, offset + length), placement.prepended);

function readme({ provenance, placement }: ExportSource, example: ExamplePrompt, program: string): string {
  return markdown([
    `# ${provenance.name}: \`${placement.model.id}\` with a trained prompt inside, for transformers.js`,
    originText(provenance, placement),
    paragraph(
      'A folder as transformers.js loads it, in Node and in a browser: the trained vectors are part of the graph,',
      'in front of whatever text it is given.',
    ),
    '## Use',
    'Run `node use.mjs` in this folder, with `npm install @huggingface/transformers`.',
    fenced('js', program),
    ...formNote(example, placement),
    ...answerNote(example),
    ...labelsSection(example),
    '## Files',
    "- `onnx/model.onnx`: the model, in 32 bits (`dtype: 'fp32'`, which `config.json` asks for).",
    '- `config.json`, `tokenizer.json`, `tokenizer_config.json`: what it reads beside it.',
    '- `use.mjs`: the program above.',
  ]);
}
