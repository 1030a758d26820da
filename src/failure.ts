import type { FailureCode } from './failureCodes';
import { sentences } from './words/listed';

/** Where a failure is; lines and columns count from 1, columns in UTF-16 units. */
export interface SourceLocation {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Every expected failure: what is wrong, where, and what to do about it.
 * `code` is one of the catalogue in failureCodes.ts; `message` is one sentence; `remedy` is one more.
 */
export class Failure extends Error {
  constructor(
    readonly code: FailureCode,
    message: string,
    readonly location: SourceLocation = {},
    readonly remedy?: string,
  ) {
    super(message);
    this.name = 'Failure';
  }

  /** The same failure, its location completed by what it does not say itself. */
  at(location: SourceLocation): Failure {
    return new Failure(this.code, this.message, { ...location, ...this.location }, this.remedy);
  }
}

/** One line for a person: `file:line:column: message remedy [code]`. */
export function describeFailure(failure: Failure): string {
  const { file, line, column } = failure.location;
  const location = [file, line, column].filter((part) => part !== undefined).join(':');
  return sentences([location && `${location}:`, failure.message, failure.remedy, `[${failure.code}]`]);
}

/** The same failure, with its location completed by what only an outer layer knows. */
export function withLocation(error: unknown, location: SourceLocation): unknown {
  return error instanceof Failure ? error.at(location) : error;
}
