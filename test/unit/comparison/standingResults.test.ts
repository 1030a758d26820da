import { describe, expect, it } from 'vitest';
import { compareStudies } from '../../../src/comparison/compareStudies';
import { seedsText, standingResults } from '../../../src/comparison/study/standingResults';
import { currentStudies, studiesOf } from '../../../src/comparison/study/studies';
import type { RunRecord } from '../../../src/runs/record/record';
import { runPageState } from '../../../src/views/run/model';
import { runsTree } from '../../../src/views/sidebar/runsTreeModel';
import { endedText } from '../../../src/views/sidebar/statusText';
import { templatesTree } from '../../../src/views/sidebar/templatesTreeModel';
import { result, runRecord } from '../../support/pages/views';

const seedRun = (seed: number, accuracy: number, changes: Partial<RunRecord> = {}) =>
  runRecord(String(seed), {
    settings: { ...runRecord('1').settings, seed },
    result: { ...result, accuracy },
    ...changes,
  });
/** The last seed is the worst, the second the best; their mean is 0.7. */
const three = [seedRun(1, 0.7), seedRun(2, 0.9), seedRun(3, 0.5)];
const watched = three.map((record) => ({ folder: `/r/${record.id}`, record })).reverse();

describe('the number that stands for several seeds', () => {
  it('is their mean, and the same in lens, tree, page, panel and message', () => {
    const [standing] = standingResults(three);
    expect(standing!.results.metrics[0]!.value).toBeCloseTo(0.7);
    expect(seedsText(standing!.results)).toBe('mean of 3 seeds');
    const [panel] = compareStudies(currentStudies(studiesOf(three)), { name: 'triage' }).studies;
    expect(panel!.results!.metrics[0]!.value).toBe(standing!.results.metrics[0]!.value);
    const [template] = templatesTree(['/w/triage.prompt'], watched, '/w');
    expect([template!.description, template!.children.map((child) => child.description)]).toEqual([
      'soft 0.70',
      ['test acc 0.70 · mean of 3 seeds'],
    ]);
    expect(runsTree(watched, [])[0]).toMatchObject({ description: '3 runs · best 0.70' });
    expect(runPageState(watched[0]!, [], three).tiles).toContainEqual({
      name: 'Accuracy, mean of 3 seeds',
      value: '0.700 ±0.200',
    });
    expect(endedText(three)).toBe('3 runs finished. Best: triage, soft · test acc 0.70 · mean of 3 seeds.');
  });

  it('is that of the newest study of each method, which another text, partial or setting begins', () => {
    const other = (id: string, changes: Partial<RunRecord>) => seedRun(Number(id), 0.2, { id, ...changes });
    const { template, settings } = three[0]!;
    for (const changes of [
      { template: { ...template, text: 'y' } },
      { template: { ...template, partials: { tone: 'Be brief.' } } },
      { settings: { ...settings, steps: 7 } },
    ]) {
      const [standing] = standingResults([...three, other('4', changes)]);
      expect([standing!.results.metrics[0]!.value, standing!.results.seeds.length]).toEqual([0.2, 1]);
    }
  });

  it('is over the seeds that have a result', () => {
    const running = seedRun(4, 0, { status: 'running', result: undefined });
    expect(standingResults([...three, running])[0]!.results.seeds).toEqual([1, 2, 3]);
  });
});
