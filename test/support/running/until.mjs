/** Long enough for a machine that does ten other things; only what never comes is waited for that long. */
const longestMilliseconds = 300_000;
const pauseMilliseconds = 50;

/**
 * Waits for a state by looking again and again.
 * @param what what is awaited, for the message at the end
 * @param look gives something true once it is so; an error that it throws says that it is not so yet
 * @param seen says at the end what there is instead
 * @returns what `look` gave
 */
export async function until(what, look, { seen, longest = longestMilliseconds } = {}) {
  const end = Date.now() + longest;
  for (;;) {
    let problem = '';
    try {
      const value = await look();
      if (value) return value;
    } catch (error) {
      problem = `\n${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > end) {
      const instead = seen ? `; there is:\n${await seen()}` : '';
      throw new Error(`Waited in vain for ${what}${instead}${problem}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
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
