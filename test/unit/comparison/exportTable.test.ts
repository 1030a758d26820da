import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnsweredRun } from '../../../src/comparison/analysis/answeredStudy';
import { compareTasks } from '../../../src/comparison/compareTasks';
import { comparisonJson } from '../../../src/comparison/exportJson';
import { comparisonCsv, comparisonMarkdown } from '../../../src/comparison/exportTable';
import { chosenBaseline, exportReport, writeComparison } from '../../../src/comparison/report/writeReport';
import { studiesOf } from '../../../src/comparison/study/studies';
import { formatComparison } from '../../../src/comparison/text/formatComparison';
import { writePredictions } from '../../../src/runs/store/files/predictionsFile';
import type { RunRecord } from '../../../src/runs/record/record';
import { createRun } from '../../../src/runs/store/runFolder';
import { repeatCommand } from '../../../src/comparison/report/repeatCommand';
import { predictions, record, result, temporaryFolder } from '../../support/comparison/comparisons';

function run(id: string, marks: string, fields: Partial<RunRecord> & { seed?: number } = {}): AnsweredRun {
  const made = record(id, { status: 'done', result: result('soft', 0.5, id) });
  const { seed = 1, ...rest } = fields;
  return {
    predictions: predictions(marks),
    metrics: [],
    adapterBytes: 12_000,
    record: { ...made, settings: { ...made.settings, seed }, ...rest },
  };
}

const hard = run('h', '1000', { method: 'hard', result: result('hard', 0.25, 'h') });

describe('runs that exist', () => {
  it('are one study where they differ in nothing but the seed; of a seed run twice the newest counts', () => {
    const old = run('a', '0000', { created: '2026-01-01T00:00:00.000Z' });
    const runs = [run('c', '1111', { seed: 2 }), old, run('b', '1110'), hard];
    const studies = studiesOf(runs.map(({ record: each }) => each));
    expect(studies.map(({ runs: seeds }) => [seeds[0].method, seeds.map(({ id }) => id)])).toEqual([
      ['hard', ['h']],
      ['soft', ['b', 'c']],
    ]);
  });

  it('are told apart by the settings in which they differ, or by the names they were given', () => {
    const { settings } = record('x');
    const longer = run('b', '1110');
    const names = (...runs: readonly AnsweredRun[]) => compareTasks(runs)[0]!.studies.map(({ name }) => name);
    expect(
      names(run('a', '1100'), { ...longer, record: { ...longer.record, settings: { ...settings, steps: 400 } } }),
    ).toEqual(['soft (steps 100)', 'soft (steps 400)']);
    expect(names(hard, run('a', '1100', { name: 'mine' }))).toEqual(['hard', 'mine']);
  });

  it('belong to one task with the variants of their template', () => {
    const variant = run('v', '1111', { template: { path: '/work/tickets.short.prompt', text: 'x', sha256: 'cc' } });
    expect(
      compareTasks([hard, variant]).map(({ name, studies }) => [name, studies.map((study) => study.name)]),
    ).toEqual([['tickets', ['hard · tickets', 'soft · tickets.short']]]);
  });
});

describe('tables for other programs', () => {
  const tasks = compareTasks([hard, run('a', '1110', { name: '=cmd, "quoted"\nline' })]);

  it('are CSV that a reader reads back, with nothing that a spreadsheet would run', () => {
    const [, soft] = parse(comparisonCsv(tasks), { columns: true }) as readonly Readonly<Record<string, string>>[];
    expect(soft).toMatchObject({
      task: 'tickets',
      baseline: '0',
      study: '\'=cmd, "quoted"\nline',
      accuracy: '0.75',
      difference: '0.5',
      verdict: 'unsaid',
      adapterBytes: '12000',
    });
  });

  it('are CSV whatever a study is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const rows = parse(comparisonCsv(compareTasks([run('a', '1110', { name })])), {
          columns: true,
        }) as readonly Readonly<Record<string, string>>[];
        expect(rows).toHaveLength(1);
        expect([name, `'${name}`]).toContain(rows[0]!.study);
      }),
      { numRuns: 50 },
    );
  });

  it('are JSON with the whole analysis', () => {
    expect(JSON.parse(comparisonJson(tasks))).toMatchObject([
      { task: 'tickets', baseline: 'h', studies: [{ name: 'hard' }, { difference: { mean: 0.5 } }] },
    ]);
  });

  it('are Markdown with a line a study, its words and the note', () => {
    const lines = comparisonMarkdown(tasks).split('\n');
    expect(lines.filter((line) => line.startsWith('| '))).toHaveLength(4);
    expect(lines.find((line) => line.startsWith('| hard'))).toContain('| 0.250 |');
    expect(lines).toContain('- Nothing measured was left out.');
  });
});

