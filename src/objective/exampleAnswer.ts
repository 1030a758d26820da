import type { Row } from '../data/dataset';
import type { SourceLocation } from '../failure';
import { leadOf } from '../template/render/words/answerTokens';
import type { AnswerWriter, ExampleForm } from '../template/examples/exampleSource';
import { expectedAnswer } from './example';
import type { Task } from './task';

/** What of the way a prompt is read decides how an example is written. */
export interface ExampleReading {
  /** Absent where the prompt is one text. */
  readonly chat?: Partial<Pick<NonNullable<Task['encoder']['chat']>, 'examplesAs' | 'trimMessages' | 'lead'>>;
  readonly mask?: unknown;
}

/** A task whose rows can be shown as examples, to a model here or elsewhere. */
export type ExampleTask = Pick<Task, 'answerField' | 'labels' | 'template' | 'settings' | 'splits'> & {
  readonly encoder: ExampleReading;
};

type AnsweringTask = Omit<ExampleTask, 'splits'>;

/** How the examples of a task are written. */
export const exampleFormOf = ({ encoder: { chat, mask } }: Pick<ExampleTask, 'encoder'>): ExampleForm => ({
  turns: chat !== undefined && chat.examplesAs !== 'text',
  trims: chat?.trimMessages === true,
  masked: mask !== undefined,
});

/**
 * Writes the answer of a row as the model is to write its own: the first word of its label, or the text behind what
 * parts it from the prompt.
 * @throws Failure "label-unknown", "answer-empty"
 */
export function exampleAnswer(task: AnsweringTask, row: Row, location: SourceLocation): AnswerWriter {
  const { chat } = task.encoder;
  const { expected, label } = expectedAnswer(task, row, location);
  const answer = label < 0 ? expected : task.settings.labels[task.labels[label]!]![0]!;
  return (before, opensTurn) => {
    // The chat template writes itself what a turn begins with.
    if (opensTurn) return chat?.lead && answer.startsWith(chat.lead) ? answer.slice(chat.lead.length) : answer;
    // Where examples are text in a chat, the words are those of a turn.
    const isPlaced = label >= 0 && (!chat || chat.examplesAs !== 'text');
    return isPlaced || /^\s/.test(answer) ? answer : leadOf({ text: before }, answer) + answer;
  };
}
