/** What follows from consent in one window: whether it still holds, and whose turn it is to train with it. */
export interface Withdrawals {
  /** How often consent was taken back: what was agreed to before holds no longer. */
  count(): number;
  add(): void;
  /** Trainings follow one another here, where each can still look whether its consent holds. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

export function createWithdrawals(): Withdrawals {
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    count: () => count,
    add: () => void count++,
    inTurn(work) {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
