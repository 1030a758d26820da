import * as l10n from '@vscode/l10n';
import { createContext, Script, type Context } from 'node:vm';
import { Unjudgeable } from '../metric';

/** Milliseconds that a pattern may compute over one text, a thousand times what a pattern takes that goes forward. */
const timeLimit = 1000;

/**
 * Whether a pattern matches a text, within a second of its own. A pattern that tries every way to split a text
 * (`^(a+)+$`) would else run for years; the engine of the runtime can be interrupted in the middle of it.
 * @throws Unjudgeable when the time is over
 */
export function testBounded(pattern: RegExp, text: string): boolean {
  context ??= createContext({});
  Object.assign(context, { pattern, text });
  try {
    // The clock runs on while others have the processor: what has hardly computed is tried again, for longer.
    for (let milliseconds = timeLimit; ; milliseconds *= 2) {
      const before = process.cpuUsage();
      const isMatch = testFor(milliseconds, context);
      if (isMatch !== undefined) return isMatch;
      const { user, system } = process.cpuUsage(before);
      if ((user + system) / 1000 >= timeLimit / 2) break;
    }
  } finally {
    Object.assign(context, { pattern: undefined, text: undefined });
  }
  throw new Unjudgeable(
    l10n.t`The pattern ${pattern.source} was not through with this answer after a second: it tries too many ways \
to match.`,
  );
}

/** @returns nothing where that time is over by the clock */
function testFor(milliseconds: number, prepared: Context): boolean | undefined {
  try {
    return test.runInContext(prepared, { timeout: milliseconds }) === true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}

const test = new Script('pattern.lastIndex = 0; pattern.test(text)');
let context: Context | undefined;
