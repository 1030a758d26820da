import { describe, expect, it } from 'vitest';
import { comparisonCsv, comparisonMarkdown } from '../../../src/comparison/exportTable';
import { comparisonRows } from '../../../src/comparison/comparisonRows';
import { comparisonJson } from '../../../src/comparison/exportJson';
import { compareTasks } from '../../../src/comparison/compareTasks';
import { formatComparison } from '../../../src/comparison/text/formatComparison';
import { comparisonReport } from '../../../src/comparison/report/report';
import type { AnsweredRun } from '../../../src/comparison/analysis/answeredStudy';
import type { Provenance, Selection } from '../../../src/runs/record/provenance';
import type { EvaluationResult } from '../../../src/runs/record/record';
import type { Split } from '../../../src/runs/record/words/recordWords';
import type { Method } from '../../../src/template/settings/settings';
import { answersForPage, showComparison } from '../../../src/views/comparison/model';
import { analyseStudies } from '../../../src/comparison/analysis/analyseStudies';
import { record, result } from '../../support/runs/records';

const rows = 100;
const source = { path: '/work/test.jsonl', rows, sha256: 'dd' };
const chosenOnDev: Selection = {
  trainingRows: 200,
  learningRate: { by: 'dev', rows: 50 },
  step: { by: 'dev', rows: 50 },
};

interface Facts {
  readonly split?: Split;
  readonly shared?: Provenance['shared'];
  readonly selection?: Selection;
  readonly shortened?: number;
  /** A run of an earlier version, whose record says nothing of this. */
  readonly isOld?: boolean;
}

/** Three seeds of soft that are nearly always right, and a text alone that is not. */
function runs({ split = 'test', shared = { train: 0, dev: 0 }, ...facts }: Facts): readonly AnsweredRun[] {
  const run = (id: string, method: Method, seed: number): AnsweredRun => {
    const accuracy = method === 'hard' ? 0.5 : 0.9;
    const provenance: Provenance = {
      path: source.path,
      sha256: source.sha256,
      shared,
      selection: method === 'hard' ? null : (facts.selection ?? chosenOnDev),
      ...(facts.shortened && { shortened: facts.shortened }),
    };
    const measured: EvaluationResult = {
      ...result(method, accuracy, id),
      split,
      n: rows,
      ...(!facts.isOld && { provenance }),
    };
    const base = record(id, { method, status: 'done', result: measured, data: { [split]: source } });
    return {
      record: { ...base, settings: { ...base.settings, method, seed }, created: `2026-01-02T03:04:0${seed}.000Z` },
      predictions: Array.from({ length: rows }, (_, row) => {
        const isRight = (row + seed) % 10 < 10 * accuracy;
        return {
          row,
          input: `row ${row}`,
          expected: 'a',
          predicted: isRight ? 'a' : 'b',
          probabilities: { a: 0.6, b: 0.4 },
        };
      }),
      metrics: [],
      adapterBytes: method === 'hard' ? 0 : 100,
    };
  };
  return [run('hard', 'hard', 1), ...[1, 2, 3].map((seed) => run(`soft-${seed}`, 'soft', seed))];
}

/** What each of the forms says of the runs, as text. */
function forms(given: readonly AnsweredRun[]): Readonly<Record<string, string>> {
  const tasks = compareTasks(given);
  const shown = showComparison(
    given.map(({ record: each }) => each),
    { family: null, older: false, baseline: null },
  );
  const studies = shown.comparison.studies.map(({ key, runs: own }) => ({
    key,
    runs: given.filter(({ record: each }) => own.includes(each)),
    adapterBytes: 0,
  }));
  const analysis = { token: 't', studies: analyseStudies(studies, shown.comparison.baseline) };
  return {
    terminal: formatComparison(tasks),
    markdown: comparisonMarkdown(tasks),
    json: comparisonJson(tasks),
    csv: comparisonCsv(tasks),
    'compare --json': JSON.stringify(comparisonRows(tasks)),
    html: comparisonReport({ tasks, runs: given, created: new Date(0) }),
    panel: JSON.stringify([shown.state, answersForPage(shown, analysis)]),
  };
}

const [task] = [(facts: Facts) => compareTasks(runs(facts))[0]!];
const soft = (facts: Facts) => task(facts).studies.find(({ method }) => method === 'soft')!;

