import * as l10n from '@vscode/l10n';
import { knownFailure } from '../classifyError';
import { Failure } from '../failure';
import type { FailureCode } from '../failureCodes';
import { isNumber, isObject, isText, object, optional, type Infer } from './guards';

/** A failure as plain data, which every transport carries. */
export const isWireFailure = object({
  code: isText,
  message: isText,
  remedy: optional(isText),
  place: optional(object({ file: optional(isText), line: optional(isNumber), column: optional(isNumber) })),
});
export type WireFailure = Infer<typeof isWireFailure>;

export function toWire(error: unknown): WireFailure {
  const known = knownFailure(error);
  if (known) return { code: known.code, message: known.message, remedy: known.remedy, place: known.location };
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
}

/** @param error as it came from the other end, of whatever shape */
export function fromWire(error: unknown): Failure {
  if (!isObject(error)) return new Failure('unexpected', l10n.t`The other end failed without saying why.`);
  const location = isObject(error.place) ? error.place : {};
  return new Failure(
    // Both ends are of one build; the catalogue of codes would only weigh on the pages.
    typeof error.code === 'string' ? (error.code as FailureCode) : 'unexpected',
    String(error.message),
    location,
    typeof error.remedy === 'string' ? error.remedy : undefined,
  );
}
