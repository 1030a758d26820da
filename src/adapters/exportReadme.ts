import type { ModelConfiguration } from '../model/configuration';
import type { ExamplePrompt } from './exportedPrompt';
import {
  baseFolder,
  embeddingSnippet,
  isHubId,
  onnxNodeSnippet,
  onnxPythonSnippet,
  peftSnippet,
} from './exportSnippets';
import { chatTemplateFile } from '../model/tokenizer/chatTemplateFiles';
import { adapterFiles } from './peft';
import { fitsPeft, type Placement } from './placement';
import { answerNote, chatFile, fenced, formNote, labelsSection, markdown, originText, paragraph } from './readmeParts';
import { vocabularyNote, type ExportTexts, type Provenance } from './readmeParts';

interface PeftExport {
  readonly placement: Placement;
  readonly prompt: ExamplePrompt;
  readonly hasPrefix: boolean;
}

/** The README of a PEFT export: how to load it, and what PEFT alone cannot do with it. */
export function peftTexts(provenance: Provenance, { placement, prompt, hasPrefix }: PeftExport): ExportTexts {
  const isWhole = fitsPeft(placement);
  const program = isWhole ? peftSnippet(placement, prompt) : embeddingSnippet(placement, prompt, hasPrefix);
  const readme = markdown([
    `# ${provenance.name}: a trained prompt for \`${placement.model.id}\``,
    originText(provenance, placement),
    isWhole ? 'A PEFT adapter: `PeftModel.from_pretrained(base, folder)` loads it.' : elsewhereText(placement),
    '## Use',
    peftUseText(placement.model.id),
    fenced('python', program),
    ...formNote(prompt, placement),
    ...answerNote(prompt),
    ...vocabularyNote(placement, prompt),
    ...labelsSection(prompt),
    '## Files',
    '- `use.py`: the program above.',
    ...(placement.model.id === 'builtin'
      ? [`- \`${baseFolder}/\`: the base model for transformers, in 32 bits, with its licence.`]
      : []),
    `- \`${adapterFiles.config}\`, \`${adapterFiles.weights}\`: the adapter as PEFT reads it.`,
    ...(placement.instruction.length > 0
      ? [`- \`${adapterFiles.ownWeights}\`: vectors of the instruction's tokens, which the adapter file cannot hold.`]
      : []),
    `- \`${adapterFiles.placement}\`: the template, and where the vectors stand in it.`,
    ...(prompt.chat ? [`- \`${chatTemplateFile}\`: the chat template of the training.`] : []),
  ]);
  return { 'README.md': readme, 'use.py': `${program}\n`, ...chatFile(prompt) };
}

/** That the vectors are not in front, where PEFT would put them. */
function elsewhereText({ instruction }: Placement): string {
  const where = instruction.length > 0 ? "in the place of the instruction's words" : 'in the middle of the text';
  return paragraph(
    `The vectors of this prompt stand ${where}; PEFT alone can only put vectors in front.`,
    `The program below puts them where they belong; \`${adapterFiles.placement}\` says where that is.`,
  );
}

function peftUseText(model: string): string {
  const needed = '`pip install peft transformers torch`';
  if (model === 'builtin')
    return paragraph(
      `Run \`python use.py\` in this folder, with ${needed}.`,
      `The embedded model is on no hub, so its weights are here as well, in \`${baseFolder}/\`.`,
    );
  if (isHubId(model)) return `Run \`python use.py\` in this folder, with ${needed}; the base model comes from the hub.`;
  return paragraph(
    `Run \`python use.py FOLDER\` in this folder, with ${needed}, where FOLDER holds the base model.`,
    'It needs weights for transformers (`model.safetensors`); without such, export with `--format onnx`.',
  );
}

interface OnnxExport {
  readonly placement: Placement;
  readonly prompt: ExamplePrompt;
  /** Virtual tokens that the model puts in front by itself. */
  readonly front: number;
  readonly configuration: Pick<ModelConfiguration, 'keyValueHeads' | 'headSize'>;
}

/** The README of an ONNX export: what goes in, what comes out, in Python and in Node. */
export function onnxTexts(
  provenance: Provenance,
  { placement, prompt, front, configuration }: OnnxExport,
): ExportTexts {
  const install = `pip install onnxruntime tokenizers numpy${prompt.chat ? ' jinja2' : ''}`;
  const packages = ['onnxruntime-node', '@huggingface/tokenizers', ...(prompt.chat ? ['@huggingface/jinja'] : [])];
  const [python, node] = [onnxPythonSnippet(prompt, configuration), onnxNodeSnippet(prompt, configuration)];
  const readme = markdown([
    `# ${provenance.name}: \`${placement.model.id}\` with a trained prompt inside`,
    originText(provenance, placement),
    paragraph(
      '`model.onnx` takes and gives what the model it was made from does:',
      '`input_ids`, `attention_mask`, `position_ids`, `past_key_values.*` in, `logits`, `present.*` out,',
      'as far as the original has them.',
      'It runs in ONNX Runtime wherever the original does, step by step with the cache too.',
    ),
    ...(front > 0 ? [frontText(front, prompt)] : []),
    ...vocabularyNote(placement, prompt),
    ...maskNote(prompt),
    ...formNote(prompt, placement),
    '## Use in Python',
    `Run \`python use.py\` in this folder, with \`${install}\`.`,
    fenced('python', python),
    ...answerNote(prompt),
    '## Use in Node',
    paragraph(
      `Run \`node use.mjs\` in this folder, with \`npm install ${packages.join(' ')}\`.`,
      prompt.chat !== undefined &&
        'It stops where that engine writes the example otherwise than transformers, as it does for some templates.',
    ),
    fenced('js', node),
    ...labelsSection(prompt),
  ]);
  return { 'README.md': readme, 'use.py': `${python}\n`, 'use.mjs': `${node}\n`, ...chatFile(prompt) };
}

/** What callers see of the vectors in front: nothing, but for a shorter context. */
function frontText(front: number, { mask }: ExamplePrompt): string {
  if (mask)
    return paragraph(
      'The trained prefix stands in front of the keys and values of every layer',
      `as ${front} constants that callers do not see.`,
    );
  return paragraph(
    'The trained vectors stand in front of every sequence',
    `as ${front} constant positions of keys and values.`,
    'Callers do not see them: positions count from 0 at the first token of the text,',
    'the mask covers the text, `present.*` holds the text.',
    `The context is ${front} tokens shorter, and \`config.json\` says so.`,
  );
}

function maskNote({ mask }: ExamplePrompt): readonly string[] {
  if (!mask) return [];
  const times = mask.count > 1 ? `, ${mask.count} times, as often as the longest word of a label has tokens` : '';
  return [
    paragraph(
      'The model is a masked language model:',
      `where the answer goes, the prompt has the mask token ${mask.id}${times}.`,
      'The example reads the first of them.',
    ),
  ];
}
