/** Readings of which each goes on where the last has stopped. */
export interface TurnedReadings {
  /** Reads after the reading that is under way; once for all who ask meanwhile. */
  next(): void;
  /** The same after a step back, behind what was asked for before. */
  afresh(rewind: () => void): void;
}

/** @param read what fails is tried again with the next reading */
export function readInTurn(read: () => Promise<void>): TurnedReadings {
  let last: Promise<void> = Promise.resolve();
  let waits = false;
  const next = () => {
    if (waits) return;
    waits = true;
    last = last
      .then(() => {
        waits = false;
        return read();
      })
      .catch(() => undefined);
  };
  return {
    next,
    afresh(rewind) {
      last = last.then(rewind);
      waits = false;
      next();
    },
  };
}
