import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf } from '../../../../src/comparison/rows/rowChunks';
import { createRowSearch, type RowQuestion } from '../../../../webview/comparison/rows/rowSearch';
import { createRowStore } from '../../../../webview/comparison/rows/rowStore';
import { resultOf } from '../../../support/runs/resultOf';

const words = ['one', 'Two', 'THREE', 'four five', ''];
const answer = fc.record({
  predicted: fc.constantFrom(...words),
  score: fc.option(fc.constantFrom(0, 0.25, 0.5, 0.75, 1), { nil: null }),
});
const table = fc.record({
  rows: fc.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(...words), answer, answer, answer), {
    minLength: 1,
    maxLength: 900,
    size: 'max',
  }),
  from: fc.nat(900),
  question: fc.record({
    mode: fc.constantFrom('all', 'different', 'wrong', 'fixed', 'broken'),
    study: fc.constantFrom('any', 'a', 'b', 'c'),
    baseline: fc.constantFrom('a', 'b', null),
    metric: fc.constantFrom(
      null,
      { better: 'higher', binary: false } as const,
      { better: 'lower', binary: false } as const,
      { better: 'higher', binary: true } as const,
    ),
    filter: fc.constantFrom('', 'o', 'TWO', 'four e', 'nothing'),
  }),
});
type Table = typeof table extends fc.Arbitrary<infer T> ? T : never;

/** The rows of the table in a store of the page. */
function storeOf({ rows }: Table) {
  const studies = ['a', 'b', 'c'].map((key, study) => [
    key,
    [
      rows.map(([input, expected, ...answers], row) => ({
        row,
        input,
        expected,
        predicted: answers[study]!.predicted,
        scores: { f1: answers[study]!.score },
      })),
    ],
  ]);
  const [first, ...more] = chunksOf('t', Object.fromEntries(studies), 'f1');
  const store = createRowStore(first!);
  for (const chunk of more) store.add(chunk);
  return store;
}

/** How much better a row is than the baseline's by the study that differs most, as the page would say it of one row. */
function gain({ rows, question }: Table, row: number): number {
  const [, , ...answers] = rows[row]!;
  const sign = question.metric?.better === 'lower' ? -1 : 1;
  const keys = ['a', 'b', 'c'];
  const scoreOf = (key: string | null) => answers[keys.indexOf(key ?? '')]?.score ?? Number.NaN;
  const gains = keys
    .filter((key) => (question.study === 'any' ? key !== question.baseline : key === question.study))
    .map((key) => sign * (scoreOf(key) - scoreOf(question.baseline)))
    .filter((each) => !Number.isNaN(each));
  return question.mode === 'broken' ? Math.min(...gains) : Math.max(...gains);
}

describe('looking for rows piece by piece', () => {
  it('finds the same rows as looking at all of them at once, wherever it began', () => {
    fc.assert(
      fc.property(table, ({ rows, question, from, ...rest }) => {
        const store = storeOf({ rows, question, from, ...rest });
        const search = createRowSearch(store);
        const at = Math.min(from, rows.length);
        const whole = [...resultOf(search.find(question as RowQuestion, 0))];
        const end = [...resultOf(search.find(question as RowQuestion, at))];
        expect(end).toEqual(whole.filter((position) => position >= at));
      }),
    );
  });

  it('puts rows that are better or worse in the order of the difference, and equals in that of the file', () => {
    let several = 0;
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('fixed', 'broken'),
        fc.constantFrom('higher', 'lower'),
        (any, mode, better) => {
          const question = { ...any.question, mode, baseline: 'a', metric: { better, binary: false } } as const;
          const given = { ...any, question };
          const search = createRowSearch(storeOf(given));
          const found = resultOf(search.find(question as RowQuestion, 0));
          const shown = [...resultOf(search.order(question as RowQuestion, found))];
          const size = (row: number) => Math.abs(gain(given, row));
          expect(shown).toEqual([...found].sort((a, b) => size(b) - size(a) || a - b));
          if (shown.length > 2) several++;
        },
      ),
    );
    expect(several).toBeGreaterThan(10);
  });
});
