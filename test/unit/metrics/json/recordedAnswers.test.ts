import { describe, expect, it } from 'vitest';
import { readJsonAnswer, rootsOf, type JsonReading } from '../../../../src/metrics/json/jsonAnswer';
import { fieldStatuses, fieldTable } from '../../../../src/metrics/json/jsonScores';
import type { Metric, Score } from '../../../../src/metrics/metric';
import type { MetricOptions } from '../../../../src/metrics/metricSetting';
import { openMetric } from '../../../../src/metrics/openMetric';
import { recordedAnswers, type JsonCase } from '../../../support/metrics/jsonAnswers';

const { schemas, cases, totals, table } = recordedAnswers;
const readings = ['strict', 'lenient'] as const;
const tolerance = 1e-9;

const schemaOf = ({ schema }: JsonCase): unknown => schemas[schema]!.schema;

const opened = new Map<string, Metric>();

function metricFor({ schema }: JsonCase, options: MetricOptions['json']): Metric {
  const key = `${schema} ${JSON.stringify(options)}`;
  const metric =
    opened.get(key) ?? openMetric({ kind: 'json', name: 'json', ...options }, { schema: schemas[schema]!.schema });
  opened.set(key, metric);
  return metric;
}

const scoreOf = (row: JsonCase, options: MetricOptions['json']): Score =>
  metricFor(row, options).score(row.text, [JSON.stringify(row.expected)]) as Score;

const foundIn = (row: JsonCase, reading: JsonReading) => readJsonAnswer(row.text, reading, rootsOf(schemaOf(row)));

/** Ways to count leaves, by their names in the record. */
const countings = {
  exact: {},
  loose: { loose: true },
  nullsLeftOut: { ignoreNulls: true },
} as const;

function expectNear(value: number, recorded: number): void {
  expect(Math.abs(value - recorded), `${value} where ${recorded} is recorded`).toBeLessThanOrEqual(tolerance);
}

describe('json, held to what was recorded of 190 answers', () => {
  it('has every case that was recorded', () => {
    expect([cases.length, totals.length, table.strict.length, table.lenient.length]).toEqual([190, 14, 7, 8]);
  });

  it.each(cases)('reads, validates and compares as recorded: $id', (row) => {
    for (const reading of readings) {
      const recorded = row[reading];
      for (const measure of ['parses', 'valid', 'equal'] as const)
        expect([reading, measure, scoreOf(row, { reading, measure }).value]).toEqual([
          reading,
          measure,
          recorded[measure] ? 1 : 0,
        ]);
      if (reading === 'lenient') expect(foundIn(row, reading)?.text).toBe(recorded.found ?? undefined);
      expect(Object.fromEntries(fieldStatuses(row.expected, foundIn(row, reading)))).toEqual(recorded.fields);
    }
  });

  it.each(cases)('counts leaves as recorded: $id', (row) => {
    for (const reading of readings) {
      const { leaves, ...recorded } = row[reading];
      for (const [name, options] of Object.entries(countings)) {
        const { value, counts } = scoreOf(row, { reading, ...options });
        expectNear(value, recorded[name as keyof typeof countings][2]);
        const known = name === 'nullsLeftOut';
        expect([reading, name, counts]).toEqual([
          reading,
          name,
          [
            known ? leaves.equalKnown : name === 'loose' ? leaves.equalLoosely : leaves.equal,
            known ? leaves.predictedKnown : leaves.predicted,
            known ? leaves.expectedKnown : leaves.expected,
          ],
        ]);
      }
    }
  });

  it.each(totals)('has for a split the shares and the F1 over all its leaves: $kind', (total) => {
    const rows = cases.filter(({ kind }) => total.kind === 'all' || kind === total.kind);
    expect(rows).toHaveLength(total.n);
    for (const reading of readings) {
      const splitOf = (options: MetricOptions['json']): number => {
        const counts = rows.map((row) => scoreOf(row, { reading, ...options }).counts);
        return metricFor(rows[0]!, { reading, ...options }).value(
          counts.reduce((sums, each) => sums.map((sum, at) => sum + each[at]!)),
        );
      };
      for (const measure of ['parses', 'valid', 'equal'] as const)
        expectNear(splitOf({ measure }), total[reading][measure]);
      for (const [name, options] of Object.entries(countings))
        expectNear(splitOf(options), total[reading][name as keyof typeof countings][2]);
    }
  });

  it.each(readings)('has a table of the fields of a split: %s', (reading) => {
    const rows = cases.filter(({ kind }) => kind === 'table');
    const lines = fieldTable(rows.map((row) => fieldStatuses(row.expected, foundIn(row, reading))));
    expect(lines.map(({ field, expected, predicted, equal }) => ({ field, expected, predicted, equal }))).toEqual(
      table[reading].map(({ field, expected, predicted, equal }) => ({ field, expected, predicted, equal })),
    );
    lines.forEach(({ precision, recall, f1 }, at) =>
      [precision, recall, f1].forEach((value, index) => expectNear(value, table[reading][at]!.scores[index]!)),
    );
  });
});
