import { analyseStudies } from '../../../src/comparison/analysis/analyseStudies';
import { chooseBaseline } from '../../../src/comparison/study/baseline';
import { compareStudies } from '../../../src/comparison/compareStudies';
import type { Study } from '../../../src/comparison/study/studies';
import type { AnsweredStudy } from '../../../src/comparison/analysis/answeredStudy';
import type { TaskComparison } from '../../../src/comparison/taskComparison';

/** Studies with their answers, compared as a task. @param wanted key of the baseline */
export function comparedStudies(answered: readonly AnsweredStudy[], wanted?: string | null): TaskComparison {
  const studies = answered.map(({ key, runs }): Study => ({
    key,
    runs: runs.map(({ record }) => record) as unknown as Study['runs'],
  }));
  const baseline = chooseBaseline(studies, wanted);
  return compareStudies(studies, { name: 'task', baseline, analysis: analyseStudies(answered, baseline) });
}
