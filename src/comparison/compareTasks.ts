import { templateFamily } from '../template/read/templateName';
import { analyseStudies } from './analysis/analyseStudies';
import { trains } from '../runs/record/words/recordWords';
import type { AnsweredRun } from './analysis/answeredStudy';
import { chooseBaseline } from './study/baseline';
import { compareStudies } from './compareStudies';
import { studiesOf, type Study } from './study/studies';
import type { AnsweredStudy } from './analysis/answeredStudy';
import { familyNames } from './study/studyNames';
import type { TaskComparison } from './taskComparison';

/**
 * Compares runs task by task: a task is a template with its variants.
 * @param runs in any order
 * @param baselineRun id of a run of the study that the others of its task are measured against; left out, one is chosen
 */
export function compareTasks(runs: readonly AnsweredRun[], baselineRun?: string): readonly TaskComparison[] {
  const answers = new Map(runs.map((run) => [run.record, run]));
  const studies = studiesOf(runs.map(({ record }) => record));
  const families = [...new Set(studies.map(familyOf))];
  const names = familyNames(families);
  return families.map((family, i) => {
    const ofFamily = studies.filter((study) => familyOf(study) === family);
    const wanted = ofFamily.find(({ runs: seeds }) => seeds.some(({ id }) => id === baselineRun));
    const baseline = chooseBaseline(ofFamily, wanted?.key);
    const analysis = analyseStudies(
      ofFamily.map((study) => answeredStudy(study, answers)),
      baseline,
    );
    return compareStudies(ofFamily, { name: names[i]!, baseline, analysis });
  });
}

function familyOf({ runs: [{ template }] }: Study): string {
  return templateFamily(template.path);
}

function answeredStudy({ key, runs }: Study, answers: ReadonlyMap<Study['runs'][0], AnsweredRun>): AnsweredStudy {
  const answered = runs.map((record) => answers.get(record)!);
  const measured = answered.find(({ record }) => record.result);
  return { key, runs: answered, adapterBytes: !trains(runs[0].method) ? 0 : (measured?.adapterBytes ?? 0) };
}
