import type { Answer, AnswerPiece, DecodeOptions } from '../decoding/answer';
import type { Generator } from '../decoding/generator';
import type { SoftPrompt } from '../objective/prompt';

/** A text that somebody wants written. */
export interface TextRequest {
  readonly ids: readonly number[];
  /** What must be the same for texts that are written together. */
  readonly options: DecodeOptions;
  readonly seed: number;
  /** New tokens at most. */
  readonly most: number;
  /** Aborted where nobody wants it any more. */
  readonly signal?: AbortSignal;
}

/** Writes texts for many who ask at once: those that wait and are decoded alike are written together. */
export interface TextQueue {
  /** The pieces of the text; the last has the answer. @throws as the generator does; the reason of the signal */
  write(request: TextRequest): AsyncGenerator<AnswerPiece>;
  /** Requests that have not come to their end. */
  readonly open: number;
}

interface Waiting {
  readonly request: TextRequest;
  readonly key: string;
  push(piece: AnswerPiece): void;
  fail(error: unknown): void;
}

/** Texts that are written together at most. */
const mostTogether = 64;

/** @param turn takes turns with what else uses the model */
export function createTextQueue(
  generator: () => Promise<Generator>,
  soft: SoftPrompt | undefined,
  turn: <T>(work: () => Promise<T>) => Promise<T>,
): TextQueue {
  const waiting: Waiting[] = [];
  let open = 0;

  const writeSome = async (): Promise<void> => {
    const first = waiting[0];
    if (!first) return;
    const some = waiting.filter(({ key }) => key === first.key).slice(0, mostTogether);
    for (const taken of some) waiting.splice(waiting.indexOf(taken), 1);
    const isWanted = (prompt: number): boolean => some[prompt]!.request.signal?.aborted !== true;
    try {
      const pieces = (await generator()).stream(
        some.map(({ request }) => request.ids),
        soft,
        {
          ...first.request.options,
          texts: true,
          // Random numbers follow from the seed alone, whatever a text is written beside.
          row: () => 0,
          of: (prompt) => some[prompt]!.request,
          isWanted,
        },
      );
      for await (const step of pieces) {
        for (const piece of step) some[piece.prompt]!.push(piece);
        // Who has gone is noticed between two passes.
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const { request, fail } of some) if (request.signal?.aborted) fail(request.signal.reason);
    } catch (error) {
      for (const { fail } of some) fail(error);
    }
  };

  return {
    get open() {
      return open;
    },
    async *write(request) {
      const ready: AnswerPiece[] = [];
      let error: { readonly reason: unknown } | undefined;
      let wake: () => void = () => undefined;
      open++;
      try {
        waiting.push({
          request,
          key: JSON.stringify(request.options),
          push(piece) {
            ready.push(piece);
            wake();
          },
          fail(reason) {
            error ??= { reason };
            wake();
          },
        });
        request.signal?.addEventListener('abort', () => wake());
        void turn(writeSome);
        for (;;) {
          request.signal?.throwIfAborted();
          const piece = ready.shift();
          if (piece) {
            yield piece;
            if (piece.answer) return;
          } else if (error) throw error.reason;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        open--;
      }
    },
  };
}

/** The whole of a text, with the pieces that it came in. */
export async function wholeText(
  pieces: AsyncIterable<AnswerPiece>,
): Promise<{ readonly answer: Answer; readonly pieces: readonly AnswerPiece[] }> {
  const all: AnswerPiece[] = [];
  for await (const piece of pieces) {
    all.push(piece);
    if (piece.answer) return { answer: piece.answer, pieces: all };
  }
  throw new Error('A text has come to no end.');
}
