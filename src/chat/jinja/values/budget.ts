/** What stops a chat template: the kind and the words are those of Jinja and Python, where they have some. */
export class JinjaError extends Error {
  /** @param line line of the template, counted from 1 */
  constructor(
    readonly kind: string,
    message: string,
    readonly line?: number,
  ) {
    super(message);
    this.name = 'JinjaError';
  }
}

/** Most that Python's sandbox lets `range` count. */
export const longestRange = 100_000;
/** Most UTF-16 units that any text of a template may have; contexts of models end far below. */
const longestText = 4_000_000;
const deepestCall = 100;

export interface BudgetLimit {
  /** Of the error where the budget is used up. */
  readonly kind: string;
  /** Learns of each spending, and may throw. */
  onSpent?(steps: number): void;
}

/** What a rendering may cost, so that no template runs for ever or fills the memory. */
export class Budget {
  #steps: number;
  #depth = 0;

  /** @param steps expressions and statements that may be evaluated; long values count as several */
  constructor(
    steps: number,
    private readonly limit: BudgetLimit = { kind: 'limit' },
  ) {
    this.#steps = steps;
  }

  /** @throws JinjaError of the limit's kind where it is used up */
  spend(steps: number): void {
    this.#steps -= steps;
    this.limit.onSpent?.(steps);
    if (this.#steps < 0) throw new JinjaError(this.limit.kind, 'The template takes too many steps.');
  }

  /** Runs what may call itself. */
  enter<T>(work: () => T): T {
    if (++this.#depth > deepestCall) throw new JinjaError('RecursionError', 'maximum recursion depth exceeded');
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }
}

/** @throws JinjaError "limit" for a text longer than any may be */
export function requireLength(length: number): void {
  if (length > longestText) throw new JinjaError('limit', 'The template makes a text that is too long.');
}
