import * as l10n from '@vscode/l10n';
import { isolated } from '../../words/isolateText';
import {
  bytes,
  count,
  counted,
  duration,
  fraction,
  interval,
  meanCount,
  metricInterval,
  metricNumber,
  missing,
  pValue,
  signedMetric,
  signedMetricInterval,
} from '../../words/formatNumbers';
import { h, type Child, type Html } from '../../html';
import { clauses, enumerated } from '../../words/listed';
import { labelAccuracy, type MetricFace } from '../../scoring/metricFace';
import { adapterSize, metricText } from '../exportTable';
import { rowsOf, trains } from '../../runs/record/words/recordWords';
import type { Majority } from '../study/majorities';
import { seedName } from '../study/studies';
import { describeMissing } from '../study/studyNotes';
import { recordedMetrics } from '../study/recordedResults';
import { metricOf, type MetricResults, type StudyResults } from '../study/studyResults';
import type { StudyComparison, TaskComparison } from '../taskComparison';
import { colourKey, type ColouredStudy } from './studyColour';
import { below, quiet, tableRow, wideTable } from './tables';

/** A heading of several words, the last of them on a line of its own. */
const twoLines = (heading: string): readonly string[] => heading.split(/ (?=\S*$)/);

/** Headings, each with the lines that it is broken into. */
const headingsOf = ({ metric, metrics }: TaskComparison): readonly (readonly string[])[] => [
  [l10n.t`Method`],
  [(metric ?? labelAccuracy).title, l10n.t`95 % interval`],
  [l10n.t`Difference`, l10n.t`95 % interval`],
  ...othersOf({ metric, metrics }).map(({ title }) => [title, l10n.t`95 % interval`]),
  [l10n.t`Macro-F1`, l10n.t`95 % interval`],
  twoLines(l10n.t`Label mass`),
  [l10n.t`Loss`],
  twoLines(l10n.t`Trained numbers`),
  twoLines(l10n.t`Prompt tokens`),
  [l10n.t`Time`],
  twoLines(l10n.t`Time per row`),
  [l10n.t`Adapter`],
  twoLines(l10n.t`Peak memory`),
];

/** A row a study, the majorities above them, what was rewritten and measured as text alone below its study. */
export function summaryTable(task: TaskComparison, studies: readonly ColouredStudy[]): Html {
  const { majorities, baseline } = task;
  const headings = headingsOf(task);
  return wideTable(
    'summary',
    headings.map((lines) => lines.map((text, index) => (index > 0 ? [h('br', {}), text] : text))),
    [
      ...majorities.map((majority) => majorityRow(majority, headings.length)),
      ...studies.flatMap((study) => [
        summaryRow(study, { task, columns: headings.length, isBaseline: study.key === baseline }),
        ...textRows(study, task),
      ]),
    ],
  );
}

function majorityRow({ label, accuracy }: Majority, columns: number): Html {
  return h('tr', { class: 'baseline' }, [
    h('th', { scope: 'row' }, l10n.t`majority`),
    h('td', {}, fraction(accuracy)),
    h('td', { colspan: columns - 2 }, l10n.t`always “${isolated(label)}”`),
  ]);
}

interface Place {
  readonly task: TaskComparison;
  readonly columns: number;
  readonly isBaseline: boolean;
}

/** The metrics beside the one that decides. */
const othersOf = ({ metric, metrics }: Pick<TaskComparison, 'metric' | 'metrics'>): readonly MetricFace[] =>
  metrics.filter(({ name }) => name !== metric?.name);

