import type { ErrorObject } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import { describe, expect, it } from 'vitest';
import { schemaDemand } from '../../../../src/metrics/json/schemaRefusal';

/** A schema for each keyword, with a value that it refuses. */
const refused: Readonly<Record<string, readonly [schema: object, value: unknown]>> = {
  type: [{ type: ['string', 'null'] }, 1],
  required: [{ required: ['age'] }, {}],
  const: [{ const: 1 }, 2],
  minimum: [{ minimum: 3 }, 2],
  maximum: [{ maximum: 3 }, 4],
  exclusiveMinimum: [{ exclusiveMinimum: 3 }, 3],
  exclusiveMaximum: [{ exclusiveMaximum: 3 }, 3],
  multipleOf: [{ multipleOf: 2 }, 3],
  minLength: [{ minLength: 2 }, 'a'],
  maxLength: [{ maxLength: 2 }, 'abc'],
  minItems: [{ minItems: 1 }, []],
  maxItems: [{ maxItems: 1 }, [1, 2]],
  minProperties: [{ minProperties: 1 }, {}],
  maxProperties: [{ maxProperties: 0 }, { a: 1 }],
  uniqueItems: [{ uniqueItems: true }, [1, 1]],
  pattern: [{ pattern: '^a' }, 'b'],
  not: [{ not: {} }, 1],
  anyOf: [{ anyOf: [{ const: 1 }, { const: 2 }] }, 3],
  oneOf: [{ oneOf: [{ const: 1 }, { type: 'number' }] }, 1],
  contains: [{ contains: { const: 1 } }, []],
};

function errorOf(schema: object, value: unknown, keyword: string): ErrorObject {
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
  validate(value);
  return validate.errors!.find((error) => error.keyword === keyword)!;
}

describe('what a schema asks of a value that it refuses', () => {
  it.each(Object.entries(refused))('is in the words of ajv: %s', (keyword, [schema, value]) => {
    const error = errorOf(schema, value, keyword);
    expect(schemaDemand(error)).toBe(error.message);
  });

  it('names what ajv leaves out: the key that is one too many, and the values that may be', () => {
    expect(schemaDemand(errorOf({ additionalProperties: false }, { 'a b': 1 }, 'additionalProperties'))).toBe(
      'must NOT have additional properties: "a b"',
    );
    expect(schemaDemand(errorOf({ enum: ['a', 1] }, 'b', 'enum'))).toBe(
      'must be equal to one of the allowed values: "a", 1',
    );
  });
});
