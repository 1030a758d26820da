import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { isolated } from '../../words/isolateText';
import { clauses } from '../../words/listed';
import { stateWord } from '../../runs/record/words/recordWords';
import type { RunRecord } from '../../runs/record/record';
import { describeRewriting } from './describeRewriting';
import { mostUrgentRun, seedName, type Study } from './studies';
import type { StudyResults } from './studyResults';

/** What is said of a study below the table: a sentence each, in the order of its importance. */
export function studyNotes(
  name: string,
  study: Study,
  { verdict, results }: { readonly verdict: string | undefined; readonly results: StudyResults | null },
): readonly string[] {
  const failure = failureOf(study);
  const ofRun = (run: RunRecord) => seedName(name, study, run);
  return [
    ...(failure ? [l10n.t`${ofRun(failure)}: ${failure.error!.message}`] : []),
    ...(verdict === undefined ? [] : [l10n.t`${name}: ${verdict}`]),
    ...(results && results.caveats.length > 0 ? [l10n.t`${name}: ${rowsWithCaveats(results)}.`] : []),
    ...study.runs.flatMap((run) => (run.rewritten ? [`${ofRun(run)} ${describeRewriting(run.rewritten)}`] : [])),
    ...study.runs.flatMap((run) =>
      run.collapsed === undefined
        ? []
        : [l10n.t`${ofRun(run)} collapsed: nearly every row was called "${isolated(run.collapsed)}"`],
    ),
  ];
}

function rowsWithCaveats({ n, split, caveats, onTrainingRows }: StudyResults): string {
  const measured = l10n.t`measured on ${counted(n, 'row')} of ${split}, ${clauses(caveats)}`;
  return onTrainingRows ? l10n.t`${measured}: no interval, no verdict` : measured;
}

/** The run that failed; undefined where none did. */
export function failureOf({ runs }: Study): RunRecord | undefined {
  return [...runs].reverse().find(({ error, status }) => error && status !== 'done');
}

/** Why a study has no results, as a sentence. */
export function describeMissing(study: Study): string {
  return failureOf(study)?.error?.message ?? l10n.t`The run is ${stateWord(mostUrgentRun(study.runs).status)}.`;
}
