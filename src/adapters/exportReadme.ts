import { count, counted } from '../formatNumbers';
import type { ModelConfiguration } from '../model/configuration';
import type { ExamplePrompt } from './exportedPrompt';
import {
  baseFolder,
  embeddingSnippet,
  freeNote,
  isHubId,
  onnxNodeSnippet,
  onnxPythonSnippet,
  peftSnippet,
} from './exportSnippets';
import { chatTemplateFile } from '../model/tokenizer/chatTemplateFiles';
import { adapterFiles } from './peft';
import { fitsPeft, type Placement } from './placement';

/** What a README says about where an export comes from. */
export interface Provenance {
  readonly name: string;
  readonly run: string;
  readonly trainedParameters: number;
  /** `accuracy 0.910 on test (95 % interval 0.880–0.940, 300 rows)`, where the run was measured. */
  readonly quality?: string;
}

interface PeftExport {
  readonly placement: Placement;
  readonly prompt: ExamplePrompt;
  readonly hasPrefix: boolean;
}

/** What an export has beside its numbers: its README, and the programs that this shows, by their names. */
export type ExportTexts = Readonly<Record<string, string>>;

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

/** The chat template of the training, since that of a model may change. */
const chatFile = ({ chat }: ExamplePrompt): ExportTexts => (chat ? { [chatTemplateFile]: chat.template } : {});

/** How the model reads the prompt, and what the programs do otherwise than the training. */
function formNote({ chat }: ExamplePrompt, { form }: Placement): readonly string[] {
  if (!chat) {
    if (form?.format === 'chat')
      return [
        `The prompt is a conversation: the example's ids are what the chat template of the training makes of it.`,
      ];
    return form ? ['The prompt is one text: no chat template stands between it and the model.'] : [];
  }
  return [
    paragraph(
      `The prompt is a conversation, which \`${chatTemplateFile}\` makes the model's text of` +
        `${form?.plain ? ', in the plain form of models that have no chat template.' : '.'}`,
      chat.day !== undefined && `It reads the date, and the programs give it that of the training, ${chat.day}.`,
      'In the training what a message holds was text and nothing else; the programs let special tokens through',
      'that a message spells, as transformers does.',
    ),
  ];
}

/** What the program does with a free text task. */
function answerNote({ answer }: ExamplePrompt): readonly string[] {
  if (!answer) return [];
  return [
    `It writes the likeliest token after the other, until the answer ends or has ${counted(answer.most, 'token')}.`,
    ...(answer.wasHeld ? [`${freeNote} The schema is in the template.`] : []),
  ];
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

function originText({ run, trainedParameters, quality }: Provenance, { method, model }: Placement): string {
  const measured = quality ? `, ${quality}` : '';
  return paragraph(
    `Method \`${method}\`, ${count(trainedParameters)} trained numbers, run \`${run}\`${measured}.`,
    `Trained for the model with SHA-256 \`${model.sha256}\`; on other weights the vectors mean nothing.`,
  );
}

function labelsSection({ labels, mask }: ExamplePrompt): readonly string[] {
  const names = Object.keys(labels);
  if (names.length === 0) return [];
  const rule = mask
    ? paragraph(
        'The answer is the label whose word is likeliest at the masks:',
        "the mean of its tokens' log-probabilities, each at its own mask from the first on.",
      )
    : 'The answer is the label whose word is likeliest after the prompt.';
  return [
    '## Labels',
    rule,
    ...names.map((label) => `- ${label}: ${labels[label]!.map((word) => `\`${JSON.stringify(word)}\``).join(', ')}`),
  ];
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

/** How a prompt names vectors that it has to place itself. */
function vocabularyNote({ instruction, slots }: Placement, prompt: ExamplePrompt): readonly string[] {
  if (prompt.text !== undefined || (instruction.length === 0 && slots.length === 0)) return [];
  const named =
    instruction.length > 0 ? `the ${counted(instruction.length, 'token')} of the instruction` : 'virtual tokens';
  const rows = slots.map(({ id, offset, length }) => `- \`${id}\`: rows ${offset} to ${offset + length - 1}`);
  return [
    paragraph(
      `In a prompt ${named} are written as the ids from ${prompt.firstVirtualToken} on, as in the example,`,
      'which stands for the template with each variable as `[name]`.',
      `Row r is the id ${prompt.firstVirtualToken} + r.`,
    ),
    ...(instruction.length > 0 ? [] : rows),
  ];
}

/** Blocks of Markdown, an empty line between them but for the items of a list. */
function markdown(blocks: readonly string[]): string {
  return `${blocks.join('\n\n').replaceAll(/^(- .*)\n\n(?=- )/gm, '$1\n')}\n`;
}

/** Sentences, or parts of them, in one paragraph. */
function paragraph(...sentences: readonly (string | false)[]): string {
  return sentences.filter(Boolean).join(' ');
}

function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}
