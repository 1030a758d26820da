import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAnsweredRun } from '../../../src/comparison/analysis/readAnsweredRun';
import { compareTasks } from '../../../src/comparison/compareTasks';
import { comparisonRows } from '../../../src/comparison/comparisonRows';
import { writeComparison, type ComparisonFormat } from '../../../src/comparison/report/writeReport';
import { reportedRuns } from '../../../src/comparison/reportedRuns';
import type { TaskComparison } from '../../../src/comparison/taskComparison';
import type { RunRecord } from '../../../src/runs/record/record';
import type { ComparisonChoice } from '../../../src/views/comparison/contract';
import { showComparison } from '../../../src/views/comparison/model';
import { writeComparedRuns, type RunOnDisk } from '../../support/comparison/comparisonRuns';
import {
  csvSurface,
  htmlSurface,
  jsonSurface,
  markdownSurface,
  panelSurface,
  rowsSurface,
  terminalSurface,
  type ShownStudy,
  type Surface,
} from '../../support/comparison/comparisonSurfaces';

const panelChoice: ComparisonChoice = { family: '/work/triage/triage', older: false, baseline: null };

/** What the panel shows of the runs, as runs in their folders. */
function shownRuns(runs: readonly RunOnDisk[], choice = panelChoice): readonly RunOnDisk[] {
  const newestFirst = runs.map(({ record }) => record).sort((a, b) => b.created.localeCompare(a.created));
  const ids = showComparison(newestFirst, choice).state.studies.flatMap((study) => study.runs.map(({ run }) => run));
  return runs.filter(({ record }) => ids.includes(record.id));
}

interface Surfaces {
  readonly task: TaskComparison;
  readonly panel: Surface;
  readonly others: Readonly<Record<string, Surface>>;
}

/** The same runs on all surfaces. @param baseline a run of the study that the others are measured against */
async function allSurfaces(runs: readonly RunOnDisk[], choice = panelChoice, baseline?: string): Promise<Surfaces> {
  const shown = shownRuns(runs, choice);
  const folders = shown.map(({ folder }) => folder);
  const written = async (format: ComparisonFormat['format']) =>
    (await writeComparison(folders, { format, ...(baseline !== undefined && { baseline }) })).text;
  const tasks = compareTasks(await Promise.all(folders.map(readAnsweredRun)), baseline);
  const [task] = tasks as readonly [TaskComparison];
  expect(tasks).toHaveLength(1);
  return {
    task,
    panel: await panelSurface(runs, choice),
    others: {
      terminal: terminalSurface(task),
      'compare --json': rowsSurface(comparisonRows(tasks), task),
      html: htmlSurface(await written('html')),
      csv: csvSurface(await written('csv')),
      json: jsonSurface(await written('json')),
      markdown: markdownSurface(await written('markdown')),
    },
  };
}

/** Every field that a surface has must be that of the panel; all surfaces together must have them all. */
function expectAgreement({ panel, others }: Surfaces): void {
  for (const [name, surface] of Object.entries(others)) {
    expect(
      surface.studies.map((study) => study.name),
      `order and names in ${name}`,
    ).toEqual(panel.studies.map((study) => study.name));
    for (const [i, study] of surface.studies.entries())
      expect(study, `${study.name} in ${name}`).toEqual(fieldsOf(panel.studies[i]!, Object.keys(study)));
    for (const field of ['baseline', 'notes', 'settings', 'majorities'] as const)
      if (surface[field] !== undefined) expect(surface[field], `${field} in ${name}`).toEqual(panel[field]);
  }
}

function fieldsOf(study: ShownStudy, names: readonly string[]): ShownStudy {
  return Object.fromEntries(Object.entries(study).filter(([name]) => names.includes(name))) as unknown as ShownStudy;
}

const wholeOrder = [
  'hard · triage',
  'soft · triage',
  'v1 · triage (steps 400)',
  'v1 · triage (steps 100)',
  'the best so far',
  'hard · triage.also',
  'soft · triage.also',
  'v1 · triage.also',
  'v2 · triage.also',
  'hard · triage.short',
];

