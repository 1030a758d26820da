/** Lets pieces of work go one after the other. */
export interface Turns {
  /** Waits for its turn. @returns what ends it */
  begin(): Promise<() => void>;
  take<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  const begin = async (): Promise<() => void> => {
    const before = last;
    let end: () => void = () => undefined;
    last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  };
  return {
    begin,
    async take(work) {
      const end = await begin();
      try {
        return await work();
      } finally {
        end();
      }
    },
  };
}
