import * as l10n from '@vscode/l10n';
import { below } from '../../data/random';
import type { Generator } from '../../decoding/generator';
import { openGenerator } from '../../decoding/generator';
import type { LanguageModel } from '../../model/openModel';
import { endTokensOf, type Task } from '../../objective/task';
import type { EncodedPrompt } from './encodedPrompt';
import { encodeProposal } from './encodedPrompt';
import type { TextWriter, WritingRound, WrittenText } from '../search/proposals/textWriter';
import { cleanInstruction, instructionProblem } from './cleanInstruction';
import type { ProposePrompt } from './proposePrompt';
import { proposeRow, type ProposeRow } from './proposeRow';

/** Answers that are asked for at once, at most. */
const mostAnswers = 4;

/** Asks somebody for answers to a prompt. */
export interface Asking {
  /**
   * @param seed from which the random numbers of the answers follow
   * @param prompts of the tuned model that may be spent
   * @returns none where that is too little
   */
  ask(
    row: ProposeRow,
    given: { readonly seed: number; readonly prompts: number; readonly signal?: AbortSignal },
  ): Promise<{ readonly answers: readonly string[]; readonly prompts: number }>;
}

/** What became of the answers to a prompt, for the log. */
export interface AskedTexts {
  readonly origin: string;
  readonly texts: readonly string[];
  /** What was no instruction, and why. */
  readonly refused: readonly { readonly text: string; readonly reason: string }[];
}

/**
 * Writes instructions by asking a model for them. A prompt that shows mistakes or a history is not asked while there
 * are none. The same round gives the same texts.
 */
export function textWriter(
  { shows, origin }: Pick<ProposePrompt, 'shows' | 'origin'>,
  { ask }: Asking,
  { task, onAsked }: { readonly task: Pick<Task, 'template' | 'labels'>; onAsked?(asked: AskedTexts): void },
): TextWriter {
  return {
    async write(round: WritingRound) {
      const row = proposeRow(round, task);
      if (shows.some((name) => !Object.hasOwn(row, name))) return { texts: [], prompts: 0 };
      const { prompts, signal, random } = round;
      const asked = await ask(row, { seed: below(random, 2 ** 31), prompts, signal });
      const cleaned = [...new Set(asked.answers.map(cleanInstruction))].map((text) => ({
        text,
        reason:
          text === round.current.trim()
            ? l10n.t`it is the one that was shown`
            : instructionProblem(text, task.template),
      }));
      const texts = cleaned.flatMap(({ text, reason }): readonly WrittenText[] =>
        reason === undefined ? [{ text, origin }] : [],
      );
      onAsked?.({
        origin,
        texts: texts.map(({ text }) => text),
        refused: cleaned.flatMap(({ text, reason }) => (reason === undefined ? [] : [{ text, reason }])),
      });
      return { texts, prompts: asked.prompts };
    },
  };
}

/**
 * Asks the tuned model itself, without anything learned. What it reads and writes counts as prompts of the length that
 * rows of the task have.
 */
export function askModel(
  { template, decoding }: Pick<ProposePrompt, 'template' | 'decoding'>,
  { task, model, generator, rowTokens }: ModelAsking,
): Asking {
  const read = (row: ProposeRow): EncodedPrompt | undefined => encodeProposal(template, row, { task, model, decoding });
  return {
    async ask(row, { seed, prompts, signal }) {
      const encoded = read(row);
      if (!encoded) return { answers: [], prompts: 0 };
      const costOf = (answers: number): number =>
        Math.ceil((encoded.ids.length + answers * decoding.most) / Math.max(1, rowTokens));
      let count = mostAnswers;
      while (count > 0 && costOf(count) > prompts) count--;
      if (count === 0) return { answers: [], prompts: 0 };
      const written = await (
        await generator()
      ).generate(
        Array.from({ length: count }, () => encoded.ids),
        undefined,
        { ...decoding, seed, end: endTokensOf(encoded, model), signal },
      );
      return { answers: written.map(({ text }) => text), prompts: costOf(count) };
    },
  };
}

export interface ModelAsking {
  readonly task: Task;
  readonly model: LanguageModel;
  /** Opened when the first prompt is asked. */
  generator(): Promise<Generator>;
  /** Tokens of a row's prompt. */
  readonly rowTokens: number;
}

/** A generator that is opened when it is first needed. */
export function openLater(model: LanguageModel): { open(): Promise<Generator>; close(): Promise<void> } {
  let opened: Promise<Generator> | undefined;
  return {
    open: () => (opened ??= openGenerator(model)),
    close: async () => (await opened)?.close(),
  };
}
