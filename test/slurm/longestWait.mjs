/** Milliseconds that a state is waited for: only what never comes takes that long, on the slowest of machines. */
export const longestWait = 1_800_000;
