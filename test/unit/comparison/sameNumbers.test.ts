import { describe, expect, it } from 'vitest';
import { analyseComparison } from '../../../src/comparison/analyseComparison';
import type { PairedDifference } from '../../../src/comparison/studyAnalysis';
import { compareEntries } from '../../../src/comparison/comparisonRows';
import { writeComparison } from '../../../src/comparison/report/writeReport';
import { groupTrials } from '../../../src/comparison/studies';
import { writePredictions } from '../../../src/runs/store/predictionsFile';
import { readTrial } from '../../../src/comparison/readTrial';
import type { RunRecord } from '../../../src/runs/store/record';
import { createRun } from '../../../src/runs/store/runFolder';
import { compareRuns, subjectOf } from '../../../src/views/comparison/model';
import { predictionsOf, sketchRun } from '../../support/comparison';
import { temporaryFolder } from '../../support/comparisons';

const rows = 90;
/** A template and two variants with hard prompts of their own, one of which is named before the template itself in every alphabet. */
const sketches = [
  { id: 'hard-01', method: 'hard', accuracy: 0.45 },
  { id: 'soft-02', method: 'soft', accuracy: 0.6 },
  { id: 'soft-03', method: 'soft', seed: 2, accuracy: 0.65 },
  { id: 'soft-04', method: 'soft', seed: 3, accuracy: 0.62 },
  { id: 'hard-05', method: 'hard', template: 'triage.also', accuracy: 0.6 },
  { id: 'v2-06', method: 'v2', template: 'triage.also', accuracy: 0.75 },
  { id: 'hard-07', method: 'hard', template: 'triage.short', accuracy: 0.35 },
] as const;

type Numbers = Pick<PairedDifference, 'mean' | 'low' | 'high' | 'p' | 'verdict'>;
type Told = Readonly<Record<string, Numbers | null>>;

async function writeRuns(): Promise<readonly { readonly folder: string; readonly record: RunRecord }[]> {
  const runsFolder = await temporaryFolder();
  const runs = [];
  for (const sketch of sketches) {
    const record = sketchRun({ ...sketch, rows });
    const folder = await createRun(runsFolder, record);
    await writePredictions(
      folder,
      predictionsOf(('seed' in sketch ? sketch.seed : 1) + sketch.id.length, sketch.accuracy, rows),
    );
    runs.push({ folder, record });
  }
  return runs;
}

const numbers = ({ mean, low, high, p, verdict }: Numbers): Numbers => ({ mean, low, high, p, verdict });

describe('one comparison', () => {
  it('says the same numbers in the terminal, in the report and in the panel, in whatever order the runs are named', async () => {
    const runs = await writeRuns();
    const trials = await Promise.all([...runs].reverse().map(({ folder }) => readTrial(folder)));

    const terminal: Told = Object.fromEntries(
      [...compareEntries([...groupTrials(trials)].reverse())].map(({ runs: [run], gain }) => [
        run!,
        gain ? numbers({ ...gain, low: gain.interval[0], high: gain.interval[1] }) : null,
      ]),
    );

    const [task] = JSON.parse(
      (
        await writeComparison(
          runs.map(({ folder }) => folder),
          { format: 'json' },
        )
      ).text,
    ) as [{ studies: readonly { runs: readonly string[]; difference: Numbers | null }[] }];
    const report: Told = Object.fromEntries(
      task.studies.map(({ runs: [run], difference }) => [run!, difference && numbers(difference)]),
    );

    const shown = compareRuns(
      [...runs].reverse().map(({ record }) => record),
      { family: null, older: false, baseline: null },
    );
    const { studies } = await analyseComparison(
      subjectOf(shown, (run) => runs.find(({ record }) => record.id === run)?.folder),
    );
    const panel: Told = Object.fromEntries(
      studies.map(({ key, difference }) => [
        shown.state.studies.find((study) => study.key === key)!.runs[0]!.run,
        difference && numbers(difference),
      ]),
    );

    expect(Object.keys(panel)).toHaveLength(5);
    expect(panel['hard-01']).toBeNull();
    expect(Object.values(panel).filter((difference) => difference === null)).toHaveLength(1);
    expect(terminal).toEqual(panel);
    expect(report).toEqual(panel);
  });

  it('is reported against the baseline that was chosen in the panel', async () => {
    const runs = await writeRuns();
    const { text } = await writeComparison(
      runs.map(({ folder }) => folder),
      { format: 'json', baseline: 'hard-05' },
    );
    const [task] = JSON.parse(text) as [
      { baseline: string; studies: readonly { runs: readonly string[]; difference: Numbers | null }[] },
    ];
    expect(task.baseline).toBe('hard-05');
    const shown = compareRuns(runs.map(({ record }) => record).reverse(), {
      family: null,
      older: false,
      baseline: null,
    });
    const wanted = shown.state.studies.find(({ runs: [run] }) => run!.run === 'hard-05')!.key;
    const chosen = compareRuns(runs.map(({ record }) => record).reverse(), {
      family: null,
      older: false,
      baseline: wanted,
    });
    const { studies } = await analyseComparison(
      subjectOf(chosen, (run) => runs.find(({ record }) => record.id === run)?.folder),
    );
    for (const { key, difference } of studies) {
      const { run } = chosen.state.studies.find((study) => study.key === key)!.runs[0]!;
      const reported = task.studies.find(({ runs: [first] }) => first === run)!.difference;
      expect(reported && numbers(reported), run).toEqual(difference && numbers(difference));
    }
  });
});
