import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { streamFor } from '../../../../src/data/random';
import { openConstraints } from '../../../../src/decoding/grammar/constraints';
import { schemaGrammar } from '../../../../src/grammar/schemaGrammar';
import { GrammarProblem } from '../../../../src/grammar/schemaParts';
import { compileSchema } from '../../../../src/metrics/json/jsonSchema';
import { anySchema } from '../../../support/grammar/anySchema';
import { textOf, toyVocabulary } from '../../../support/grammar/toyVocabulary';
import { writeHeld } from '../../../support/grammar/writeHeld';

const vocabulary = toyVocabulary();
const constraints = openConstraints({ pieces: () => vocabulary, vocabularySize: vocabulary.size });
afterAll(() => constraints.close());

/** A model that has learned nothing, but likes some tokens more the longer it writes, among them the end. */
const toyLogits =
  (seed: number) =>
  (tokens: readonly number[]): Float32Array =>
    Float32Array.from({ length: vocabulary.size }, (_, token) => {
      const closes = [vocabulary.end, ...[...'}]"'].map((letter) => 1 + letter.charCodeAt(0))].includes(token);
      return 4 * Math.sin((token + 1) * (seed + 1.7) + tokens.length * 3.1) + (closes ? tokens.length / 12 : 0);
    });

const configs = [{}, { temperature: 1 }, { temperature: 0.7, topK: 5 }, { temperature: 1.5, topP: 0.8 }] as const;

/** Whether a schema is satisfied by something; what is satisfied by nothing is refused by name. */
const isSatisfiable = (schema: unknown): boolean => {
  try {
    schemaGrammar(schema);
    return true;
  } catch (error) {
    if (error instanceof GrammarProblem) return false;
    throw error;
  }
};

describe('an answer that is held to a schema', () => {
  it('is JSON that satisfies it, drawn or not, unless the budget cut it off', async () => {
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(anySchema, fc.nat(1000), fc.constantFrom(...configs), async (schema, seed, config) => {
        fc.pre(isSatisfiable(schema));
        const { tokens, ended } = await writeHeld(
          constraints,
          { constraint: { schema }, end: [vocabulary.end], config: { ...config, seed }, most: 120 },
          toyLogits(seed),
        );
        if (!ended) return;
        whole++;
        const value = JSON.parse(textOf(vocabulary, tokens)) as unknown;
        const { unenforced } = schemaGrammar(schema);
        expect(unenforced).toEqual([]);
        expect(compileSchema(schema)(value)).toEqual({ valid: true });
      }),
      { numRuns: 150 },
    );
    expect(whole).toBeGreaterThan(75);
  });
});

const scalars = ['red', 'green', 'a "b"', 'é', 0, 7, 12, -3, 120, true, false, null];
const pairs = scalars.flatMap((a) => scalars.map((b) => [a, b]));
/** Values of which some satisfy each of the schemas below, and all that do. */
const pool: readonly unknown[] = [
  ...Array.from({ length: 400 }, (_, i) => i - 200),
  ...scalars,
  ...[[], {}],
  ...scalars.flatMap((a) => [[a], { a }, { b: a }]),
  ...pairs.flatMap(([a, b]) => [[a, b], { a, b }]),
];

const finite: readonly Readonly<Record<string, unknown>>[] = [
  { enum: ['red', 'green', 'a "b"', 'é'] },
  { type: 'integer', minimum: -13, maximum: 120 },
  { type: 'integer', exclusiveMinimum: 8, exclusiveMaximum: 12 },
  { type: 'array', items: { enum: ['red', 7, null] }, maxItems: 2 },
  { type: 'array', items: { type: 'boolean' }, minItems: 1, maxItems: 2 },
  { type: 'array', prefixItems: [{ const: 'red' }, { enum: [0, 12] }], items: false },
  {
    type: 'object',
    properties: { a: { enum: ['red', 'é'] }, b: { type: 'boolean' } },
    additionalProperties: false,
  },
  {
    type: 'object',
    properties: { a: { const: 7 }, b: { enum: [true, 120] } },
    required: ['b'],
    additionalProperties: false,
  },
  { anyOf: [{ type: 'boolean' }, { type: 'null' }, { enum: ['red', 'green'] }] },
  { type: ['boolean', 'array'], items: { const: -3 }, maxItems: 2 },
];

