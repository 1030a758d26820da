import type { PromptTemplate } from '../../read/template';
import type { Settings } from '../../settings/settings';
import { placedWords } from '../../settings/verbalizer';
import { leadOf, type AnswerContext } from './answerTokens';
import type { PromptEncoder } from '../promptEncoder';

/** The words of labels behind a prompt: in a chat, a label that is its own word opens the model's turn. */
export function wordsInPrompt(
  { written }: Pick<PromptTemplate, 'written'>,
  { labels }: Pick<Settings, 'labels'>,
  { encoder, before }: { readonly encoder: PromptEncoder; readonly before: AnswerContext },
): Settings['labels'] {
  return encoder.chat ? placedWords(labels, written.labels, (word) => leadOf(before, word)) : labels;
}
