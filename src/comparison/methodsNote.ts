import { fewRows, fewSeeds } from '../scoring/statistics/verdict';
import type { ComparisonAnalysis, StudyAnalysis } from './studyAnalysis';
import { count } from '../formatNumbers';

/** How the numbers of a comparison came about, a sentence each. */
export function methodsNote({ studies, baseline, dropped }: Omit<ComparisonAnalysis, 'notes'>): readonly string[] {
  const measured = studies.filter(({ accuracy }) => accuracy);
  if (measured.length === 0) return ['No run has results yet.'];
  const reference = measured.find(({ key }) => key === baseline);
  return [
    rowsNote(measured),
    ...seedsNote(measured),
    intervalsNote(measured),
    ...(reference ? differenceNotes(measured, reference) : []),
    ...(dropped.length === 0 ? ['Nothing measured was left out.'] : dropped),
  ];
}

function rowsNote(studies: readonly StudyAnalysis[]): string {
  const samples = [...new Set(studies.map(({ n, split }) => `${count(n)} ${n === 1 ? 'row' : 'rows'} of ${split}`))];
  return `Measured on ${samples.join(' and ')}. Training saw only train, dev chose the learning rate and the step kept, and ${studies[0]!.split} was read once, at the end.`;
}

function seedsNote(studies: readonly StudyAnalysis[]): readonly string[] {
  const trained = studies.filter(({ method }) => method !== 'hard');
  if (trained.length === 0) return [];
  const seeds = trained.map(
    ({ name, seeds: used }) =>
      `${name} ${used.length === 1 ? `one (${used[0]})` : `${used.length} (${used.join(', ')})`}`,
  );
  return [`Seeds: ${seeds.join('; ')}. Measures of several seeds are means over them, ± is their standard deviation.`];
}

function intervalsNote(studies: readonly StudyAnalysis[]): string {
  const several = studies.some(({ seeds }) => seeds.length > 1);
  return `Intervals cover 95 %: Wilson's for the accuracy of one run${several ? ", a bootstrap over seeds and rows for several seeds, as wide as Student's t asks for so few of them" : ''}; macro-F1 has a bootstrap over the rows.`;
}

function differenceNotes(studies: readonly StudyAnalysis[], reference: StudyAnalysis): readonly string[] {
  const compared = studies.flatMap(({ difference }) => difference ?? []);
  if (compared.length === 0) return [];
  const tests = new Set(compared.map(({ test }) => test));
  const test = [
    ...(tests.has('mcnemar') ? ["McNemar's exact test where each side is one run"] : []),
    ...(tests.has('seeds') ? ["Student's t over seeds and rows where there are several"] : []),
  ].join(', ');
  return [
    `Differences are those from ${reference.name} on the same rows, with a paired bootstrap. p is from ${test}, corrected by Holm for ${compared.length} ${compared.length === 1 ? 'comparison' : 'comparisons'}.`,
    `There is no verdict under ${fewRows} rows, none where a trained prompt has fewer than ${fewSeeds} seeds (two say too little of how far seeds scatter), and none for an interval that holds zero.`,
  ];
}
