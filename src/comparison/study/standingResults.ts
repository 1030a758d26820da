import * as l10n from '@vscode/l10n';
import type { EvaluationResult, RunRecord } from '../../runs/record/record';
import { isMeasured, recordedResults } from './recordedResults';
import { newestRun, studiesOf, type Study } from './studies';
import type { StudyResults } from './studyResults';

/** What stands for a method on a template: the mean over the seeds of its newest study that has results. */
export interface StandingResult {
  readonly study: Study;
  readonly results: StudyResults;
  /** The newest of the runs that the mean is over, and its own result. */
  readonly run: RunRecord;
  readonly result: EvaluationResult;
}

/**
 * Of each method the result that stands for it, newest first: the one rule for every place that has room for one
 * number of a method; answers from elsewhere are told apart by their names. Only what the records tell, as in
 * `recordedResults`.
 * @param runs those of one template, in any order
 */
export function standingResults(runs: readonly RunRecord[]): readonly StandingResult[] {
  const standing = new Map<string, StandingResult>();
  for (const one of studyResults(runs)) {
    const key = `${one.run.method} ${one.run.given?.name ?? ''}`;
    if (!standing.has(key)) standing.set(key, one);
  }
  return [...standing.values()];
}

/** The studies among some runs that have results, the one with the newest run first. */
export function studyResults(runs: readonly RunRecord[]): readonly StandingResult[] {
  return studiesOf(runs.filter(isMeasured))
    .flatMap((study): readonly StandingResult[] => {
      const results = recordedResults(study);
      if (!results) return [];
      const run = newestRun({ runs: study.runs.filter(({ id }) => results.runs.includes(id)) });
      return [{ study, results, run, result: run.result! }];
    })
    .sort((a, b) => b.run.created.localeCompare(a.run.created) || b.run.id.localeCompare(a.run.id));
}

/** `mean of 3 seeds`; empty where there is one. */
export function seedsText({ seeds }: Pick<StudyResults, 'seeds'>): string {
  return seeds.length > 1 ? l10n.t`mean of ${seeds.length} seeds` : '';
}
