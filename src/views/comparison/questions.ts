import * as l10n from '@vscode/l10n';
import type { Handlers } from '../../channel/messageChannel';
import { whenTrusted } from '../../editor/trust';
import type { InspectorProcess } from '../process/inspectorProcess';
import type { ComparisonCalls } from './contract';

/** The questions that a page asks of models. */
export interface PageQuestions {
  readonly handlers: Pick<Handlers<ComparisonCalls>, 'askInput' | 'answerSoFar' | 'stopAnswer'>;
  /** Ends the answers that nobody is there to read any more. */
  leave(): void;
}

export function createQuestions(
  inspector: Pick<InspectorProcess, 'work'>,
  folderOf: (run: string) => string,
): PageQuestions {
  /** Answers that have not ended. */
  const open = new Set<number>();
  /** Counts the times that whoever asked went away. */
  let left = 0;

  const stop = (question: number): void => {
    open.delete(question);
    inspector.work('stopAnswer', { question }).catch(() => undefined);
  };

  return {
    handlers: {
      askInput: whenTrusted(l10n.t`The model is not asked in Restricted Mode.`, async ({ run, input }) => {
        const before = left;
        const asked = await inspector.work('askInput', { folder: folderOf(run), input });
        open.add(asked.question);
        if (before !== left) stop(asked.question);
        return asked;
      }),
      async answerSoFar(request) {
        try {
          const news = await inspector.work('answerSoFar', request);
          if (news.answer) open.delete(request.question);
          return news;
        } catch (error) {
          open.delete(request.question);
          throw error;
        }
      },
      stopAnswer: ({ question }) => inspector.work('stopAnswer', { question }),
    },
    leave() {
      left++;
      for (const question of [...open]) stop(question);
    },
  };
}
