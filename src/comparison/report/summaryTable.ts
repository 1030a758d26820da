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
import type { Estimate, StudyAnalysis } from '../studyAnalysis';
import type { ComparedStudy, ComparedTask } from '../taskComparison';
import { colourKey } from './studyColour';
import { below, quiet, tableRow, wideTable } from './tables';

/** Headings, each with the lines that it is broken into. */
const headings: readonly (readonly string[])[] = [
  ['Method'],
  ['Accuracy', '95 % interval'],
  ['Difference', '95 % interval'],
  ['Macro-F1', '95 % interval'],
  ['Loss'],
  ['Trained', 'numbers'],
  ['Prompt', 'tokens'],
  ['Time'],
  ['Time per', 'row'],
  ['Adapter'],
  ['Peak', 'memory'],
];

/** A row a study, the majority above them, what was rewritten and measured as text alone below its study. */
export function summaryTable({ studies, analysis }: ComparedTask): Html {
  return wideTable(
    'summary',
    headings.map((lines) => lines.map((text, index) => (index > 0 ? [h('br', {}), text] : text))),
    [
      ...majorityRow(studies),
      ...studies.flatMap((study) => [summaryRow(study, study.analysis.key === analysis.baseline), ...textRows(study)]),
    ],
  );
}

function majorityRow(studies: readonly ComparedStudy[]): readonly Html[] {
  const majority = majorityOf(studies);
  if (!majority) return [];
  return [
    h('tr', { class: 'baseline' }, [
      h('th', { scope: 'row' }, 'majority'),
      h('td', {}, fraction(majority.accuracy)),
      h('td', { colspan: headings.length - 2 }, `always “${majority.label}”`),
    ]),
  ];
}

/** What always answering the most frequent label comes to, where that was measured. */
export function majorityOf(
  studies: readonly ComparedStudy[],
): { readonly label: string; readonly accuracy: number } | undefined {
  return studies.flatMap(({ entry }) => entry.trials).find(({ record }) => record.result?.majority)?.record.result
    ?.majority;
}

function summaryRow(study: ComparedStudy, isBaseline: boolean): Html {
  const { analysis, place } = study;
  const heading = [colourKey(place), analysis.name, below(seedsText(analysis))];
  if (!analysis.accuracy) return unmeasuredRow(study, heading);
  return tableRow(heading, [
    accuracyCell(study, analysis.accuracy),
    differenceCell(analysis, isBaseline),
    macroF1Cell(analysis),
    fraction(analysis.loss),
    count(analysis.trainedParameters),
    meanCount(analysis.promptTokens),
    duration(analysis.seconds),
    duration(analysis.secondsPerRow),
    adapterSize(analysis),
    bytes(analysis.peakMemoryBytes),
  ]);
}

function unmeasuredRow({ entry }: ComparedStudy, heading: Child): Html {
  const last = entry.trials.at(-1)?.record;
  const reason = entry.failure?.message ?? last?.error?.message ?? `The run is ${last?.status ?? 'gone'}.`;
  return h('tr', {}, [h('th', { scope: 'row' }, heading), h('td', { colspan: headings.length - 1 }, reason)]);
}

function accuracyCell(
  { entry, analysis: { accuracies, spread } }: ComparedStudy,
  { mean, low, high }: Estimate,
): Child {
  const collapsed = entry.trials.flatMap(({ record }) => {
    if (record.collapsed === undefined) return [];
    return [`collapsed onto “${record.collapsed}”${entry.trials.length > 1 ? ` (seed ${record.settings.seed})` : ''}`];
  });
  return [
    h('strong', {}, fraction(mean)),
    spread === null ? null : [' ', quiet(`±${fraction(spread)}`)],
    below(interval([low, high])),
    below(accuracies.length > 1 ? accuracies.map(fraction).join(', ') : ''),
    below(collapsed.join(', ')),
  ];
}

function differenceCell({ difference }: StudyAnalysis, isBaseline: boolean): Child {
  if (!difference) return isBaseline ? quiet('baseline') : missing;
  const { mean, low, high, p, verdict } = difference;
  return [
    h('strong', { class: `verdict ${verdict}` }, signed(mean)),
    below(signedInterval([low, high])),
    below(pValue(p)),
  ];
}

function macroF1Cell({ macroF1 }: StudyAnalysis): Child {
  return macroF1 ? [fraction(macroF1.mean), below(interval([macroF1.low, macroF1.high]))] : missing;
}

function seedsText({ seeds, method }: StudyAnalysis): string {
  if (method === 'hard' || seeds.length === 0) return '';
  return seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(', ')}`;
}

/** A row for each text that was rewritten and measured without anything learned. */
function textRows({ entry, analysis: { name } }: ComparedStudy): readonly Html[] {
  return entry.trials.flatMap(({ record: { textResult, textGain, settings } }) => {
    if (!textResult) return [];
    const seed = entry.trials.length > 1 ? `, seed ${settings.seed}` : '';
    const gain = textGain && [
      signed(textGain.mean),
      below(signedInterval(textGain.interval)),
      below('over the text as written'),
    ];
    const cells = [
      [fraction(textResult.accuracy), below(interval(textResult.accuracyInterval))],
      gain ?? missing,
      fraction(textResult.macroF1),
      fraction(textResult.loss),
      count(0),
      meanCount(textResult.promptTokens),
      duration(textResult.seconds),
      duration(textResult.secondsPerRow),
      missing,
      '',
    ];
    return [tableRow(`${name}${seed}: text alone`, cells, 'text-alone')];
  });
}