describe('one comparison', () => {
  it('has the same studies in the same order, with the same names and numbers, on every surface', async () => {
    const surfaces = await allSurfaces(await writeComparedRuns());
    expect(surfaces.panel.studies.map(({ name }) => name)).toEqual(wholeOrder);
    expect(surfaces.panel.baseline).toBe('hard · triage');
    expectAgreement(surfaces);
  });

  it('says in every form what a person must know', async () => {
    const { task, panel, others } = await allSurfaces(await writeComparedRuns());
    expect(panel.notes).toEqual(
      expect.arrayContaining([
        'Runs measured on different rows do not compare: look at runs of one split and size.',
        'Left out, for want of results: v2 · triage.also (failed).',
        'v1 · triage.also: Not paired: its test data are not those of the baseline.',
        'soft · triage.also: seed 2 is left out: its answers are missing.',
        'hard · triage.short: its answers are missing.',
        'hard · triage.short: All label words together have a probability of 0.031 at the answer slot: the model ' +
          'would rather write "\\n" (0.410), " The" (0.200), " I" (0.110), "<|im_end|>" (0.050), " a" (0.040). ' +
          'Which of them is likeliest then says little of what the model would answer: begin its answer with text ' +
          'that leads to a label (of messages {{role "model"}} and the text before the slot), or give tune.labels ' +
          'words that it writes.',
        'hard · triage.short: Not paired: its answers are missing.',
      ]),
    );
    const sentences = task.studies.flatMap(({ notes }) => notes);
    expect(sentences).toEqual(
      expect.arrayContaining([
        'v1 · triage (steps 100) collapsed: nearly every row was called "billing"',
        'the best so far, seed 2: The loss of seed 2 is not a number.',
        'the best so far, seed 1 rewrote the instruction: Say what the message is about: money, a fault, ' +
          'the account or the post. Each is as likely as the others.',
        'soft · triage.also, seed 1 found no better instruction than the one written',
        'v2 · triage.also: There was not enough memory.',
      ]),
    );
    for (const name of ['terminal', 'json', 'markdown'])
      expect(others[name]!.studyNotes!.map(oneLine), name).toEqual(sentences.map(oneLine));
  });

  it('tells missing values from zeros everywhere', async () => {
    const { panel } = await allSurfaces(await writeComparedRuns());
    const study = (name: string) => panel.studies.find((each) => each.name === name)!;
    expect(study('v1 · triage (steps 400)')).toMatchObject({ timePerRow: '–', labelMass: '–', trained: '5,120' });
    expect(study('v2 · triage.also')).toMatchObject({ accuracy: '–', trained: '–', time: '–', memory: '–' });
    expect(study('hard · triage.short')).toMatchObject({ difference: '–', macroF1: expect.stringMatching(/^0\./) });
    expect(study('hard · triage')).toMatchObject({ difference: '–', verdict: 'The baseline.' });
  });

  it('leaves out a study that a newer one has replaced, unless it is asked for', async () => {
    const runs = await writeComparedRuns();
    const replaced = 'run-soft-05';
    expect(shownRuns(runs).map(({ record }) => record.id)).not.toContain(replaced);
    const records = runs.map(({ record }) => record);
    const reported = (wanted?: RunRecord) =>
      reportedRuns(records, panelChoice.family!, wanted)
        .map(({ id }) => id)
        .sort();
    const measured = shownRuns(runs).filter(({ record }) => record.result);
    expect(reported()).toEqual(measured.map(({ record }) => record.id).sort());
    expect(reported(records.find(({ id }) => id === replaced))).toEqual([...reported(), replaced].sort());
    const surfaces = await allSurfaces(runs, { ...panelChoice, older: true });
    expect(surfaces.panel.studies.slice(1, 3).map(({ name }) => name)).toEqual([
      'soft · triage (length 20)',
      'soft · triage (length 10)',
    ]);
    expectAgreement(surfaces);
  });

  it('measures against the study that was chosen, by whichever of its seeds it is named', async () => {
    const runs = await writeComparedRuns();
    const newestFirst = [...runs].reverse().map(({ record }) => record);
    const { studies } = showComparison(newestFirst, panelChoice).state;
    const baseline = studies.find((study) => study.name === 'soft · triage')!.key;
    const surfaces = await allSurfaces(runs, { ...panelChoice, baseline }, 'run-soft-12');
    expect(surfaces.panel.baseline).toBe('soft · triage');
    expectAgreement(surfaces);
  });

  it('does not depend on the order in which runs are named', async () => {
    const runs = await Promise.all((await writeComparedRuns()).map(({ folder }) => readAnsweredRun(folder)));
    expect(compareTasks([...runs].reverse())).toEqual(compareTasks(runs));
    expect(compareTasks(runs).map(({ name }) => name)).toEqual(['questions', 'triage']);
  });

  it('is written to a file as it is printed', async () => {
    const folders = shownRuns(await writeComparedRuns()).map(({ folder }) => folder);
    const to = join(dirname(folders[0]!), 'out.csv');
    const { text, file } = await writeComparison(folders, { format: 'csv', to });
    expect(await readFile(file!, 'utf8')).toBe(text);
  });
});

const oneLine = (text: string) => text.replace(/\s+/g, ' ');
