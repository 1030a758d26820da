import fc from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;

const names = fc.constantFrom('a', 'b', 'ab', 'x', 'é', 'to"do', '', 'a b');
const counts = { least: fc.option(fc.nat(3), { nil: undefined }), most: fc.option(fc.nat(5), { nil: undefined }) };
const present = (schema: Schema): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));

const scalar: fc.Arbitrary<Schema> = fc.oneof(
  fc.constantFrom<Schema>({ type: 'boolean' }, { type: 'null' }, { type: 'integer' }, { type: 'number' }, {}),
  fc.record(counts).map(({ least, most }) => present({ type: 'string', minLength: least, maxLength: most })),
  fc
    .record({
      type: fc.constantFrom('integer', 'number'),
      from: fc.integer({ min: -150, max: 150 }),
      size: fc.nat(300),
    })
    .map(({ type, from, size }) => ({ type, minimum: from, maximum: from + size })),
  fc
    .record({
      type: fc.constantFrom('integer', 'number'),
      from: fc.integer({ min: -150, max: 150 }),
      size: fc.nat(300),
    })
    .map(({ type, from, size }) => ({ type, exclusiveMinimum: from, exclusiveMaximum: from + size + 2 })),
  fc.constantFrom<Schema>({ type: 'number', minimum: 0 }, { type: 'integer', exclusiveMinimum: 9 }, { minimum: -5 }),
  fc
    .array(fc.constantFrom<unknown>('red', 'green', 'a "b"', '😀', 3, -1.5, true, null, [1, 'x'], { a: 1 }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((values) => ({ enum: values })),
  fc.constantFrom<unknown>('red', 12, null, { b: ['é'] }).map((value) => ({ const: value })),
  fc
    .uniqueArray(fc.constantFrom('string', 'integer', 'number', 'null', 'boolean'), { minLength: 1 })
    .map((type) => ({ type })),
);

/**
 * JSON Schemas of keywords that grammars hold answers to, nested, with references and alternatives; some of them are
 * satisfied by nothing.
 */
export const anySchema: fc.Arbitrary<Schema> = fc
  .letrec<{ schema: Schema }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'schema' },
      { arbitrary: scalar, weight: 4 },
      {
        weight: 3,
        arbitrary: fc
          .record({
            fields: fc.uniqueArray(fc.record({ name: names, schema: tie('schema'), isRequired: fc.boolean() }), {
              selector: ({ name }) => name,
              maxLength: 4,
            }),
            others: fc.oneof(fc.constantFrom<unknown>(undefined, false, false, true), tie('schema')),
          })
          .map(({ fields, others }) =>
            present({
              type: 'object',
              properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
              required: fields.filter(({ isRequired }) => isRequired).map(({ name }) => name),
              additionalProperties: others,
            }),
          ),
      },
      {
        weight: 2,
        arbitrary: fc
          .record({ items: tie('schema'), first: fc.array(tie('schema'), { maxLength: 2 }), ...counts })
          .map(({ items, first, least, most }) =>
            present({
              type: 'array',
              items,
              prefixItems: first.length > 0 ? first : undefined,
              minItems: least,
              maxItems: most,
            }),
          ),
      },
      { weight: 1, arbitrary: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })) },
      { weight: 1, arbitrary: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }).map((allOf) => ({ allOf })) },
      {
        weight: 1,
        arbitrary: fc.tuple(tie('schema'), tie('schema')).map(([schema, other]) => ({ ...schema, anyOf: [other, {}] })),
      },
      { weight: 1, arbitrary: fc.constant({ $ref: '#/$defs/node' }) },
    ),
  }))
  .schema.map((schema) => ({
    ...schema,
    $defs: {
      node: {
        type: 'object',
        properties: { v: { type: 'integer' }, next: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/node' }] } },
        required: ['v', 'next'],
      },
    },
  }));