describe('fields of answers that are JSON', () => {
  const answer = (predicted: string): AnsweredRun['predictions'][number] => ({
    ...{ row: 0, input: 'x', expected: '{"city":"Rome","net":{"eur":3}}', predicted },
  });
  const made = (id: string, predicted: string): AnsweredRun => ({ ...run(id, ''), predictions: [answer(predicted)] });
  const tasks = compareTasks([
    { ...made('h', '{"city":"Rome"}'), record: hard.record },
    { ...made('a', '{"city":"Rome","net":{"eur":3},"note":1}') },
  ]);

  it('are columns of CSV for each field that any answer or row has', () => {
    const [first, second] = parse<Record<string, string>>(comparisonCsv(tasks), { columns: true });
    const of = (line: Record<string, string> | undefined, field: string) =>
      ['precision', 'recall', 'f1', 'right', 'answered', 'expected'].map((part) => line?.[`fields.${field}.${part}`]);
    expect(of(first, 'city')).toEqual(['1', '1', '1', '1', '1', '1']);
    expect(of(first, 'net.eur')).toEqual(['', '0', '0', '0', '0', '1']);
    expect(of(first, 'note')).toEqual(['', '', '', '', '', '']);
    expect(of(second, 'net.eur')).toEqual(['1', '1', '1', '1', '1', '1']);
    expect(of(second, 'note')).toEqual(['0', '', '0', '0', '1', '0']);
  });

  it('are a table of Markdown for each study', () => {
    const lines = comparisonMarkdown(tasks).split('\n');
    expect(lines).toContain('#### Fields, soft');
    expect(lines).toContain('| net.eur | 1.000 | 1.000 | 1.000 | 1 | 1 | 1 |');
    expect(comparisonMarkdown(compareTasks([hard]))).not.toContain('Fields');
  });
});

describe('a report on runs that exist', () => {
  async function write(folder: string, { record: made, predictions: lines }: AnsweredRun): Promise<string> {
    const run = await createRun(folder, made);
    await writePredictions(run, lines);
    return run;
  }

  it('is one file, with the size of each adapter as it lies in its folder', async () => {
    const folder = await temporaryFolder();
    const runs = [await write(folder, hard), await write(folder, run('a', '1110'))];
    await mkdir(join(runs[1]!, 'adapter'));
    await writeFile(join(runs[1]!, 'adapter', 'adapter_model.safetensors'), new Uint8Array(34_567));
    const file = await exportReport(runs, join(folder, 'out.html'));
    expect(await readFile(file, 'utf8')).toContain('<td>35 kB</td>');
    expect(await writeComparison(runs, { format: 'markdown' })).toMatchObject({
      text: expect.stringContaining('35 kB') as string,
    });
  });

  it('takes as its baseline only a run that it compares, named by its id or its path', async () => {
    const folder = await temporaryFolder();
    const [first, second, other] = [
      await write(folder, hard),
      await write(folder, run('soft-a', '1110')),
      await write(folder, run('soft-b', '1000')),
    ];
    expect(await chosenBaseline(folder, 'soft-a', [first, second])).toBe('soft-a');
    expect(await chosenBaseline(folder, second, [first, second])).toBe('soft-a');
    await expect(chosenBaseline(folder, other, [first, second])).rejects.toMatchObject({ code: 'baseline-missing' });
  });

  it('is refused where no run has results', async () => {
    const folder = await temporaryFolder();
    await expect(
      exportReport([await createRun(folder, record('x', { status: 'failed' }))], join(folder, 'out.html')),
    ).rejects.toMatchObject({ code: 'nothing-to-compare' });
  });
});

describe('the command that repeats a run', () => {
  const template = {
    path: '/work/my tickets.prompt',
    text: '---\noutput:\n  schema:\n    label(enum): [a, b]\ntune.steps: 100\n---\n{{text}} {{label}}',
    sha256: 'aa',
  };

  it('says the settings that neither the template nor the defaults give', () => {
    const command = repeatCommand(
      record('a', {
        template,
        settings: { ...record('a').settings, seed: 3, init: { kind: 'text', words: "it's so" } },
      }),
    );
    expect(command).toMatch(/^prompt-tuner train 'my tickets\.prompt' --method soft /);
    expect(command).toContain('--set tune.seed=3');
    expect(command).toContain("--set 'tune.init={ text: \"it'\\''s so\" }'");
    expect(command).not.toContain('tune.steps');
  });

  it('of a hard prompt is an evaluation', () => {
    expect(repeatCommand(record('a', { template, method: 'hard' }))).toBe(
      "prompt-tuner evaluate 'my tickets.prompt' --method hard",
    );
  });
});

describe('the table on a narrow terminal', () => {
  it('goes without columns that do not fit, and names them', () => {
    const tasks = compareTasks([hard, run('a', '1110')]);
    const narrow = formatComparison(tasks, { width: 80 }).split('\n');
    expect(narrow.slice(1, 5).every((line) => line.length <= 80)).toBe(true);
    expect(narrow[5]).toMatch(/^Left out for want of width: .*memory/);
    expect(formatComparison(tasks)).not.toContain('Left out');
  });
});
