import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportAnswers, type ExportedStudy } from '../../../../src/comparison/rows/exportAnswers';
import type { PredictionLine } from '../../../../src/runs/store/files/predictionLine';
import { record, result } from '../../../support/runs/records';

const judged: PredictionLine = {
  ...{ row: 1, input: 'x, "y"', expected: 'a', predicted: 'b\nc', references: ['a', 'A'], truncated: true },
  scores: { f1: 0.25, polite: null },
  reasons: { polite: 'It took longer than 1 s.' },
};
const labelled: PredictionLine = {
  ...{ row: 0, input: 'z', expected: ' yes', predicted: 'yes', probabilities: { yes: 0.75, no: 0.25 } },
};

const study = (name: string, ...runs: readonly (readonly PredictionLine[])[]): ExportedStudy => ({
  name,
  runs: runs.map((predictions, i) => {
    const made = record(`${name}-${i}`, { status: 'done', result: result('soft', 0.5, name) });
    return { predictions, record: { ...made, settings: { ...made.settings, seed: i + 1 } } };
  }),
});

const csvOf = (...studies: readonly ExportedStudy[]) =>
  parse<Record<string, string>>(exportAnswers(studies, 'csv'), { columns: true });

describe('the export of answers', () => {
  it('has a line for each row, study and seed, with every metric, reason and probability', () => {
    const lines = csvOf(study('b', [judged], [{ ...judged, truncated: undefined }]), study('a', [labelled]));
    expect(lines.map(({ row, study: name, seed }) => [row, name, seed])).toEqual([
      ['1', 'a', '1'],
      ['2', 'b', '1'],
      ['2', 'b', '2'],
    ]);
    expect(lines[1]).toMatchObject({
      ...{ input: 'x, "y"', answer: 'b\nc', references: '["a","A"]', truncated: '1', run: 'b-0', template: 'tickets' },
      ...{ 'score.f1': '0.25', 'score.polite': '', 'reason.polite': 'It took longer than 1 s.' },
    });
    expect(lines[2]!.truncated).toBe('0');
    // Labels that no metric judged are right or wrong, whatever white space the template writes around them.
    expect(lines[0]).toMatchObject({ 'score.accuracy': '1', 'probability.yes': '0.75', 'probability.no': '0.25' });
  });

  it('is the same in JSON, where rows count from 0', () => {
    const answers = JSON.parse(exportAnswers([study('b', [judged])], 'json')) as unknown;
    expect(answers).toEqual([{ study: 'b', template: 'tickets', run: 'b-0', seed: 1, ...judged }]);
  });

  it('has the rows that are asked for alone, and none of a run without a result', () => {
    const { runs, name } = study('b', [judged, labelled]);
    expect(JSON.parse(exportAnswers([{ name, runs }], 'json', new Set([0])))).toHaveLength(1);
    const unmeasured = runs.map((run) => ({ ...run, record: { ...run.record, result: undefined } }));
    expect(exportAnswers([{ name, runs: unmeasured }], 'csv')).toMatch(/^row,study,[^\n]*\r\n$/);
  });

  it('is CSV that a reader reads back, whatever models and metrics are called or write', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.double({ noNaN: true })), fc.string(), (scores, predicted) => {
        const [line] = csvOf(study('s', [{ ...judged, predicted, scores, reasons: undefined }]));
        const safe = /^[=+\-@\t\r]/.test(predicted) ? `'${predicted}` : predicted;
        expect(line!.answer).toBe(safe);
        for (const [name, score] of Object.entries(scores)) expect(Number(line![`score.${name}`]) === score).toBe(true);
      }),
    );
  });
});
