import { describe, expect, it } from 'vitest';
import { noAnswer } from '../../../../src/comparison/rows/rowChunk';
import { chunksOf } from '../../../../src/comparison/rows/rowChunks';
import { answersOf } from '../../../../webview/comparison/answers';
import { columnsOf, sorted } from '../../../../webview/comparison/columns';
import { linearScale, logScale } from '../../../../webview/plot/scale';
import { paretoFront } from '../../../../webview/plot/paretoFront';
import { firstLook, keptPage } from '../../../../webview/comparison/keptPage';
import { createRowSearch, type RowQuestion } from '../../../../webview/comparison/rows/rowSearch';
import { createRowStore, type RowStore } from '../../../../webview/comparison/rows/rowStore';
import { chunksOfSize, fullAnswers, fullComparison } from '../../../support/comparison/comparison';
import { resultOf } from '../../../support/runs/resultOf';

const line = (row: number, predicted: string, p = 0.9) => ({
  row,
  input: `input ${row}`,
  expected: 'yes',
  predicted,
  probabilities: { yes: predicted === 'yes' ? p : 1 - p, no: predicted === 'no' ? p : 1 - p },
});

/** The rows that are shown, without a pause. */
function search(store: RowStore, question: RowQuestion): readonly number[] {
  const { find, order } = createRowSearch(store);
  return [...resultOf(order(question, resultOf(find(question, 0))))];
}

describe('the table of answers', () => {
  it('shows of several seeds the answer of most, of equals that of the lowest seed, with its mean probability', () => {
    const [chunk] = chunksOf('t', {
      a: [[line(0, 'yes'), line(1, 'no')], [line(0, 'no'), line(1, 'no')], [line(0, 'no')]],
    });
    expect(Array.from(chunk!.predicted, (text) => chunk!.texts[text])).toEqual(['no', 'no']);
    expect(chunk!.probabilities[0]).toBeCloseTo((0.1 + 0.9 + 0.9) / 3, 5);
    const [tied] = chunksOf('t', { a: [[line(0, 'yes')], [line(0, 'no')]] });
    expect(tied!.texts[tied!.predicted[0]!]).toBe('yes');
  });

  it('keeps rows that only some studies have, in the order of the file', () => {
    const [chunk] = chunksOf('t', { a: [[line(2, 'yes'), line(0, 'yes')]], b: [[line(1, 'no')]] });
    expect([...chunk!.numbers]).toEqual([0, 1, 2]);
    expect(Array.from(chunk!.predicted, (text) => text === noAnswer)).toEqual([false, true, false, true, false, true]);
  });

  it('leaves out answers to another row of the same number, as of data that were changed', () => {
    const changed = { ...line(1, 'yes'), input: 'another input' };
    const relabelled = { ...line(0, 'no'), expected: 'no' };
    const [chunk] = chunksOf('t', {
      a: [[line(0, 'yes'), line(1, 'yes')]],
      b: [[relabelled, changed], [line(1, 'no')]],
    });
    const said = Array.from(chunk!.predicted, (text) => chunk!.texts[text]);
    expect(said).toEqual(['yes', 'yes', undefined, 'no']);
    expect(chunk!.inputs).toEqual(['input 0', 'input 1']);
  });

  it('comes out of its pieces as it went in', () => {
    const chunks = chunksOfSize('t', ['a', 'b'], 9001);
    expect(chunks.map(({ inputs }) => inputs.length)).toEqual([500, 4000, 4000, 501]);
    const store = createRowStore(chunks[0]!);
    store.add(chunks[2]!);
    expect(store.loaded).toBe(500);
    for (const chunk of chunks.slice(1)) store.add(chunk);
    expect([store.loaded, store.total]).toEqual([9001, 9001]);
    expect(store.row(9000)).toMatchObject({ number: 9000, input: chunks[3]!.inputs[500] });
    expect(store.row(9000).answers).toHaveLength(2);
  });

  it('sends a text with the chunk that first needs it', () => {
    const said = (row: number) => ({ row, input: 'x', expected: 'yes', predicted: `text ${row}` });
    const chunks = chunksOf('t', { a: [Array.from({ length: 600 }, (_, row) => said(row))] });
    expect(chunks.map(({ texts }) => [texts.length, texts.at(-1)])).toEqual([
      [501, 'text 499'],
      [100, 'text 599'],
    ]);
    const store = createRowStore(chunks[0]!);
    store.add(chunks[1]!);
    expect(store.row(599)).toMatchObject({ expected: 'yes', answers: [{ text: 'text 599', right: false }] });
  });
});

describe('finding rows', () => {
  const [chunk] = chunksOf('t', {
    base: [['no', 'yes', 'yes', 'no'].map((answer, row) => line(row, answer))],
    other: [['yes', 'no', 'yes', 'no'].map((answer, row) => line(row, answer))],
    third: [['no', 'yes', 'yes'].map((answer, row) => line(row, answer))],
  });
  const store = createRowStore(chunk!);
  const found = (question: Partial<RowQuestion>) =>
    search(store, { mode: 'all', study: 'any', baseline: 'base', filter: '', ...question });

  it('tells rows that differ, are wrong, were fixed or broken', () => {
    expect(found({})).toEqual([0, 1, 2, 3]);
    expect(found({ mode: 'different' })).toEqual([0, 1]);
    expect(found({ mode: 'wrong' })).toEqual([0, 1, 3]);
    expect(found({ mode: 'wrong', study: 'third' })).toEqual([0]);
    expect(found({ mode: 'fixed' })).toEqual([0]);
    expect(found({ mode: 'broken' })).toEqual([1]);
    expect(found({ mode: 'broken', study: 'third' })).toEqual([]);
    expect(found({ mode: 'fixed', baseline: null })).toEqual([]);
  });

  it('wants all words, in the input or in any answer, whatever their case', () => {
    expect(found({ filter: 'INPUT 2' })).toEqual([2]);
    expect(found({ filter: 'no 1' })).toEqual([1]);
    expect(found({ filter: 'maybe' })).toEqual([]);
  });
});

