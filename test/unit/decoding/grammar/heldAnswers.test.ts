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
  it('is JSON that satisfies it, drawn or not, unless the budget cut it off', { timeout: 600_000 }, async () => {
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
