import * as l10n from '@vscode/l10n';
import { count, counted } from '../words/formatNumbers';
import { enumerated, listed } from '../words/listed';
import { lowMassWarning } from '../runs/record/words/describeLabelMass';
import { chosenBy } from '../runs/record/words/describeProvenance';
import { isOfOlderEdition } from '../runs/record/versions';
import { isActive } from '../runs/store/runStatus';
import { fewRows } from '../scoring/statistics/verdict';
import { hasResults } from './study/baseline';
import { mostUrgentRun, type Study } from './study/studies';
import type { StudyResults } from './study/studyResults';
import { stateWord } from '../runs/record/words/recordWords';

interface NamedStudy extends Study {
  readonly name: string;
  readonly results: StudyResults | null;
}

/** What must be known before any number of a comparison is believed: a sentence each. */
export function warningsOn(studies: readonly NamedStudy[]): readonly string[] {
  const runs = studies.flatMap((study) => study.runs);
  const samples = runs.flatMap(({ result, data }) =>
    result ? [`${result.n} ${result.split} ${data[result.split]?.sha256 ?? ''}`] : [],
  );
  return [
    ...(new Set(samples).size > 1
      ? [l10n.t`Runs measured on different rows do not compare: look at runs of one split and size.`]
      : []),
    ...(runs.some(({ result }) => result && result.n < fewRows)
      ? [l10n.t`Fewer than ${fewRows} rows say little.`]
      : []),
    ...olderNumbers(studies),
    ...studies.flatMap(aboutRows),
    ...studies.flatMap(aboutMass),
    ...(runs.some(isActive) ? [l10n.t`A run is still waiting or running.`] : []),
    ...withoutResults(studies),
  ];
}

/** Studies whose numbers a newer version would compute otherwise, beside others of which that is not so. */
function olderNumbers(studies: readonly NamedStudy[]): readonly string[] {
  const measured = studies.filter(hasResults);
  const older = measured.filter(({ runs }) => runs.some((run) => run.result && isOfOlderEdition(run)));
  if (older.length === 0 || older.length === measured.length) return [];
  const names = listed(
    older.map(({ name }) => name),
    older.length,
  );
  return [
    older.length === 1
      ? l10n.t`${names} was measured by an earlier version of Prompt Tuner, which computed some numbers otherwise (see \
the changelog): a difference from the others may come of that alone. Measure again to compare.`
      : l10n.t`${names} were measured by an earlier version of Prompt Tuner, which computed some numbers otherwise \
(see the changelog): a difference from the others may come of that alone. Measure again to compare.`,
  ];
}

/** What the rows that a study was measured on take away from its numbers. */
function aboutRows({ name, results, runs: [{ method }] }: NamedStudy): readonly string[] {
  if (!results) return [];
  const { n, split, shared, onTrainingRows, selection } = results;
  if (onTrainingRows)
    return [
      l10n.t`${name} was measured on the rows of train: the numbers say how well they are fitted, nothing of others.`,
    ];
  const rows = counted(n, 'row');
  const [train, dev] = [shared?.train ?? 0, split === 'dev' ? 0 : (shared?.dev ?? 0)];
  return [
    ...(train > 0
      ? [
          train === 1
            ? l10n.t`1 of the ${rows} of ${split} that ${name} was measured on is in train too.`
            : l10n.t`${count(train)} of the ${rows} of ${split} that ${name} was measured on are in train too.`,
        ]
      : []),
    ...(dev > 0 && chosenBy(selection, 'dev')
      ? [
          dev === 1
            ? l10n.t`1 of the ${rows} of ${split} that ${name} was measured on is in dev too, which chose what was \
kept.`
            : l10n.t`${count(dev)} of the ${rows} of ${split} that ${name} was measured on are in dev too, which chose \
what was kept.`,
        ]
      : []),
    ...(split === 'dev' && method !== 'hard' && chosenBy(selection, 'dev')
      ? [l10n.t`${name} was measured on dev, which also chose what was kept: on other rows it does worse.`]
      : []),
  ];
}

/** Where label words have little of the probability, with what one of the runs would rather write. */
function aboutMass({ name, results, runs }: NamedStudy): readonly string[] {
  if (!results) return [];
  const { labelMass } = results;
  const likeliest = runs.find(({ id, result }) => results.runs.includes(id) && result?.likeliest)?.result?.likeliest;
  const warning = lowMassWarning({ ...(labelMass !== null && { labelMass }), likeliest });
  return warning === undefined ? [] : [l10n.t`${name}: ${warning}`];
}

/** Studies that a comparison of results cannot hold, while there are some. */
function withoutResults(studies: readonly NamedStudy[]): readonly string[] {
  const missing = studies.filter((study) => !hasResults(study));
  if (missing.length === 0 || missing.length === studies.length) return [];
  const list = missing.map(({ name, runs }) => `${name} (${stateWord(mostUrgentRun(runs).status)})`);
  return [l10n.t`Left out, for want of results: ${enumerated(list)}.`];
}
