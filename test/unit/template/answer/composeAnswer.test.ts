import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../../src/data/exactNumber';
import { AnswerProblem, composeAnswers } from '../../../../src/template/answer/composeAnswer';
import { toJsonSchema } from '../../../../src/template/syntax/picoschema';

type Json = Readonly<Record<string, unknown>>;

const invoice = toJsonSchema({
  number: 'string, as printed',
  'total?': 'number',
  'paid?': 'boolean',
  'currency(enum)': ['EUR', 'USD', 3],
  'lines?(array)': { item: 'string', 'count?': 'integer' },
  'buyer?(object)': { name: 'string', 'city?': 'string' },
});

/** Text that a cell cannot be taken for empty by. */
const text = fc.string({ minLength: 1 }).filter((each) => each.trim() !== '');
const count = fc.integer();
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const anyInvoice = fc
  .record({
    number: text,
    total: optional(fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0)),
    paid: optional(fc.boolean()),
    currency: fc.constantFrom('EUR', 'USD', 3),
    lines: optional(fc.array(fc.record({ item: fc.string(), count: optional(count) }))),
    buyer: optional(fc.record({ name: text, city: optional(text) })),
  })
  .map((value) => withoutUndefined(value) as Json);

/** As a file has it. */
const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, shuffled(each)] as const)
      .reverse(),
  );
};

const cell = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The row as a table has it, objects as JSON or as columns of their parts. */
const tableRow = (value: Json, { dotted }: { readonly dotted: boolean }): Json =>
  Object.fromEntries(
    ['number', 'total', 'paid', 'currency', 'lines', 'buyer'].flatMap((key) => {
      const field = value[key];
      if (key === 'buyer' && dotted)
        return ['name', 'city'].map((part) => [`buyer.${part}`, String((field as Json | undefined)?.[part] ?? '')]);
      return [[key, field === undefined ? '' : cell(field)]];
    }),
  );

/** Deeper than values can be walked. */
const deep = { number: JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown };

const compose = (row: Json, isTable = false) => composeAnswers(row, { schema: invoice }, { isTable });

