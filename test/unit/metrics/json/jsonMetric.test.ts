import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonAnswer } from '../../../../src/metrics/json/jsonAnswer';
import { jsonEqual } from '../../../../src/metrics/json/jsonEqual';
import { jsonFields, jsonLeaves, withoutNulls } from '../../../../src/metrics/json/jsonParts';
import { compileSchema, schemaProblem } from '../../../../src/metrics/json/jsonSchema';
import { countLeaves } from '../../../../src/metrics/json/jsonScores';
import type { MetricOptions } from '../../../../src/metrics/metricSetting';
import { openMetric } from '../../../../src/metrics/openMetric';

const json = (options: MetricOptions['json'] = {}, schema?: unknown) =>
  openMetric({ kind: 'json', name: 'json', ...options }, { schema });

const both = ['object', 'array'] as const;
const deep = 200_000;

describe('json', () => {
  it('shows no more of a wrong value than a line holds, however deep it is nested', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(json().score(`{"a": ${deep}}`, ['{"a": []}'])).toMatchObject({ reason: '/a is […] instead of [].' });
    const { reason } = json().score(`{"a": "${'x'.repeat(1000)}"}`, ['{"a": 1}']) as { readonly reason: string };
    expect(reason).toBe(`/a is "${'x'.repeat(39)}… instead of 1.`);
  });

  it('names the fields that are wrong', () => {
    const expected = ['{"a": 1, "b": {"c": "x", "d": 2}, "e": "Anna"}'];
    expect(json().score('{"a": 2, "b": {"c": "x"}, "e": " anna", "f": 0}', expected)).toEqual({
      value: 0.25,
      counts: [1, 4, 4],
      reason: '/a is 2 instead of 1, /b/d missing, /e equal but for case or spaces, /f not asked for.',
    });
    expect(json().score('no', expected)).toEqual({ value: 0, counts: [0, 0, 4], reason: 'The answer holds no JSON.' });
    expect(json({ measure: 'equal' }).score('{"a": 1}', ['{"a": 2}'])).toMatchObject({
      reason: '/a is 1 instead of 2.',
    });
  });

  it('names of many wrong fields the first', () => {
    const expected = JSON.stringify(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`f${at}`, at])));
    expect(json().score('{}', [expected])).toMatchObject({
      reason: '/f0 missing, /f1 missing, /f2 missing, /f3 missing, /f4 missing, 4 more.',
    });
  });

  it('takes the reference that the answer is nearest to, with its counts', () => {
    expect(json().score('{"a": 1}', ['{"a": 2, "b": 3}', '{"a": 1, "b": 2}'])).toMatchObject({ counts: [1, 1, 2] });
  });

  it('says where an answer does not satisfy the schema', () => {
    const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] };
    const valid = json({ measure: 'valid' }, schema);
    expect(valid.score('{"age": "7"}', [])).toMatchObject({ value: 0, reason: '/age must be integer' });
    expect(valid.score('{}', [])).toMatchObject({ value: 0, reason: "it must have required property 'age'" });
    expect(valid.score('{"age": 7.0}', [])).toMatchObject({ value: 1 });
    expect(json({ measure: 'valid', not: true }, schema).score('{}', [])).toMatchObject({ value: 1 });
  });

  it('says of an expected answer that is no JSON that the row cannot be judged', () => {
    expect(json().score('{}', ['Paris'])).toEqual({ error: 'The expected answer is no JSON: "Paris".' });
    expect(json({ measure: 'equal' }).score('{}', ['Paris'])).toEqual({
      error: 'The expected answer is no JSON: "Paris".',
    });
  });

  it('needs a reference only to compare with', () => {
    expect(
      (['f1', 'equal', 'valid', 'parses'] as const).map((measure) => json({ measure }, true).needsReference),
    ).toEqual([true, true, false, false]);
  });

  it('follows values that are nested deeper than calls can be', () => {
    const nested = `${'['.repeat(deep)}1${']'.repeat(deep)}`;
    const objects = `${'{"a":'.repeat(deep)}null${'}'.repeat(deep)}`;
    expect(json().score(`So: ${nested}!`, [nested])).toMatchObject({ value: 1 });
    expect(json({ measure: 'equal' }).score(objects, [objects])).toMatchObject({ value: 1 });
    expect(json({ ignoreNulls: true }).score(objects, [objects])).toMatchObject({ value: 1 });
    expect(json().score('['.repeat(deep), ['[]'])).toMatchObject({ value: 0 });
  });

  it('reads an answer in one pass, whatever it breaks off at', () => {
    expect(readJsonAnswer('{"a":'.repeat(deep), 'lenient', both)).toBeUndefined();
    expect(readJsonAnswer('{"a" '.repeat(deep), 'lenient', both)).toBeUndefined();
    expect(readJsonAnswer(`${'{x'.repeat(deep)}{}`, 'lenient', both)).toEqual({ value: {}, text: '{}' });
  });
});

