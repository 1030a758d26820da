import type { AnswerPace, InputAnswer } from '../../../src/views/comparison/contract';
import { isOutdated, messageOf, type PageActions } from '../view';

/** What has become of a question to a run. */
export type Outcome =
  | { readonly kind: 'asking' }
  | { readonly kind: 'writing'; readonly text: string; readonly pace: AnswerPace | null }
  | {
      readonly kind: 'answer';
      readonly answer: InputAnswer;
      /** Whether it answers the question before, while this one's is awaited. */
      readonly isOlder?: true;
    }
  | {
      readonly kind: 'problem';
      readonly message: string;
      /** What was written until then. */
      readonly text: string;
    };

/** How a question stands. */
export interface AskedRun {
  /** What it is stopped by. */
  readonly question?: number;
  readonly outcome: Outcome;
}

/** Asks a run and follows its answer, at most once a frame; of one that is no longer wanted, nothing follows. */
export async function* askRun(
  actions: PageActions,
  request: { readonly run: string; readonly input: Readonly<Record<string, string>> },
): AsyncGenerator<AskedRun> {
  let text = '';
  try {
    const { question } = await actions.call('askInput', request);
    yield { question, outcome: { kind: 'asking' } };
    for (;;) {
      const { more, pace, answer } = await actions.call('answerSoFar', { question, from: text.length });
      if (answer) return yield { question, outcome: { kind: 'answer', answer } };
      text += more;
      yield { question, outcome: { kind: 'writing', text, pace } };
      await nextFrame();
    }
  } catch (error) {
    if (!isOutdated(error)) yield { outcome: { kind: 'problem', message: messageOf(error), text } };
  }
}

const nextFrame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
