import * as l10n from '@vscode/l10n';
import { writeJson } from '../../data/exactNumber';
import { compileSchema, type SchemaCheck } from '../../metrics/json/jsonSchema';

const checks = new WeakMap<object, SchemaCheck>();

/**
 * Why a value does not satisfy a schema, in words: `address.city must be string`; undefined where it does.
 * @throws Error for a schema that is none
 */
export function misfit(value: unknown, schema: unknown): string | undefined {
  const { valid, reason } = checked(value, schema);
  return valid ? undefined : inWords(reason ?? l10n.t`it does not satisfy the schema`);
}

/** Whether a value does not satisfy a schema because that asks for a list. */
export const lacksList = (value: unknown, schema: unknown): boolean => checked(value, schema).wantsList ?? false;

/** Numbers that a double rounds are numbers to a schema. */
const checked = (value: unknown, schema: unknown): ReturnType<SchemaCheck> =>
  checkOf(schema)(JSON.parse(writeJson(value)) as unknown);

function checkOf(schema: unknown): SchemaCheck {
  if (typeof schema !== 'object' || schema === null) return compileSchema(schema);
  const known = checks.get(schema) ?? compileSchema(schema);
  checks.set(schema, known);
  return known;
}

/** A JSON pointer as a path: `/items/0/price must be number` → `items.0.price must be number`. */
const inWords = (reason: string): string =>
  reason.replace(/^\/(\S*)/, (_, pointer: string) =>
    pointer.replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~'),
  );