describe('the lenient reading', () => {
  it('finds every value that has brackets, in any text that opens none', () => {
    const value = fc
      .oneof(fc.object(), fc.array(fc.jsonValue()))
      .map((each) => JSON.parse(JSON.stringify(each)) as unknown);
    const around = fc.string({ unit: 'grapheme' }).map((each) => each.replace(/[[{]/g, ''));
    fc.assert(
      fc.property(value, around, around, fc.constantFrom(0, 2), (each, before, after, indent) => {
        const written = JSON.stringify(each, null, indent);
        const strict = readJsonAnswer(before + written + after, 'strict', both);
        expect(readJsonAnswer(before + written + after, 'lenient', both)).toEqual(
          strict ?? { value: JSON.parse(written) as unknown, text: written },
        );
      }),
    );
  });

  it('reads nothing of a value that is cut off anywhere', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (each, share) => {
        const written = JSON.stringify(each);
        expect(readJsonAnswer(written.slice(0, Math.floor(share * written.length)), 'lenient', both)).toBeUndefined();
      }),
    );
  });

  it('never fails, and what it finds is JSON', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      '-',
      '.',
      'e',
      'true',
      'nul',
      '\\',
      'u00e9',
      ' ',
      'a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const found = readJsonAnswer(pieces.join(''), 'lenient', both);
        if (found) expect(found.value).toEqual(JSON.parse(found.text));
      }),
    );
  });
});

describe('comparing JSON', () => {
  const value = fc.jsonValue().map((each) => JSON.parse(JSON.stringify(each)) as unknown);

  it('finds a value equal to itself and to what is written of it, and the same both ways', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(jsonEqual(a, JSON.parse(JSON.stringify(a)))).toBe(true);
        expect(jsonEqual(a, b)).toBe(jsonEqual(b, a));
      }),
    );
  });

  it('hits every leaf of an equal value, and not more than either side has', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const same = countLeaves(a, { value: a });
        expect([same.hits, same.predicted]).toEqual([same.expected, same.expected]);
        const { hits, predicted, expected } = countLeaves(a, { value: b });
        expect(hits).toBeLessThanOrEqual(Math.min(predicted, expected));
        expect([predicted, expected]).toEqual([jsonLeaves(b).size, jsonLeaves(a).size]);
      }),
    );
  });

  it('does not stumble over keys that objects have of their own', () => {
    const odd = JSON.parse('{"__proto__": 1, "constructor": null, "toString": {"~/": 2}}') as unknown;
    expect([...jsonFields(odd)]).toEqual([
      ['/__proto__', 1],
      ['/constructor', null],
      ['/toString/~0~1', 2],
    ]);
    expect(jsonEqual(JSON.parse('{"__proto__": 1}'), {})).toBe(false);
    expect([...jsonFields(withoutNulls(odd)).keys()]).toEqual(['/__proto__', '/toString/~0~1']);
  });
});

describe('the schema of answers', () => {
  it.each([
    [undefined, 'it is no mapping'],
    [['string'], 'it is no mapping'],
    [{ type: 'strnig' }, 'type is "strnig" and must be one of "array", "boolean", "integer"'],
    [{ properties: { 'a/b': { minimum: 'many' } } }, 'properties.a/b.minimum is "many" and must be number'],
    [{ $ref: '#/$defs/no' }, 'it refers to "#/$defs/no", where nothing stands'],
    [{ type: 'string', pattern: '(' }, 'Unterminated group'],
    [{ $ref: 'https://example.org/x' }, 'it refers to "https://example.org/x", where nothing stands'],
    [{ $schema: 'https://example.org/mine' }, 'its $schema "https://example.org/mine" is not known'],
    [{ $async: true }, '"$async" is no key of JSON Schema'],
  ])('says what is wrong with %j', (schema, problem) => {
    expect(schemaProblem(schema)).toContain(problem);
  });

  it('reads the drafts that schemas are written in', () => {
    const tuple = { type: 'array', items: [{ type: 'integer' }] };
    const draft07 = compileSchema({ $schema: 'http://json-schema.org/draft-07/schema#', ...tuple });
    expect([draft07([1]).valid, draft07(['a']).valid]).toEqual([true, false]);
    const draft2020 = compileSchema({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'array',
      prefixItems: [{ type: 'integer' }],
    });
    expect([draft2020([1]).valid, draft2020(['a']).valid]).toEqual([true, false]);
  });

  it('tells patterns apart, and gives up one that tries every way to match', () => {
    const check = compileSchema({
      type: 'object',
      properties: { a: { type: 'string', pattern: '^a+$' }, b: { type: 'string', pattern: '^(b+)+$' } },
    });
    expect([check({ a: 'aa' }).valid, check({ a: 'b' }).valid, check({ b: 'bb' }).valid]).toEqual([true, false, true]);
    expect(() => check({ b: `${'b'.repeat(50)}!` })).toThrow('was not through with this answer after a second');
  });
});
