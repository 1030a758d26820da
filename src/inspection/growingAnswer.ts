import type { AnswerPace, AnswerSoFar, InputAnswer } from './inspectorAnswers';

/** An answer that one side writes and the other reads, each at its own speed. */
export interface GrowingAnswer {
  add(text: string, pace: AnswerPace): void;
  end(answer: InputAnswer): void;
  fail(error: unknown): void;
  /** Waits until there is more than the reader knows, or the end. @throws what the answer has failed with */
  soFar(from: number): Promise<AnswerSoFar>;
}

export function openGrowingAnswer(): GrowingAnswer {
  let text = '';
  let pace: AnswerPace | null = null;
  let end: { readonly answer: InputAnswer } | { readonly error: unknown } | undefined;
  let waiting: (() => void)[] = [];
  const changed = (): void => {
    for (const wake of waiting) wake();
    waiting = [];
  };
  const settle = (how: Exclude<typeof end, undefined>): void => {
    end ??= how;
    changed();
  };
  return {
    add(more, now) {
      text += more;
      pace = now;
      if (more !== '') changed();
    },
    end: (answer) => settle({ answer }),
    fail: (error) => settle({ error }),
    async soFar(from) {
      while (!end && text.length <= from) await new Promise<void>((wake) => waiting.push(wake));
      if (end && 'error' in end) throw end.error;
      return { more: text.slice(from), pace, answer: end?.answer ?? null };
    },
  };
}
