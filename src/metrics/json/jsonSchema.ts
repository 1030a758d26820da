import * as l10n from '@vscode/l10n';
import type { ErrorObject, Options, SchemaObject, ValidateFunction } from 'ajv';
import Ajv, { MissingRefError } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import { enumerated } from '../../words/listed';
import { testBounded } from '../text/boundedRegExp';
import { schemaDemand } from './schemaRefusal';

/** Says whether a value satisfies a schema, and where it first does not: `/age must be integer`. */
export type SchemaCheck = (value: unknown) => {
  readonly valid: boolean;
  readonly reason?: string;
  /** Whether a list is what the schema asks for there. */
  readonly wantsList?: true;
};

/** Keys of an object's own, formats only described (as the specification has it), patterns that come to an end. */
const options: Options = {
  ownProperties: true,
  validateFormats: false,
  strict: false,
  logger: false,
  messages: true,
  code: { regExp: boundedEngine() },
};

function boundedEngine() {
  const engine = (pattern: string, flags: string) => {
    const expression = new RegExp(pattern, flags);
    // Patterns are told apart by their text.
    return { test: (text: string): boolean => testBounded(expression, text), toString: () => String(expression) };
  };
  // Only written into validators that are saved, which ours are not.
  engine.code = '';
  return engine;
}

const draft07 = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;
const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

/**
 * Makes a check of a JSON Schema: draft 2020-12, as dotprompt has it, or the draft 6 or 7 that it names itself.
 * @throws Error that says what is wrong with the schema
 */
export function compileSchema(schema: unknown): SchemaCheck {
  const isObject = typeof schema === 'object' && schema !== null && !Array.isArray(schema);
  if (!isObject && typeof schema !== 'boolean') throw new Error('it is no mapping');
  const { $schema: dialect, ...rest } = isObject ? (schema as SchemaObject) : {};
  if (rest.$async !== undefined) throw new Error('"$async" is no key of JSON Schema');
  const isOlder = draft07.test(String(dialect));
  if (dialect !== undefined && !isOlder && String(dialect).replace(/#$/, '') !== draft2020)
    throw new Error(`its $schema ${JSON.stringify(dialect)} is not known; leave it out, or name draft 2020-12 or 7`);
  const validate = compiled(isOlder ? Ajv : Ajv2020, isObject ? rest : schema);
  return (value) => {
    if (validate(value) === true) return { valid: true };
    const [error] = validate.errors ?? [];
    if (!error) return { valid: false };
    const where = error.instancePath === '' ? l10n.t`it` : error.instancePath;
    const { type } = error.params as { readonly type?: unknown };
    const wantsList = error.keyword === 'type' && type === 'array';
    return { valid: false, reason: l10n.t`${where} ${schemaDemand(error)}`, ...(wantsList && { wantsList }) };
  };
}

type Dialect = typeof Ajv | typeof Ajv2020;

/** What checks schemas themselves; to make one takes longer than to make the check of most schemas. */
const schemaChecks = new Map<Dialect, Ajv | Ajv2020>();

function schemaCheckOf(dialect: Dialect): Ajv | Ajv2020 {
  const made = schemaChecks.get(dialect) ?? new dialect(options);
  schemaChecks.set(dialect, made);
  return made;
}

/** @throws Error with the one thing that is wrong first: the library's own sentence says each that follows from it */
function compiled(dialect: Dialect, schema: SchemaObject | boolean): ValidateFunction {
  const check = schemaCheckOf(dialect);
  if (check.validateSchema(schema) !== true) throw new Error(wrongPart(schema, check.errors?.[0]));
  try {
    // Of its own, since it keeps what a schema names.
    return new dialect({ ...options, validateSchema: false }).compile(schema);
  } catch (error) {
    if (error instanceof MissingRefError)
      throw new Error(`it refers to ${JSON.stringify(error.missingRef)}, where nothing stands`, { cause: error });
    throw error;
  }
}

/** Letters of a value that are shown. */
const longestShown = 40;

function wrongPart(schema: unknown, error: ErrorObject | undefined): string {
  if (!error) return l10n.t`it is no JSON Schema`;
  const keys = error.instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const value = keys.reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], schema);
  const shown = JSON.stringify(value) ?? '';
  const text = shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown;
  const asks = error.keyword === 'enum' ? l10n.t`must be one of ${enumerated(allowed(error))}` : schemaDemand(error);
  return l10n.t`${keys.length === 0 ? l10n.t`it` : keys.join('.')} is ${text} and ${asks}`;
}

const allowed = ({ params }: ErrorObject): readonly string[] =>
  (params as { readonly allowedValues: readonly unknown[] }).allowedValues.map((value) => JSON.stringify(value));

/** What is wrong with a schema, in words that follow "because"; undefined for one that answers can be checked by. */
export function schemaProblem(schema: unknown): string | undefined {
  try {
    compileSchema(schema);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
