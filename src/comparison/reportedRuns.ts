import type { RunRecord } from '../runs/record/record';
import { templateFamily } from '../template/read/templateName';
import { currentStudies, studiesOf } from './study/studies';

/**
 * The runs that a report on a family of templates is about: those with results of the studies that the panel shows,
 * which leaves out studies that a newer one has replaced.
 * @param wanted a run that is not to be missed: where its study has been replaced, all studies are reported
 */
export function reportedRuns(runs: readonly RunRecord[], family: string, wanted?: RunRecord): readonly RunRecord[] {
  const all = studiesOf(runs.filter(({ template }) => templateFamily(template.path) === family));
  const current = currentStudies(all);
  const isMissed = wanted !== undefined && !current.some((study) => study.runs.includes(wanted));
  return (isMissed ? all : current).flatMap((study) => study.runs).filter(({ result }) => result);
}
