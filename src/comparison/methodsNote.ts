import { count } from '../formatNumbers';
import { fewRows, fewSeeds } from '../scoring/statistics/verdict';
import type { StudyComparison } from './taskComparison';
import type { StudyResults } from './study/studyResults';

interface Described {
  readonly studies: readonly StudyComparison[];
  readonly baseline: string | null;
  /** What was left out, a sentence each; undefined while the answers are not read. */
  readonly dropped: readonly string[] | undefined;
}

/** A study that has results. */
type Measured = StudyComparison & { readonly results: StudyResults };

/** How the numbers of a comparison came about, a sentence each. */
export function methodsNote({ studies, baseline, dropped }: Described): readonly string[] {
  const measured = studies.filter((study): study is Measured => study.results !== null);
  if (measured.length === 0) return ['No run has results yet.'];
  const reference = measured.find(({ key }) => key === baseline);
  return [
    rowsNote(measured),
    ...seedsNote(measured),
    intervalsNote(measured),
    ...(reference ? differenceNotes(measured, reference) : []),
    costsNote,
    ...(dropped?.length === 0 ? ['Nothing measured was left out.'] : (dropped ?? [])),
  ];
}

function rowsNote(studies: readonly Measured[]): string {
  const samples = studies.map(({ results: { n, split } }) => `${count(n)} ${n === 1 ? 'row' : 'rows'} of ${split}`);
  return (
    `Measured on ${[...new Set(samples)].join(' and ')}. ` +
    'Training saw only train, dev chose the learning rate and the step kept, ' +
    `and ${studies[0]!.results.split} was read once, at the end.`
  );
}

function seedsNote(studies: readonly Measured[]): readonly string[] {
  const trained = studies.filter(({ method }) => method !== 'hard');
  if (trained.length === 0) return [];
  const seeds = trained.map(
    ({ name, results: { seeds: used } }) =>
      `${name} ${used.length === 1 ? `one (${used[0]})` : `${used.length} (${used.join(', ')})`}`,
  );
  return [`Seeds: ${seeds.join('; ')}. Measures of several seeds are means over them, ± is their standard deviation.`];
}

function intervalsNote(studies: readonly Measured[]): string {
  const several = studies.some(({ results }) => results.seeds.length > 1)
    ? ", a bootstrap over seeds and rows for several seeds, as wide as Student's t asks for so few of them"
    : '';
  return (
    `Intervals cover 95 %: Wilson's for the accuracy of one run${several}; ` + 'macro-F1 has a bootstrap over the rows.'
  );
}

function differenceNotes(studies: readonly Measured[], reference: Measured): readonly string[] {
  const compared = studies.flatMap(({ difference }) => difference ?? []);
  if (compared.length === 0) return [];
  const tests = new Set(compared.map(({ test }) => test));
  const test = [
    ...(tests.has('mcnemar') ? ["McNemar's exact test where each side is one run"] : []),
    ...(tests.has('seeds') ? ["Student's t over seeds and rows where there are several"] : []),
  ].join(', ');
  const comparisons = `${compared.length} ${compared.length === 1 ? 'comparison' : 'comparisons'}`;
  return [
    `Differences are those from ${reference.name} on the same rows, with a paired bootstrap. p is from ${test}, ` +
      `corrected by Holm for ${comparisons}.`,
    `There is no verdict under ${fewRows} rows, none where a trained prompt has fewer than ${fewSeeds} seeds ` +
      '(two say too little of how far seeds scatter), and none for an interval that holds zero.',
  ];
}

const costsNote =
  'Time is that of the whole run: instruction search, learning-rate sweep, training and evaluation. ' +
  'Time per row is that of the evaluation alone, rows in batches. ' +
  'Peak memory is the largest resident size of the process, sampled ten times a second.';
