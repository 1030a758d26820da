import { Budget, JinjaError } from './jinja/values/budget';

/** Steps that a template may take: a thousand turns of the longest templates take less than a tenth. */
const mostSteps = 5_000_000;

/**
 * Steps of all chat templates in one turn of the event loop, in a process that a person waits for: some tens of
 * milliseconds. An ordinary conversation takes a few hundred.
 */
export const stepsOfTyping = 50_000;

let mostOfTurn = Infinity;
let left = Infinity;
let isCounting = false;
let refusals = 0;

/**
 * Limits what chat templates may cost in one turn of this process's event loop; `undefined` lifts it.
 * A property of the process, set once by its door: the editor, which waits for them, limits; a process or a thread that
 * can be ended does not.
 */
export function limitSteps(most: number | undefined): void {
  mostOfTurn = most ?? Infinity;
  left = mostOfTurn;
}

/** How often this process has not rendered a prompt because its chat template costs too much here. */
export const stepRefusals = (): number => refusals;

export function noteRefusal(): void {
  refusals++;
}

/** What one rendering may cost: half of a turn where turns are limited, so that one alone never takes all of it. */
export const renderingBudget = (): Budget =>
  mostOfTurn === Infinity
    ? new Budget(mostSteps)
    : new Budget(Math.min(mostSteps, mostOfTurn / 2), { kind: 'slow', onSpent: spendOfTurn });

/** @throws JinjaError "busy" where the turn has no steps left */
function spendOfTurn(steps: number): void {
  if (!isCounting) {
    isCounting = true;
    setImmediate(() => {
      isCounting = false;
      left = mostOfTurn;
    });
  }
  left -= steps;
  if (left < 0) throw new JinjaError('busy', 'The steps of this turn are used up.');
}

/** UTF-16 units of a chat template, and of what it writes, that are read while a person waits. */
const longestOfTyping = 100_000;

/** @throws JinjaError "slow" for a text that takes long to read, where turns are limited */
export function requireQuick(length: number): void {
  if (mostOfTurn !== Infinity && length > longestOfTyping) throw new JinjaError('slow', 'The text is too long.');
}
