/** What {@link orAborted} gives in the place of a result. */
export const aborted = Symbol('aborted');

/** What a piece of work comes to; where the signal is aborted before, the work goes on, and nobody hears of it. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | typeof aborted> {
  if (!signal) return work;
  work.catch(() => undefined);
  let abort: () => void = () => undefined;
  const aborting = new Promise<typeof aborted>((resolve) => {
    abort = () => resolve(aborted);
  });
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([aborting, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
