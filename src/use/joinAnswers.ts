import type { Input } from '../runs/ask/encodeInput';
import type { RowAnswer, RowAnswerer } from './answerRows';
import type { Turns } from './turns';

interface Waiting {
  readonly input: Input;
  readonly signal?: AbortSignal;
  answered(answer: RowAnswer): void;
  failed(error: unknown): void;
}

/** Inputs that are answered together at most. */
const mostTogether = 64;

/**
 * Answers inputs that are asked one by one: those that come while others are being answered are answered together.
 * @returns a call that is refused with the reason of its signal where that is aborted before its turn
 */
export function joinAnswers(
  answerer: RowAnswerer,
  turns: Turns,
): (input: Input, signal?: AbortSignal) => Promise<RowAnswer> {
  const waiting: Waiting[] = [];
  const answerSome = async (): Promise<void> => {
    const some = waiting.splice(0, mostTogether);
    const wanted = some.filter(({ signal }) => !signal?.aborted);
    for (const { signal, failed } of some) if (signal?.aborted) failed(signal.reason);
    if (wanted.length === 0) return;
    try {
      const answers = await answerer.answer(wanted.map(({ input }, index) => ({ ...input, index })));
      for (const [place, { answered }] of wanted.entries()) answered(answers[place]!);
    } catch (error) {
      for (const { failed } of wanted) failed(error);
    }
  };
  return (input, signal) =>
    new Promise((answered, failed) => {
      waiting.push({ input, signal, answered, failed });
      void turns.take(answerSome);
    });
}
