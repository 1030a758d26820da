/**
 * Milliseconds that a state of a page is waited for: nearly as long as a test may take, since a slow machine is no
 * defect.
 */
export const longestWait = 840_000;