describe('the mask of a small vocabulary', () => {
  it.each(finite)('is that of trying every token on every answer: %j', async (schema) => {
    const isValid = compileSchema(schema);
    const texts = new Set(pool.filter((value) => isValid(value).valid).map((value) => JSON.stringify(value)));
    const answers = [...texts]
      .flatMap((text) => [text, ` ${text}`])
      .map((text) => Buffer.from(text).toString('latin1'));
    const bytes = vocabulary.bytes.map((each) => Buffer.from(each).toString('latin1'));
    const logits = new Float32Array(vocabulary.size);
    const walk = async (random: () => number): Promise<void> => {
      const held = await constraints.hold({ schema }, [vocabulary.end]);
      let written = '';
      for (;;) {
        const masked = await held.masked(logits);
        const allowed = [...masked.keys()].filter((token) => masked[token] === 0);
        const expected = [...masked.keys()].filter((token) =>
          token === vocabulary.end
            ? answers.includes(written)
            : Boolean(bytes[token]) && answers.some((answer) => answer.startsWith(written + bytes[token]!)),
        );
        expect(allowed, JSON.stringify(written)).toEqual(expected);
        const token = allowed[Math.floor(random() * allowed.length)]!;
        expect(held.take(token)).toBe(true);
        if (token === vocabulary.end) break;
        written += bytes[token]!;
      }
      held.release();
    };
    for (let seed = 0; seed < 12; seed++) await walk(streamFor(seed).next);
  });
});

describe('properties that a schema does not name', () => {
  it.each([['é'], ['é', 'éa', '中'], ['a', 'é'], ['red', 'x']])(
    'never come under a name that it names: %s %s %s',
    async (...names) => {
      const schema = {
        type: 'object',
        properties: Object.fromEntries(names.map((name) => [name, { type: 'null' }])),
        additionalProperties: { type: 'boolean' },
      };
      const likes = new Set(Array.from(new TextEncoder().encode(`"${names.join('')}:tru`), (byte) => 1 + byte));
      for (let seed = 0; seed < 60; seed++) {
        const work = { constraint: { schema }, end: [vocabulary.end], most: 60, config: { temperature: 1, seed } };
        const logits = toyLogits(seed);
        const { tokens, ended } = await writeHeld(constraints, work, (written) =>
          logits(written).map((logit, token) => logit + (likes.has(token) ? 6 : 0)),
        );
        if (ended) expect(compileSchema(schema)(JSON.parse(textOf(vocabulary, tokens)))).toEqual({ valid: true });
      }
    },
  );
});

describe('a schema', () => {
  const nested = (depth: number): object =>
    Array.from({ length: depth }).reduce<object>(
      (inner) => ({ type: 'object', properties: { a: inner }, required: ['a'] }),
      { type: 'boolean' },
    );

  it('may be as deep as the library bears, and is refused where it is deeper', async () => {
    const work = { constraint: { schema: nested(40) }, end: [vocabulary.end], most: 400 };
    const { tokens, ended } = await writeHeld(constraints, work, toyLogits(1));
    expect(ended).toBe(true);
    expect(compileSchema(nested(40))(JSON.parse(textOf(vocabulary, tokens)))).toEqual({ valid: true });
    expect(() => schemaGrammar(nested(41))).toThrow('40 levels');
  });

  it('says which keywords it is not held to, and where', () => {
    const schema = {
      type: 'object',
      properties: {
        tags: { type: 'array', items: { type: 'string', format: 'date', pattern: '^a' }, uniqueItems: true },
        price: { type: 'number', multipleOf: 0.01, minimum: 0.5 },
      },
      not: { required: ['x'] },
    };
    expect(schemaGrammar(schema).unenforced).toEqual([
      { keyword: 'not', pointer: '' },
      { keyword: 'uniqueItems', pointer: '/properties/tags' },
      { keyword: 'pattern', pointer: '/properties/tags/items' },
      { keyword: 'format', pointer: '/properties/tags/items' },
      { keyword: 'multipleOf', pointer: '/properties/price' },
      { keyword: 'minimum', pointer: '/properties/price' },
    ]);
  });
});