describe('rows with scores', () => {
  const f1 = { better: 'higher', binary: false } as const;
  const scored = (row: number, score: number | null) => ({ ...line(row, `text ${row}`), scores: { f1: score } });
  const column = (...scores: readonly (number | null)[]) => scores.map((score, row) => scored(row, score));
  const [chunk] = chunksOf(
    't',
    {
      base: [column(0.5, 0.5, 0.5, 0.5, null)],
      other: [column(0.6, 0.1, 1, 0.5, 1)],
      seeds: [column(0.4, 0.5, 0.5, 0.5, 1), column(0.2, 0.7, 0.5, 0.5, 1)],
    },
    'f1',
  );
  const store = createRowStore(chunk!);
  const found = (question: Partial<RowQuestion>) =>
    search(store, { mode: 'all', study: 'any', baseline: 'base', filter: '', metric: f1, ...question });

  it('are found where they are better or worse than the baseline, the largest difference first', () => {
    expect(found({ mode: 'fixed' })).toEqual([2, 0, 1]);
    expect(found({ mode: 'fixed', study: 'other' })).toEqual([2, 0]);
    expect(found({ mode: 'broken', study: 'other' })).toEqual([1]);
    expect(found({ mode: 'broken' })).toEqual([1, 0]);
    const edits = { better: 'lower', binary: false } as const;
    expect(found({ mode: 'fixed', study: 'other', metric: edits })).toEqual([1]);
    expect(found({ mode: 'fixed', metric: { better: 'neither', binary: false } })).toEqual([]);
  });

  it('have the mean of the seeds, and none where a metric could not judge', () => {
    expect(store.row(0).answers[2]!.score).toBeCloseTo(0.3);
    expect(store.row(4).answers[0]!.score).toBeNaN();
  });

  it('are right where a yes-or-no metric says so, whatever the expected text', () => {
    const [judged] = chunksOf('t', { a: [column(1, 0)] }, 'f1');
    const answers = createRowStore(judged!);
    expect([answers.row(0).answers[0]!.right, answers.row(1).answers[0]!.right]).toEqual([true, false]);
  });
});

describe('the columns of the summary', () => {
  const answers = (key: string) => answersOf({ answers: fullAnswers }, key);
  const letters = (column: string, down: boolean) =>
    sorted(fullComparison, { column, down }, answers)
      .map(({ badge }) => badge)
      .join('');

  it('sort by their numbers; studies without one go last either way', () => {
    expect(letters('score', true)).toBe('DBCAEF');
    expect(letters('score', false)).toBe('ACBDEF');
    expect(letters('difference', true).slice(0, 3)).toBe('DBC');
    expect(letters('gone', true)).toBe('ABCDEF');
  });

  it('read as people read them', () => {
    const soft = fullComparison.studies[1]!;
    const text = (key: string) =>
      columnsOf(fullComparison)
        .find((column) => column.key === key)!
        .text(soft, answers(soft.key));
    expect(text('difference')).toMatch(/^\+0\.\d{3} \[\+0\.\d{3}, \+0\.\d{3}\], p [=<] 0\.00\d$/);
    expect(text('seeds')).toMatch(/^3, ±0\.\d{3}$/);
    expect(text('latency')).toBe('9.4 ms');
    expect(text('size')).toBe('22 kB');
  });
});

describe('scales', () => {
  it('widen a range to round marks', () => {
    const scale = linearScale([0.312, 0.846], [0, 100]);
    expect(scale.marks.map(({ text }) => text)).toEqual(['0.3', '0.4', '0.5', '0.6', '0.7', '0.8', '0.9']);
    expect([scale(0.3), scale(0.9)].map((place) => place.toFixed(3).replace('-', ''))).toEqual(['0.000', '100.000']);
    expect(linearScale([0.5, 0.5], [0, 100])(0.5)).toBeCloseTo(50, 0);
    expect(linearScale([-0.2, 0.1], [0, 100]).marks.map(({ text }) => text)).toContain('0.00');
  });

  it('give zero a place of its own on a logarithmic axis', () => {
    const scale = logScale([0, 5120, 68352], [0, 100], String);
    expect(scale.marks.map(({ text }) => text)).toEqual(['0', '1000', '10000', '100000']);
    expect([scale(0), scale(1000), scale(100000)]).toEqual([0, 12, 100]);
  });
});

describe('the Pareto front', () => {
  it('holds what no other beats in both, cheapest first', () => {
    const points = [
      { cost: 10, gain: 0.9 },
      { cost: 0, gain: 0.3 },
      { cost: 5, gain: 0.2 },
      { cost: 10, gain: 0.8 },
      { cost: 7, gain: 0.9 },
    ];
    expect(paretoFront(points)).toEqual([points[1], points[4]]);
  });
});

describe('what the editor keeps of the page', () => {
  it('is taken as it was, and what another version wrote gives way', () => {
    const kept = { family: 'f', older: true, baseline: 'b', look: { ...firstLook, tab: 'rows' as const } };
    expect(keptPage(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    expect(keptPage({ ...kept, look: { tab: 'gone' } })).toEqual({ ...kept, look: firstLook });
    expect(keptPage(undefined)).toEqual({ family: null, older: false, baseline: null, look: firstLook });
  });
});