describe('an answer of several fields', () => {
  it('is JSON with the same values, its keys in the order of the schema, whatever columns it comes from', () => {
    fc.assert(
      fc.property(anyInvoice, fc.boolean(), (value, dotted) => {
        const [answer] = compose(value);
        expect(JSON.parse(answer!)).toEqual(value);
        expect(compose(shuffled(value) as Json)).toEqual([answer]);
        expect(compose({ output: shuffled(value) })).toEqual([answer]);
        expect(compose({ output: JSON.stringify(shuffled(value), null, 2) })).toEqual([answer]);
        expect(compose({ output: answer })).toEqual([answer]);
        expect(compose({ output: [value, answer] })).toEqual([answer, answer]);
        expect(compose({ text: 'x', ...tableRow(value, { dotted }) }, true)).toEqual([answer]);
        expect(compose({ output: JSON.stringify(value) }, true)).toEqual([answer]);
      }),
    );
  });

  it.each<[string, Json, string]>([
    ['a number', { number: '3', total: ' 3.50 ', currency: 'EUR' }, '{"number":"3","total":3.5,"currency":"EUR"}'],
    ['an enum of numbers', { number: '3', currency: '3' }, '{"number":"3","currency":3}'],
    [
      "a spreadsheet's TRUE",
      { number: 'a', paid: 'TRUE', currency: 'EUR' },
      '{"number":"a","paid":true,"currency":"EUR"}',
    ],
    ['text that looks like JSON', { number: 'null', currency: 'EUR' }, '{"number":"null","currency":"EUR"}'],
    ['white space of a text', { number: ' a ', currency: 'EUR' }, '{"number":" a ","currency":"EUR"}'],
    [
      'a number that a double would round',
      { number: 'a', total: '12345678901234567890', currency: 'EUR' },
      '{"number":"a","total":12345678901234567890,"currency":"EUR"}',
    ],
    [
      'parts of an object',
      { number: 'a', currency: 'EUR', 'buyer.name': 'b' },
      '{"number":"a","currency":"EUR","buyer":{"name":"b"}}',
    ],
  ])('reads of a table %s', (_, row, answer) => {
    expect(compose(row, true)).toEqual([answer]);
    expect(parseJson(answer)).toEqual(parseJson(compose({ output: answer })[0]!));
  });

  it('leaves out what is null and may be absent, at any depth', () => {
    expect(compose({ number: 'a', total: null, currency: 'EUR', buyer: { name: 'b', city: null } })).toEqual([
      '{"number":"a","currency":"EUR","buyer":{"name":"b"}}',
    ]);
  });

  it('is none where the row has no column of it', () => {
    expect(compose({ text: 'x' })).toEqual([]);
  });

  it.each<[string, Json, boolean, RegExp]>([
    ['text in a number', { number: 'a', total: '3 EUR', currency: 'EUR' }, true, /"total" has "3 EUR".*must be number/],
    ['text in a list', { number: 'a', lines: 'a; b', currency: 'EUR' }, true, /"lines" has "a; b".*must be array/],
    ['leading zeros', { number: 'a', total: '007', currency: 'EUR' }, true, /"total" has "007"/],
    [
      'another value of an enum',
      { number: 'a', currency: 'GBP' },
      true,
      /"currency" has "GBP".*allowed values: "EUR", "USD", 3/,
    ],
    ['nothing in a field that must be there', { number: '', currency: 'EUR' }, true, /"number" is empty/],
    ['no field that must be there', { currency: 'EUR' }, false, /no "number"/],
    [
      'nothing in a part',
      { number: 'a', currency: 'EUR', 'buyer.name': '', 'buyer.city': 'c' },
      true,
      /"buyer.name" is empty/,
    ],
    [
      'a part twice',
      { number: 'a', currency: 'EUR', buyer: '{"name":"b"}', 'buyer.name': 'b' },
      true,
      /"buyer" and "buyer.name"/,
    ],
    ['text in JSON for a number', { number: 'a', total: '3', currency: 'EUR' }, false, /total must be number/],
    ['a list for a text', { number: ['a', 'b'], currency: 'EUR' }, false, /number must be string/],
    ['a field of no name', { output: { number: 'a', currency: 'EUR', tax: 3 } }, false, /additional properties: "tax"/],
    [
      'a part of a list',
      { output: { number: 'a', currency: 'EUR', lines: [{ item: 3 }] } },
      false,
      /lines\.0\.item must be string/,
    ],
    ['no JSON', { output: '{"number": ' }, false, /"output" is no JSON/],
    ['what is nested too deeply', { output: deep }, false, /nested too deeply/],
    ['no object', { output: '3' }, false, /must be object/],
    ['no answer of several', { output: [] }, false, /empty list/],
    ['nothing at all', { output: '' }, true, /"output" is empty/],
  ])('refuses %s', (_, row, isTable, message) => {
    expect(() => compose(row, isTable)).toThrow(AnswerProblem);
    expect(() => compose(row, isTable)).toThrow(message);
  });

  it('follows references, and an object or null as pydantic writes it', () => {
    const schema = {
      type: 'object',
      properties: {
        buyer: { anyOf: [{ $ref: '#/$defs/Buyer' }, { type: 'null' }], default: null },
        tags: { type: 'array', items: { $ref: '#/$defs/Buyer' } },
      },
      required: ['tags'],
      $defs: {
        Buyer: {
          type: 'object',
          properties: { name: { type: 'string' }, city: { type: 'string' } },
          required: ['name'],
        },
      },
    };
    const buyer = { city: 'c', name: 'b' };
    expect(composeAnswers({ buyer, tags: [buyer] }, { schema }, { isTable: false })).toEqual([
      '{"buyer":{"name":"b","city":"c"},"tags":[{"name":"b","city":"c"}]}',
    ]);
    expect(composeAnswers({ 'buyer.city': 'c', 'buyer.name': 'b', tags: '[]' }, { schema }, { isTable: true })).toEqual(
      ['{"buyer":{"name":"b","city":"c"},"tags":[]}'],
    );
  });

  it('keeps keys that JavaScript treats otherwise', () => {
    const schema = {
      type: 'object',
      properties: JSON.parse('{"__proto__":{"type":"string"},"constructor":{}}') as Json,
    };
    const row = { output: '{"constructor":1,"__proto__":"a"}' };
    expect(composeAnswers(row, { schema }, { isTable: false })).toEqual(['{"__proto__":"a","constructor":1}']);
    expect(composeAnswers({ text: 'a' }, { schema }, { isTable: false })).toEqual([]);
  });
});
