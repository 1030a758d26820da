/**
 * Nearly as long as a whole test may take, since a slow machine is no defect: only what never comes is waited for that
 * long, and then the wait says what it was before the test is ended.
 */
export const longestMilliseconds = 840_000;
/** The longer something takes, the less often it is looked for: a look at a window costs as much as drawing it. */
const shortestPause = 50;
const longestPause = 300;
const pauseShare = 0.1;

/**
 * Waits for a state by looking again and again.
 * @param what what is awaited, for the message at the end
 * @param look gives something true once it is so; an error that it throws says that it is not so yet
 * @param seen says at the end what there is instead
 * @returns what `look` gave
 */
export async function until(what, look, { seen, longest = longestMilliseconds } = {}) {
  const begun = Date.now();
  for (;;) {
    let problem = '';
    try {
      const value = await look();
      if (value) return value;
    } catch (error) {
      problem = `\n${error instanceof Error ? error.message : String(error)}`;
    }
    const waited = Date.now() - begun;
    if (waited > longest) {
      const instead = seen ? `; there is:\n${await seen()}` : '';
      throw new Error(`Waited in vain for ${what}${instead}${problem}`);
    }
    const pause = Math.min(longestPause, Math.max(shortestPause, pauseShare * waited));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Waits until nothing that is asserted fails any more. */
export function untilHolds(what, assertion, options) {
  return until(
    what,
    async () => {
      await assertion();
      return true;
    },
    options,
  );
}
