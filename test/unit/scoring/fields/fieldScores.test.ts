import { describe, expect, it } from 'vitest';
import { fieldResults } from '../../../../src/scoring/fields/fieldResults';
import { fieldScores } from '../../../../src/scoring/fields/fieldScores';

const expected = '{"city":"Rome","buyer":{"name":"a"},"tags":["x","y"]}';

describe('the table of fields of JSON answers', () => {
  it('counts each field over all rows, lists as a whole', () => {
    const fields = fieldScores([
      { expected, predicted: '{"city":"Rome","buyer":{"name":"b"},"tags":["y","x"]}' },
      { expected, predicted: 'It is {"city":"Rome","extra":1}.' },
      { expected, predicted: 'no JSON' },
    ])!;
    const counts = fields.map(({ field, ...each }) => [field, each.equal, each.predicted, each.expected]);
    expect(counts).toEqual([
      ['/city', 2, 2, 3],
      ['/buyer/name', 0, 1, 3],
      ['/tags', 0, 1, 3],
      ['/extra', 0, 1, 0],
    ]);
    expect(fields[0]).toMatchObject({ precision: 1, recall: 2 / 3, f1: 0.8 });
  });

  it('takes of several right answers the nearest', () => {
    const references = ['{"a":1,"b":1}', '{"a":2,"b":2}'];
    const fields = fieldScores([{ expected: references[0]!, references, predicted: '{"a":2,"b":1,"c":3}' }])!;
    expect(fields.map(({ field, equal }) => [field, equal])).toEqual([
      ['/a', 0],
      ['/b', 1],
      ['/c', 0],
    ]);
    const [a] = fieldScores([{ expected: references[0]!, references, predicted: '{"a":2,"b":2}' }])!;
    expect(a!.f1).toBe(1);
  });

  it('compares as the metric says', () => {
    const rows = [{ expected: '{"a":"X"}', predicted: '{"a":" x","b":null}' }];
    const strict = [{ kind: 'json', name: 'json', reading: 'strict' }] as const;
    const loose = [{ kind: 'json', name: 'json', loose: true, ignoreNulls: true }] as const;
    expect(fieldScores(rows, strict)!.map(({ equal }) => equal)).toEqual([0, 0]);
    expect(fieldScores(rows, loose)!.map(({ field, equal }) => [field, equal])).toEqual([['/a', 1]]);
    expect(fieldScores([{ ...rows[0]!, predicted: 'so: {"a":"X"}' }], strict)![0]).toMatchObject({ predicted: 0 });
  });

  it.each([
    ['text', 'good'],
    ['a number', '3'],
    ['a list', '[1]'],
  ])('is none where what is expected is %s and no metric reads JSON', (_, text) => {
    expect(fieldScores([{ expected: text, predicted: text }])).toBeUndefined();
  });

  it('has the mean of the seeds, and no share of nothing', () => {
    const [good, bad] = [
      fieldScores([{ expected: '{"a":{"b":1}}', predicted: '{"a":{"b":1}}' }])!,
      fieldScores([{ expected: '{"a":{"b":1}}', predicted: '{"c":1}' }])!,
    ];
    expect(fieldResults([good, bad])).toEqual([
      { field: 'a.b', expected: 2, predicted: 1, equal: 1, precision: 1, recall: 0.5, f1: 0.5 },
      { field: 'c', expected: 0, predicted: 1, equal: 0, precision: 0, recall: null, f1: 0 },
    ]);
    expect(fieldResults([bad])[0]).toMatchObject({ field: 'a.b', precision: null, recall: 0, f1: 0 });
  });
});
