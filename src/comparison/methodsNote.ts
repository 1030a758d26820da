import * as l10n from '@vscode/l10n';
import { count, counted } from '../words/formatNumbers';
import { fewRows, fewSeeds } from '../scoring/statistics/verdict';
import { decidedText } from '../endpoint/asking/decidedText';
import { clauses, enumerated, listed } from '../words/listed';
import { selectionText } from '../runs/record/words/describeProvenance';
import { rowsOf, trains } from '../runs/record/words/recordWords';
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
  if (measured.length === 0) return [l10n.t`No run has results yet.`];
  const reference = measured.find(({ key }) => key === baseline);
  return [
    ...rowsNote(measured),
    ...hostedNotes(measured),
    ...selectionNotes(measured),
    ...seedsNote(measured),
    ...intervalsNote(measured),
    ...(reference ? differenceNotes(measured, reference) : []),
    ...costsNotes(measured),
    ...(dropped?.length === 0 ? [l10n.t`Nothing measured was left out.`] : (dropped ?? [])),
  ];
}

/** On which rows, and which of them something else has seen: as each study's result says itself. */
function rowsNote(studies: readonly Measured[]): readonly string[] {
  const samples = studies.map(({ results: { n, split } }) => rowsOf(counted(n, 'row'), split));
  return [
    l10n.t`Measured on ${[...new Set(samples)].reduce((listed, sample) => l10n.t`${listed} and ${sample}`)}.`,
    ...grouped(studies, sharedText),
    ...grouped(studies, ({ results: { shortened, n } }) =>
      shortened > 0 ? l10n.t`${count(shortened)} of ${counted(n, 'row')} were shortened to fit (tune.truncate)` : '',
    ),
  ];
}

/** Rows that train and dev have too, as the runs counted them. */
function sharedText({ results: { split, shared, onTrainingRows, n } }: Measured): string {
  if (split === 'train') return l10n.t`measured on the rows of train, of which an interval or a verdict says nothing`;
  if (!shared) return l10n.t`whether rows of ${split} are in train or dev too is not known`;
  const named = (['train', 'dev'] as const).flatMap((other): readonly string[] => {
    const rows = shared[other];
    if (rows === undefined || other === split) return [];
    if (rows === null) return [l10n.t`not known how many in ${other}`];
    if (rows === 0) return [l10n.t`none in ${other}`];
    return [other === 'train' ? l10n.t`${count(rows)} in train` : l10n.t`${count(rows)} in dev`];
  });
  if (named.length === 0) return '';
  const others = clauses(named);
  const both = l10n.t`of the ${counted(n, 'row')} of ${split}, ${others} too`;
  return onTrainingRows ? l10n.t`${both}, so that an interval or a verdict says nothing` : both;
}

/** How labels were decided by models that run elsewhere. */
function hostedNotes(studies: readonly Measured[]): readonly string[] {
  return grouped(studies, ({ runs, results }) => {
    const hosted = runs.find(({ id }) => results.runs.includes(id))?.result?.hosted;
    const decided = hosted ? decidedText(hosted) : '';
    return decided && l10n.t`labels decided ${decided}`;
  });
}

/** How each study's prompt was trained and chosen. */
function selectionNotes(studies: readonly Measured[]): readonly string[] {
  return grouped(studies, ({ method, runs, results }) => {
    const measured = runs.find(({ id }) => results.runs.includes(id))?.result;
    return measured ? selectionText({ method, provenance: measured.provenance }) : '';
  });
}

/** A sentence for each thing said, with the studies that it is said of; of all of them without names. */
function grouped(studies: readonly Measured[], say: (study: Measured) => string): readonly string[] {
  const names = new Map<string, readonly string[]>();
  for (const study of studies) {
    const what = say(study);
    if (what !== '') names.set(what, [...(names.get(what) ?? []), study.name]);
  }
  return [...names].map(([what, of]) =>
    of.length === studies.length
      ? l10n.t`${what[0]!.toUpperCase() + what.slice(1)}.`
      : l10n.t`${listed(of, of.length)}: ${what}.`,
  );
}

function seedsNote(studies: readonly Measured[]): readonly string[] {
  const trained = studies.filter(({ method }) => trains(method));
  if (trained.length === 0) return [];
  const seeds = trained.map(({ name, results: { seeds: used } }) =>
    used.length === 1 ? l10n.t`${name} one (${used[0]!})` : l10n.t`${name} ${used.length} (${enumerated(used)})`,
  );
  return [
    l10n.t`Seeds: ${seeds.join('; ')}. Measures of several seeds are means over them, ± is their standard deviation.`,
  ];
}

function intervalsNote(studies: readonly Measured[]): readonly string[] {
  if (studies.every(({ results }) => results.metrics.every(({ interval }) => interval === null))) return [];
  return [
    studies.some(({ results }) => results.seeds.length > 1)
      ? l10n.t`Intervals cover 95 %: Wilson's for rights and wrongs of one run, a bootstrap over seeds and rows for \
several seeds, as wide as Student's t asks for so few of them; what is not right or wrong row by row has a bootstrap \
over the rows.`
      : l10n.t`Intervals cover 95 %: Wilson's for rights and wrongs of one run; what is not right or wrong row by row \
has a bootstrap over the rows.`,
  ];
}

function differenceNotes(studies: readonly Measured[], reference: Measured): readonly string[] {
  const compared = studies.flatMap(({ difference }) => difference ?? []);
  if (compared.length === 0) return [];
  const tests = new Set(compared.map(({ test }) => test));
  const test = clauses([
    ...(tests.has('mcnemar') ? [l10n.t`McNemar's exact test where each side is one run`] : []),
    ...(tests.has('randomisation') ? [l10n.t`approximate randomisation where each side is one run`] : []),
    ...(tests.has('seeds') ? [l10n.t`Student's t over seeds and rows where there are several`] : []),
  ]);
  return [
    compared.length === 1
      ? l10n.t`Differences are those from ${reference.name} on the same rows, with a paired bootstrap. p is from \
${test}, corrected by Holm for 1 comparison.`
      : l10n.t`Differences are those from ${reference.name} on the same rows, with a paired bootstrap. p is from \
${test}, corrected by Holm for ${compared.length} comparisons.`,
    l10n.t`There is no verdict under ${fewRows} rows, none where a trained prompt has fewer than ${fewSeeds} seeds \
(two say too little of how far seeds scatter), and none for an interval that holds zero.`,
  ];
}

/** What time and memory are of. Answers that were not produced here cost nothing that is known. */
function costsNotes(studies: readonly Measured[]): readonly string[] {
  const timed = studies.filter(({ results }) => results.seconds !== null);
  const isElsewhere = (study: Measured): boolean => study.runs.some(({ result }) => result?.hosted);
  return [
    ...(timed.some((study) => !isElsewhere(study)) ? [costsHere()] : []),
    ...(timed.some(isElsewhere) ? [costsElsewhere()] : []),
  ];
}

const costsElsewhere = (): string =>
  [
    l10n.t`Of a model that runs elsewhere, time is that of the whole measurement, with waits and repeated requests.`,
    l10n.t`Its time per row is that of asking about all rows, several at once, by their number; answers that were \
kept take next to none.`,
    l10n.t`What memory it takes there is not known.`,
  ].join(' ');

const costsHere = (): string =>
  [
    l10n.t`Time is that of the whole run: instruction search, learning-rate sweep, training and evaluation.`,
    l10n.t`Time per row is that of the evaluation alone, rows in batches.`,
    l10n.t`Peak memory is the largest resident size of the process, sampled ten times a second.`,
  ].join(' ');
