import { isNumber, isObject, isText, listOf, object, oneOf, optional, type Infer } from '../channel/guards';

/** A question to a language model of VS Code; the editor knows no message of the system. */
export const isEditorQuestion = object({
  /** As a template names it behind `vscode:`: `gpt-4o`, or with its vendor `copilot/gpt-4o`. */
  model: isText,
  messages: listOf(object({ role: oneOf('user', 'assistant'), content: isText })),
  /** Temperature and the like, which each model reads as it can. */
  options: isObject,
});
export type EditorQuestion = Infer<typeof isEditorQuestion>;

/** What the editor answers: a text, or why there is none. */
export const isEditorAnswer = object({
  answer: optional(
    object({
      text: isText,
      /** What VS Code says that has answered. */
      model: isText,
      promptTokens: isNumber,
      completionTokens: isNumber,
    }),
  ),
  /** Code of VS Code's `LanguageModelError`, and what it says. */
  refusal: optional(object({ code: isText, message: isText })),
});
export type EditorAnswer = Infer<typeof isEditorAnswer>;

/** Asks a language model of the window that this process belongs to. */
export type AskEditor = (question: EditorQuestion, signal?: AbortSignal) => Promise<EditorAnswer>;

/** Where its models are said to be, in place of an address. */
export const editorAddress = 'VS Code';
