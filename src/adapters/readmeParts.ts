import { count, counted } from '../words/formatNumbers';
import { chatTemplateFile } from '../model/tokenizer/chatTemplateFiles';
import type { ExamplePrompt } from './exportedPrompt';
import { freeNote } from './exportSnippets';
import type { Placement } from './placement';

/** What a README says about where an export comes from. */
export interface Provenance {
  readonly name: string;
  readonly run: string;
  readonly trainedParameters: number;
  /** `accuracy 0.910 on test (95 % interval 0.880–0.940, 300 rows)`, where the run was measured. */
  readonly quality?: string;
}

/** What an export has beside its numbers: its README, and the programs that this shows, by their names. */
export type ExportTexts = Readonly<Record<string, string>>;

/** The chat template of the training, since that of a model may change. */
export const chatFile = ({ chat }: ExamplePrompt): ExportTexts => (chat ? { [chatTemplateFile]: chat.template } : {});

/** How the model reads the prompt, and what the programs do otherwise than the training. */
export function formNote({ chat }: ExamplePrompt, { form }: Placement): readonly string[] {
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
export function answerNote({ answer }: ExamplePrompt): readonly string[] {
  if (!answer) return [];
  return [
    `It writes the likeliest token after the other, until the answer ends or has ${counted(answer.most, 'token')}.`,
    ...(answer.wasHeld ? [`${freeNote} The schema is in the template.`] : []),
  ];
}

/** Which run an export is of, how good it was, and for which model. */
export function originText({ run, trainedParameters, quality }: Provenance, { method, model }: Placement): string {
  const measured = quality ? `, ${quality}` : '';
  return paragraph(
    `Method \`${method}\`, ${count(trainedParameters)} trained numbers, run \`${run}\`${measured}.`,
    `Trained for the model with SHA-256 \`${model.sha256}\`; on other weights the vectors mean nothing.`,
  );
}

/** The words of each label, and how one is chosen. */
export function labelsSection({ labels, mask }: ExamplePrompt): readonly string[] {
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

/** How a prompt names vectors that it has to place itself. */
export function vocabularyNote({ instruction, slots }: Placement, prompt: ExamplePrompt): readonly string[] {
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
export function markdown(blocks: readonly string[]): string {
  return `${blocks.join('\n\n').replaceAll(/^(- .*)\n\n(?=- )/gm, '$1\n')}\n`;
}

/** Sentences, or parts of them, in one paragraph. */
export function paragraph(...sentences: readonly (string | false)[]): string {
  return sentences.filter(Boolean).join(' ');
}

/** A program or command in Markdown. */
export function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}
