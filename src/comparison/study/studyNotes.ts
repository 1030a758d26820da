import type { RunRecord } from '../../runs/record/record';
import { describeRewriting } from './describeRewriting';
import { mostUrgentRun, seedName, type Study } from './studies';

/** What is said of a study below the table: a sentence each, in the order of its importance. */
export function studyNotes(name: string, study: Study, verdict: string | undefined): readonly string[] {
  const failure = failureOf(study);
  const ofRun = (run: RunRecord) => seedName(name, study, run);
  return [
    ...(failure ? [`${ofRun(failure)}: ${failure.error!.message}`] : []),
    ...(verdict === undefined ? [] : [`${name}: ${verdict}`]),
    ...study.runs.flatMap((run) => (run.rewritten ? [`${ofRun(run)} ${describeRewriting(run.rewritten)}`] : [])),
    ...study.runs.flatMap((run) =>
      run.collapsed === undefined ? [] : [`${ofRun(run)} collapsed: nearly every row was called "${run.collapsed}"`],
    ),
  ];
}

/** The run that failed; undefined where none did. */
export function failureOf({ runs }: Study): RunRecord | undefined {
  return [...runs].reverse().find(({ error, status }) => error && status !== 'done');
}

/** Why a study has no results, as a sentence. */
export function describeMissing(study: Study): string {
  return failureOf(study)?.error?.message ?? `The run is ${mostUrgentRun(study.runs).status}.`;
}
