import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFields } from '../../../../src/metrics/json/jsonParts';
import { answerFields, isAnswerFields } from '../../../../src/scoring/fields/answerFields';
import { fieldResults, pathOf } from '../../../../src/scoring/fields/fieldResults';
import { fieldScores } from '../../../../src/scoring/fields/fieldScores';

const strict = [{ kind: 'json', name: 'json', reading: 'strict' }] as const;
const loose = [{ kind: 'json', name: 'json', loose: true }] as const;

describe('the fields of one answer', () => {
  it('stand beside what is expected, with what is missing, too much, and equal but for its case', () => {
    const expected = '{"city":"Rome","buyer":{"name":"a","age":3},"tags":["x","y"],"none":{}}';
    const fields = answerFields({
      expected,
      predicted: 'It is {"city":"rome","buyer":{"age":3.0},"tags":["y"],"none":{},"b":null}',
    })!;
    expect(
      fields.fields.map(({ field, status, expected: right, answered }) => [field, status, right, answered]),
    ).toEqual([
      ['city', 'equalLoosely', '"Rome"', '"rome"'],
      ['buyer.name', 'missing', '"a"', null],
      ['buyer.age', 'equal', '3', '3'],
      ['tags', 'different', '["x", "y"]', '["y"]'],
      ['none', 'equal', '{}', '{}'],
      ['b', 'extra', null, 'null'],
    ]);
    expect(fields).toMatchObject({ readable: true, more: 0, wrong: 4 });
  });

  it('are right as the metric of the run says', () => {
    const row = { expected: '{"a":"X"}', predicted: 'so: {"a":"x"}' };
    expect(answerFields(row)!.fields[0]!.right).toBe(false);
    expect(answerFields(row, loose)!.fields[0]!.right).toBe(true);
    expect(answerFields(row, strict)).toMatchObject({ readable: false, wrong: 1 });
  });

  it('are those of the nearest of several right answers', () => {
    const references = ['{"a":1,"b":1}', '{"a":2,"b":2}'];
    const { fields } = answerFields({ expected: references[0]!, references, predicted: '{"a":2,"b":2}' })!;
    expect(fields.map(({ expected }) => expected)).toEqual(['2', '2']);
  });

  it('say where no JSON can be read, and are none where no JSON is expected', () => {
    const cut = answerFields({ expected: '{"a":1}', predicted: '{"a":' })!;
    expect(cut).toMatchObject({ readable: false, wrong: 1, fields: [{ field: 'a', expected: '1', answered: null }] });
    expect(answerFields({ expected: 'good', predicted: '{"a":1}' })).toBeUndefined();
  });

  it('are cut where a model wrote without end, and counted', () => {
    const long = JSON.stringify(
      Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, 'x'.repeat(9000)])),
    );
    const fields = answerFields({ expected: '{"a":1}', predicted: long })!;
    expect(fields.fields.length + fields.more).toBe(5001);
    expect(fields.wrong).toBe(5001);
    expect(JSON.stringify(fields).length).toBeLessThan(500_000);
    const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(isAnswerFields(answerFields({ expected: '{"a":1}', predicted: deep }))).toBe(true);
  });

  it('of any answer are as many wrong as the metric counts', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), json, (expected, predicted) => {
        const row = { expected: JSON.stringify(expected), predicted: JSON.stringify(predicted) };
        const fields = answerFields(row)!;
        const counted = fieldScores([row])!;
        expect(isAnswerFields(fields)).toBe(true);
        expect(fields.fields.length - fields.wrong).toBe(counted.reduce((sum, { equal }) => sum + equal, 0));
        expect(fieldResults([counted]).map(({ field }) => field)).toEqual(fields.fields.map(({ field }) => field));
      }),
    );
  });

  it('keep every value as JSON, whatever brackets and line ends its texts have', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify({ a: [value] });
        const [field] = answerFields({ expected: text, predicted: text })!.fields;
        if (field!.expected!.endsWith('…')) return;
        expect(JSON.parse(field!.expected!)).toEqual([JSON.parse(JSON.stringify(value))]);
      }),
    );
  });

  it('have paths that no two fields share', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('', 'a', 'a.b', '"', '~1', '/'), fc.jsonValue()), (value) => {
        const paths = [...jsonFields(value).keys()].map(pathOf);
        expect(new Set(paths).size).toBe(paths.length);
      }),
    );
  });
});
