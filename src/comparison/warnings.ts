import { isActive } from '../runs/store/runStatus';
import { fewRows } from '../scoring/statistics/verdict';
import { hasResults } from './study/baseline';
import { mostUrgentRun, type Study } from './study/studies';

interface NamedStudy extends Study {
  readonly name: string;
}

/** What must be known before any number of a comparison is believed: a sentence each. */
export function warningsOn(studies: readonly NamedStudy[]): readonly string[] {
  const runs = studies.flatMap((study) => study.runs);
  const samples = runs.flatMap(({ result, data }) =>
    result ? [`${result.n} ${result.split} ${data[result.split]?.sha256 ?? ''}`] : [],
  );
  return [
    ...(new Set(samples).size > 1
      ? ['Runs measured on different rows do not compare: look at runs of one split and size.']
      : []),
    ...(runs.some(({ result }) => result && result.n < fewRows) ? [`Fewer than ${fewRows} rows say little.`] : []),
    ...(runs.some(isActive) ? ['A run is still going on.'] : []),
    ...withoutResults(studies),
  ];
}

/** Studies that a comparison of results cannot hold, while there are some. */
function withoutResults(studies: readonly NamedStudy[]): readonly string[] {
  const missing = studies.filter((study) => !hasResults(study));
  if (missing.length === 0 || missing.length === studies.length) return [];
  const list = missing.map(({ name, runs }) => `${name} (${mostUrgentRun(runs).status})`);
  return [`Left out, for want of results: ${list.join(', ')}.`];
}
