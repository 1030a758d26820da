import { isolated } from '../../isolateText';
import {
  bytes,
  count,
  duration,
  fraction,
  interval,
  meanCount,
  missing,
  pValue,
  signed,
  signedInterval,
} from '../../formatNumbers';
import { h, type Child, type Html } from '../../html';
import { adapterSize } from '../exportTable';
import type { Majority } from '../study/majorities';
import { seedName } from '../study/studies';
import { describeMissing } from '../study/studyNotes';
import type { StudyResults } from '../study/studyResults';
import type { StudyComparison, TaskComparison } from '../taskComparison';
import { colourKey, type ColouredStudy } from './studyColour';
import { below, quiet, tableRow, wideTable } from './tables';

/** Headings, each with the lines that it is broken into. */
const headings: readonly (readonly string[])[] = [
  ['Method'],
  ['Accuracy', '95 % interval'],
  ['Difference', '95 % interval'],
  ['Macro-F1', '95 % interval'],
  ['Label', 'mass'],
  ['Loss'],
  ['Trained', 'numbers'],
  ['Prompt', 'tokens'],
  ['Time'],
  ['Time per', 'row'],
  ['Adapter'],
  ['Peak', 'memory'],
];

/** A row a study, the majorities above them, what was rewritten and measured as text alone below its study. */
export function summaryTable({ majorities, baseline }: TaskComparison, studies: readonly ColouredStudy[]): Html {
  return wideTable(
    'summary',
    headings.map((lines) => lines.map((text, index) => (index > 0 ? [h('br', {}), text] : text))),
    [
      ...majorities.map(majorityRow),
      ...studies.flatMap((study) => [summaryRow(study, study.key === baseline), ...textRows(study)]),
    ],
  );
}

function majorityRow({ label, accuracy }: Majority): Html {
  return h('tr', { class: 'baseline' }, [
    h('th', { scope: 'row' }, 'majority'),
    h('td', {}, fraction(accuracy)),
    h('td', { colspan: headings.length - 2 }, `always “${isolated(label)}”`),
  ]);
}

function summaryRow(study: ColouredStudy, isBaseline: boolean): Html {
  const { results } = study;
  const heading = [colourKey(study.colourIndex), study.name, below(seedsText(study))];
  if (!results) return unmeasuredRow(study, heading);
  return tableRow(heading, [
    accuracyCell(study, results),
    differenceCell(study, isBaseline),
    macroF1Cell(results),
    fraction(results.labelMass),
    fraction(results.loss),
    count(results.trainedParameters),
    meanCount(results.promptTokens),
    duration(results.seconds),
    duration(results.secondsPerRow),
    adapterSize(study.adapterBytes),
    bytes(results.peakMemoryBytes),
  ]);
}

function unmeasuredRow(study: StudyComparison, heading: Child): Html {
  return h('tr', {}, [
    h('th', { scope: 'row' }, heading),
    h('td', { colspan: headings.length - 1 }, describeMissing(study)),
  ]);
}

function accuracyCell({ runs }: StudyComparison, results: StudyResults): Child {
  const { accuracy, accuracyInterval, accuracies, spread } = results;
  const collapsed = runs.flatMap(({ collapsed: label, settings }) =>
    label === undefined
      ? []
      : [`collapsed onto “${isolated(label)}”${runs.length > 1 ? ` (seed ${settings.seed})` : ''}`],
  );
  return [
    h('strong', {}, fraction(accuracy)),
    spread === null ? null : [' ', quiet(`±${fraction(spread)}`)],
    below(accuracyInterval ? interval(accuracyInterval) : ''),
    below(`${count(results.n)} of ${results.split}`),
    ...results.caveats.map((caveat) => below(caveat)),
    below(accuracies.length > 1 ? accuracies.map(fraction).join(', ') : ''),
    below(collapsed.join(', ')),
  ];
}

function differenceCell({ difference }: StudyComparison, isBaseline: boolean): Child {
  if (!difference) return isBaseline ? quiet('baseline') : missing;
  const { mean, low, high, p, verdict } = difference;
  return [
    h('strong', { class: `verdict ${verdict}` }, signed(mean)),
    below(signedInterval([low, high])),
    below(pValue(p)),
  ];
}

function macroF1Cell({ macroF1, macroF1Interval }: StudyResults): Child {
  return [fraction(macroF1), below(macroF1Interval ? interval(macroF1Interval) : '')];
}

function seedsText({ results, method }: StudyComparison): string {
  const seeds = results?.seeds ?? [];
  if (method === 'hard' || seeds.length === 0) return '';
  return seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(', ')}`;
}

/** A row for each text that was rewritten and measured without anything learned. */
function textRows(study: StudyComparison): readonly Html[] {
  return study.runs.flatMap((run) => {
    const { textResult, textGain } = run;
    if (!textResult) return [];
    const gain = textGain && [
      signed(textGain.mean),
      below(signedInterval(textGain.interval)),
      below('over the text as written'),
    ];
    const cells = [
      [fraction(textResult.accuracy), below(interval(textResult.accuracyInterval))],
      gain ?? missing,
      fraction(textResult.macroF1),
      fraction(textResult.labelMass),
      fraction(textResult.loss),
      count(0),
      meanCount(textResult.promptTokens),
      duration(textResult.seconds),
      duration(textResult.secondsPerRow),
      missing,
      '',
    ];
    return [tableRow(`${seedName(study.name, study, run)}: text alone`, cells, 'text-alone')];
  });
}