describe('where the numbers of a comparison come from', () => {
  it('gives a verdict on rows that nothing else has seen, and says that', () => {
    const { notes, warnings } = task({});
    expect(soft({}).difference!.verdict).toBe('better');
    expect(notes.slice(0, 3)).toEqual([
      'Measured on 100 rows of test.',
      'Of the 100 rows of test, none in train, none in dev too.',
      'soft: trained on 200 rows of train, learning rate chosen on 50 rows of dev, step chosen on 50 rows of dev.',
    ]);
    expect(warnings).toEqual([]);
  });

  it('says nothing of a dev that there is not', () => {
    const facts = {
      shared: { train: 0 },
      selection: { trainingRows: 200, learningRate: { by: 'train', rows: 80 } },
    } as const;
    const said = task(facts).notes.join(' ');
    expect(said).toContain('learning rate chosen on 80 rows of train, last step kept');
    expect(said).not.toMatch(/\bdev\b/);
  });

  it.each([
    ['the rows of train', { split: 'train', shared: { test: 3 } }],
    ['a test of the same rows as train', { shared: { train: rows, dev: rows } }],
    ['the rows of train by an earlier version', { split: 'train', isOld: true }],
  ] as const)('has neither interval nor verdict on %s, in any form', (_, facts) => {
    const study = soft(facts);
    expect(study.results).toMatchObject({ onTrainingRows: true, metrics: [{ interval: null }], macroF1Interval: null });
    expect(study.difference).toBeNull();
    expect(study.withoutDifference).toMatch(/measured on the rows of train/);
    const said = 'soft was measured on the rows of train';
    expect(task(facts).warnings.join(' ')).toContain(said);
    for (const [name, text] of Object.entries(forms(runs(facts)))) {
      expect([name, text.includes(said) || text.includes('no interval, no verdict')]).toEqual([name, true]);
      expect([name, /Better: the whole interval|was read once|Training saw only/.test(text)]).toEqual([name, false]);
    }
    expect(comparisonCsv([task(facts)])).not.toMatch(/better|worse/);
  });

  it('says how many rows are shared beside the number, in every form', () => {
    const facts = { shared: { train: 12, dev: 3 } };
    for (const [name, text] of Object.entries(forms(runs(facts))))
      expect([name, /12 of (them|the 100 rows).*in train too|"train":12/.test(text)]).toEqual([name, true]);
    const [heading, , line] = comparisonCsv([task(facts)]).split('\r\n');
    const cells = Object.fromEntries(heading!.split(',').map((name, i) => [name, line!.split(',')[i]]));
    expect(cells).toMatchObject({
      sharedWithTrain: '12',
      sharedWithDev: '3',
      learningRateBy: 'dev 50',
      stepBy: 'dev 50',
    });
  });

  it('gives no verdict that the shared rows may have made', () => {
    expect(soft({ shared: { train: 30 } }).difference!.verdict).toBe('better');
    expect(soft({ shared: { train: 50 } }).difference).toMatchObject({
      verdict: 'unsaid',
      sentence: 'No verdict: 50 of the 100 rows are in train too, and may make all of the difference.',
    });
  });

  it('warns of rows that chose what was kept', () => {
    expect(task({ split: 'dev', shared: { train: 0 } }).warnings).toEqual([
      'soft was measured on dev, which also chose what was kept: on other rows it does worse.',
    ]);
  });

  it('says that it does not know what earlier versions did not write down', () => {
    const { notes } = task({ isOld: true });
    expect(notes).toContain('Whether rows of test are in train or dev too is not known.');
    expect(notes).toContain('soft: how it was trained and chosen is not known.');
    expect(notes.join(' ')).not.toMatch(/Training saw|read once/);
  });

  it('warns where an earlier version, whose numbers have moved since, is set beside this one', () => {
    const [hard, ...others] = runs({});
    const byEarlier = (run: AnsweredRun): AnsweredRun => ({
      ...run,
      record: { ...run.record, versions: { promptTuner: '0.1.0', node: 'v20', onnxruntime: '1' } },
    });
    const mixed = [byEarlier(hard!), ...others];
    const said = 'hard was measured by an earlier version of Prompt Tuner, which computed some numbers otherwise';
    for (const [name, text] of Object.entries(forms(mixed))) expect([name, text.includes(said)]).toEqual([name, true]);
    const [first, ...newer] = others;
    const seeds = compareTasks([hard!, byEarlier(first!), ...newer]);
    // Numbers of two versions are not put together into one mean.
    expect(seeds[0]!.studies.map(({ method, runs: own }) => [method, own.length])).toEqual([
      ['hard', 1],
      ['soft', 2],
      ['soft', 1],
    ]);
  });

  it('says how many rows were shortened', () => {
    expect(task({ shortened: 7 }).notes).toContain('7 of 100 rows were shortened to fit (tune.truncate).');
  });
});
