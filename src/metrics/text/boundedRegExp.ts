import * as l10n from '@vscode/l10n';
import { createContext, Script, type Context } from 'node:vm';
import { Unjudgeable } from '../metric';

/** Milliseconds that a pattern may look at one text, a thousand times what a pattern takes that goes forward. */
const timeLimit = 1000;

/**
 * Whether a pattern matches a text, within a second. A pattern that tries every way to split a text (`^(a+)+$`) would
 * else run for years; the engine of the runtime can be interrupted in the middle of it.
 * @throws Unjudgeable when the time is over
 */
export function testBounded(pattern: RegExp, text: string): boolean {
  context ??= createContext({});
  Object.assign(context, { pattern, text });
  try {
    return test.runInContext(context, { timeout: timeLimit }) === true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Unjudgeable(
      l10n.t`The pattern ${pattern.source} was not through with this answer after a second: it tries too many ways \
to match.`,
    );
  } finally {
    Object.assign(context, { pattern: undefined, text: undefined });
  }
}

const test = new Script('pattern.lastIndex = 0; pattern.test(text)');
let context: Context | undefined;
