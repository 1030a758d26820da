/** Milliseconds of work after which a frame may be drawn: half of what a frame has at 60 a second. */
const sliceMilliseconds = 8;

/**
 * Does work piece by piece, with a pause for input and drawing wherever a slice of time is over; the first slice at
 * once, so that what takes less is done when this returns.
 * @param work each `yield` ends a piece
 * @param done receives the result, unless the work was stopped before
 * @returns stops the work
 */
export function inSlices<T>(work: Generator<void, T>, done: (result: T) => void): () => void {
  let stopped = false;
  const turn = new MessageChannel();
  const slice = (): void => {
    const until = performance.now() + sliceMilliseconds;
    while (!stopped) {
      const step = work.next();
      if (step.done) {
        turn.port1.close();
        return done(step.value);
      }
      // A timer would wait for milliseconds that nobody uses.
      if (performance.now() >= until) return turn.port2.postMessage(undefined);
    }
  };
  turn.port1.addEventListener('message', slice);
  turn.port1.start();
  slice();
  return () => {
    stopped = true;
    turn.port1.close();
  };
}
