import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';

/** One part of a `tokenizer.json` as it stands there. */
export type PartRecord = Readonly<Record<string, unknown>>;

/** What may stand in a part besides its `type`: whether a value is one that is understood. */
export type PartKeys = Readonly<Record<string, (value: unknown) => boolean>>;

/** A part that is not understood is refused by name: what it does to a text would be missing from every number. */
export function unsupported(what: string, why?: string): Failure {
  return new Failure(
    'tokenizer-unsupported',
    why === undefined
      ? l10n.t`tokenizer.json holds ${what}, which is not supported here.`
      : l10n.t`tokenizer.json holds ${what}, which is not supported here: ${why}.`,
    {},
    l10n.t`Choose a model with another tokenizer, or report this one.`,
  );
}

export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
export const isString = (value: unknown): value is string => typeof value === 'string';
export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
export const isRecord = (value: unknown): value is PartRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
export const isAnything = (): boolean => true;

/** `Regex` or `String`, as patterns are written. */
export const isPattern = (value: unknown): boolean =>
  isRecord(value) && Object.keys(value).length === 1 && (isString(value.Regex) || isString(value.String));

/** A value, or its absence. */
export const orNothing =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || value === null || check(value);

/**
 * Checks that a part holds what is understood and nothing else.
 * @param kind what the part is called in a sentence, such as "the normalizer"
 * @throws Failure "tokenizer-unsupported"
 */
export function requireKeys(kind: string, record: PartRecord, keys: PartKeys): void {
  const type = String(record.type);
  for (const key of Object.keys(record)) {
    if (key !== 'type' && !Object.hasOwn(keys, key)) throw unsupported(l10n.t`the key "${key}" of ${kind} ${type}`);
  }
  for (const [key, check] of Object.entries(keys)) {
    if (!check(record[key])) throw unsupported(l10n.t`${JSON.stringify(record[key])} as "${key}" of ${kind} ${type}`);
  }
}
export const isNothing = (value: unknown): boolean => value === undefined || value === null;