function summaryRow(study: ColouredStudy, { task, columns, isBaseline }: Place): Html {
  const { results } = study;
  const heading = [colourKey(study.colourIndex), study.name, below(seedsText(study))];
  if (!results) return unmeasuredRow(study, heading, columns);
  return tableRow(heading, [
    decidingCell(study, results, metricOf(results, task.metric?.name)),
    differenceCell(study, task.metric, isBaseline),
    ...othersOf(task).map(({ name }) => metricCell(metricOf(results, name))),
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

function unmeasuredRow(study: StudyComparison, heading: Child, columns: number): Html {
  return h('tr', {}, [h('th', { scope: 'row' }, heading), h('td', { colspan: columns - 1 }, describeMissing(study))]);
}

function decidingCell({ runs }: StudyComparison, results: StudyResults, score: MetricResults | null): Child {
  const collapsed = runs.flatMap(({ collapsed: label, settings }) =>
    label === undefined
      ? []
      : [
          runs.length > 1
            ? l10n.t`collapsed onto “${isolated(label)}” (seed ${settings.seed})`
            : l10n.t`collapsed onto “${isolated(label)}”`,
        ],
  );
  return [
    h('strong', {}, score ? metricNumber(score.value, score.scale) : missing),
    score && score.spread !== null ? [' ', quiet(`±${metricNumber(score.spread, score.scale)}`)] : null,
    below(score?.interval ? metricInterval(score.interval, score.scale) : ''),
    below(score?.failed ? failedText(score.failed) : ''),
    below(rowsOf(count(results.n), results.split)),
    ...results.caveats.map((caveat) => below(caveat)),
    below(
      score && score.values.length > 1 ? clauses(score.values.map((value) => metricNumber(value, score.scale))) : '',
    ),
    below(enumerated(collapsed)),
  ];
}

/** Value and interval of a metric that does not decide. */
function metricCell(metric: MetricResults | null): Child {
  if (!metric) return missing;
  return [
    metricText(metric),
    below(metric.interval ? metricInterval(metric.interval, metric.scale) : ''),
    below(metric.failed ? failedText(metric.failed) : ''),
  ];
}

const failedText = ({ rows, reason }: NonNullable<MetricResults['failed']>): string =>
  l10n.t`${counted(rows, 'answer')} not judged: ${reason}`;

function differenceCell({ difference }: StudyComparison, metric: MetricFace | null, isBaseline: boolean): Child {
  if (!difference) return isBaseline ? quiet(l10n.t`baseline`) : missing;
  const { mean, low, high, p, verdict } = difference;
  const scale = metric?.scale ?? 'share';
  return [
    h('strong', { class: `verdict ${verdict}` }, signedMetric(mean, scale)),
    below(signedMetricInterval([low, high], scale)),
    below(pValue(p)),
  ];
}

function macroF1Cell({ macroF1, macroF1Interval }: StudyResults): Child {
  return [fraction(macroF1), below(macroF1Interval ? interval(macroF1Interval) : '')];
}

function seedsText({ results, method }: StudyComparison): string {
  const seeds = results?.seeds ?? [];
  if (!trains(method) || seeds.length === 0) return '';
  return seeds.length === 1 ? l10n.t`seed ${seeds[0]!}` : l10n.t`seeds ${enumerated(seeds)}`;
}

/** A row for each text that was rewritten and measured without anything learned. */
function textRows(study: StudyComparison, task: TaskComparison): readonly Html[] {
  return study.runs.flatMap((run) => {
    const { textResult, textGain } = run;
    if (!textResult) return [];
    const metrics = recordedMetrics([textResult]);
    const named = (name: string | undefined) => metrics.find((metric) => metric.name === name) ?? null;
    const scale = task.metric?.scale ?? 'share';
    const gain = textGain && [
      signedMetric(textGain.mean, scale),
      below(signedMetricInterval(textGain.interval, scale)),
      below(l10n.t`over the text as written`),
    ];
    const cells = [
      metricCell(named(task.metric?.name)),
      gain ?? missing,
      ...othersOf(task).map(({ name }) => metricCell(named(name))),
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
    return [tableRow(l10n.t`${seedName(study.name, study, run)}: text alone`, cells, 'text-alone')];
  });
}
