import type { FailureCode } from './failureCodes';

/** Where a failure stands; lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
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
    readonly place: Place = {},
    readonly remedy?: string,
  ) {
    super(message);
    this.name = 'Failure';
  }
}

/** One line for a person: `file:line:column: message remedy [code]`. */
export function describeFailure(failure: Failure): string {
  const { file, line, column } = failure.place;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return [place && `${place}:`, failure.message, failure.remedy, `[${failure.code}]`].filter(Boolean).join(' ');
}

/** The same failure, with the place completed by what only an outer layer knows. */
export function withPlace(error: unknown, place: Place): unknown {
  return error instanceof Failure
    ? new Failure(error.code, error.message, { ...place, ...error.place }, error.remedy)
    : error;
}
