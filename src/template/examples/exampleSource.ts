import { HandlebarsText } from '../import/handlebarsText';
import { renderPieces } from '../render/render';
import { examplesSection } from '../syntax/examplesSection';
import type { Question } from './question';

/** How examples are written for the form in which a model reads the prompt. */
export interface ExampleForm {
  /** Whether the answer is a turn of the model, and the next question one of the user. */
  readonly turns: boolean;
  /** Whether line breaks around roles are layout. */
  readonly trims: boolean;
  /** Whether a masked model reads the prompt, whose text goes on behind the answer. */
  readonly masked: boolean;
}

/** A worked example: its messages, or its text as the only one. */
export type Example = readonly { readonly role: string; readonly text: string }[];

/** Writes the answer of an example. @param before the text up to it in the same message */
export type AnswerWriter = (before: string, opensTurn: boolean) => string;

/**
 * A row as a worked example: the question as the template asks it of the row, with the answer in its slot. Virtual
 * tokens are left out, since they stand once.
 */
export function writeExample(
  { template, role: asker }: Question,
  row: Readonly<Record<string, unknown>>,
  { answer, form }: { readonly answer: AnswerWriter; readonly form: ExampleForm },
): Example {
  const messages: { role: string; text: string }[] = [{ role: asker, text: '' }];
  const addAnswer = (): void => {
    const opensTurn = form.turns && messages.at(-1)!.role !== 'model';
    if (opensTurn) messages.push({ role: 'model', text: '' });
    const message = messages.at(-1)!;
    const written = answer(message.text, opensTurn);
    // A word that brings its space takes the place of the one that stands before the mask.
    if (form.masked && /^\s/.test(written)) message.text = message.text.trimEnd();
    message.text += written;
  };
  for (const piece of renderPieces(template, row, form.masked)) {
    if (piece.kind === 'text') messages.at(-1)!.text += piece.text;
    else if (piece.kind === 'answer') addAnswer();
    else if (piece.kind === 'role' && form.turns) messages.push({ role: piece.name, text: '' });
  }
  if (!form.masked) addAnswer();
  const isLaidOut = form.turns && form.trims;
  return messages
    .map(({ role, text }) => ({ role, text: isLaidOut ? text.replace(/^[^\S\r\n]*\r?\n/, '').trimEnd() : text }))
    .filter(({ text }) => !form.turns || text.trim() !== '');
}

/** The text of an example, whoever says it. */
export const exampleText = (example: Example): string => example.map(({ text }) => text).join('\n');

/**
 * Examples as they stand in the body before the question: parted by a line break, by an empty line where one has
 * several lines, and in a chat by the turns.
 */
export function examplesSource(
  examples: readonly Example[],
  { role: asker, beginsWithRole }: Pick<Question, 'role' | 'beginsWithRole'>,
  { turns, trims }: ExampleForm,
): string {
  const written = new HandlebarsText();
  written.handlebars(examplesSection);
  if (!turns) {
    const separator = examples.some((example) => exampleText(example).trim().includes('\n')) ? '\n\n' : '\n';
    for (const example of examples) written.plain(exampleText(example) + separator);
    return written.text();
  }
  const begin = (role: string): void => {
    written.handlebars(`{{role ${JSON.stringify(role)}}}`);
    if (trims) written.plain('\n');
  };
  examples.flat().forEach(({ role, text }, i) => {
    if (i > 0 || beginsWithRole) begin(role);
    written.plain(text);
    if (trims) written.plain('\n');
  });
  if (!beginsWithRole) begin(asker);
  return written.text();
}
