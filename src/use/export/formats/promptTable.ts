import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExamplePrompt } from '../../../adapters/exportedPrompt';
import { fenced, formNote, labelsSection, markdown, originText, paragraph } from '../../../adapters/readmeParts';
import { promptTableProgram } from '../../../adapters/servedSnippets';
import { count } from '../../../words/formatNumbers';
import { writeTexts } from '../exportFiles';
import { exampleOf, type ExportSource } from '../exportSource';
import { inputVectors, npyFile } from './vectors';

/**
 * The vectors as a prompt embedding table of one task, `[1, rows, hidden]`, which TensorRT-LLM's runners load
 * (`prompt_table`; tensorrt_llm/runtime/model_runner.py); ids from the size of the vocabulary on select its rows.
 * @throws Failure "nothing-to-export" as {@link inputVectors} does
 */
export async function writePromptTable(folder: string, source: ExportSource): Promise<void> {
  const { prompt } = source;
  const values = inputVectors(source, 'TensorRT-LLM');
  await writeFile(join(folder, tableFile), npyFile([1, prompt.rows, prompt.hiddenSize], values));
  const example = exampleOf(source, 0);
  const program = promptTableProgram(example, tableFile);
  await writeTexts(folder, { 'README.md': readme(source, example, program), 'use.py': `${program}\n` });
}

const tableFile = 'prompt_table.npy';

function readme({ provenance, placement, prompt }: ExportSource, example: ExamplePrompt, program: string): string {
  const { id } = placement.model;
  return markdown([
    `# ${provenance.name}: a trained prompt for \`${id}\`, as a prompt table`,
    originText(provenance, placement),
    paragraph(
      `\`${tableFile}\` is a prompt embedding table of one task, in 32 bits:`,
      `\`[1, ${prompt.rows}, ${prompt.hiddenSize}]\`.`,
      `An id from ${example.firstVirtualToken} on, the size of the model's vocabulary, selects a row of it:`,
      `row r is the id ${example.firstVirtualToken} + r.`,
    ),
    '## Use with TensorRT-LLM',
    'The engine is built with room for the table:',
    fenced(
      'sh',
      [
        'trtllm-build --checkpoint_dir CHECKPOINT --output_dir ENGINE \\',
        `  --max_prompt_embedding_table_size ${prompt.rows}`,
      ].join('\n'),
    ),
    paragraph(
      'Then `python use.py ENGINE` writes the tokens behind the example.',
      'TensorRT-LLM was not at hand when this export was written: the layout follows its sources, and was tried with',
      'the same weights in transformers.',
    ),
    fenced('python', program),
    ...formNote(example, placement),
    paragraph(
      'The example stands for the template with each variable as `[name]`:',
      `its ${count(example.ids.length)} ids are what the model reads, virtual tokens included.`,
    ),
    ...labelsSection(example),
    '## Files',
    `- \`${tableFile}\`: the table.`,
    '- `use.py`: the program above.',
  ]);
}
