/**
 * The items of a source, some at a time: as many as are asked for where they are there, and no fewer than have come, so
 * that a source may wait for what became of one before it hands out the next.
 */
export async function* gather<T>(source: AsyncIterable<T> | Iterable<T>, most: number): AsyncGenerator<readonly T[]> {
  const items = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let next: Promise<IteratorResult<T>> | undefined;
  try {
    for (;;) {
      const some: T[] = [];
      while (some.length < most) {
        next ??= Promise.resolve(items.next());
        const found = some.length === 0 ? await next : await Promise.race([next, later()]);
        if (!found) break;
        next = undefined;
        if (found.done) {
          if (some.length > 0) yield some;
          return;
        }
        some.push(found.value);
      }
      yield some;
    }
  } finally {
    // What a source has open is closed where nobody wants more of it.
    await items.return?.();
  }
}

/** The next turn of the event loop. */
const later = (): Promise<undefined> => new Promise((resolve) => setImmediate(() => resolve(undefined)));
