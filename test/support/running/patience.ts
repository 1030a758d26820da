/**
 * How long `vi.waitFor` looks for a state: long enough for a machine that does ten other things. Only what never comes
 * is waited for that long, and then the wait says what it lacks before the limit of the ring ends the test.
 */
export const patience = { timeout: 250_000, interval: 50 };
