import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { asApiError, errorBody } from '../apiError';

/** Sends events as they come, `[DONE]` behind the last; a failure in their middle is the last. */
export function sendEvents(
  context: Context,
  events: AsyncIterable<object>,
  { gone, report }: { readonly gone: AbortController; report(error: unknown): void },
): Response {
  const response = streamSSE(context, async (stream) => {
    stream.onAbort(() => gone.abort(new Error('The client has gone.')));
    try {
      for await (const event of events) {
        if (stream.aborted) return;
        // A slow reader is waited for, so that no more is held than its own text.
        await stream.writeSSE({ data: JSON.stringify(event) });
      }
      await stream.writeSSE({ data: '[DONE]' });
    } catch (error) {
      if (gone.signal.aborted) return;
      report(error);
      await stream.writeSSE({ data: JSON.stringify(errorBody(asApiError(error))) });
    }
  });
  // Whether the connection stays open behind them is for the client to say.
  response.headers.delete('Connection');
  return response;
}

/**
 * Several sources as one, in the order in which they come.
 * @throws what one of them does
 */
export async function* merged<T>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const next = (source: AsyncGenerator<T>) => source.next().then((found) => ({ source, found }));
  const waiting = new Map(sources.map((source) => [source, next(source)]));
  try {
    while (waiting.size > 0) {
      const { source, found } = await Promise.race(waiting.values());
      if (found.done) waiting.delete(source);
      else {
        waiting.set(source, next(source));
        yield found.value;
      }
    }
  } finally {
    for (const [source, pending] of waiting) {
      pending.catch(() => undefined);
      void source.return(undefined).catch(() => undefined);
    }
  }
}
