/** Milliseconds that a state of a page is waited for: what comes at all has come by then, on any machine. */
export const longestWait = 120_000;
