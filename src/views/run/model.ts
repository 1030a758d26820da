import * as l10n from '@vscode/l10n';
import { labelAccuracy, type MetricFace, faceOf } from '../../scoring/metricFace';
import { shownTitle } from '../../scoring/metricTitles';
import { isolated } from '../../words/isolateText';
import { isActive } from '../../runs/store/runStatus';
import {
  bytes,
  count,
  counted,
  duration,
  fraction,
  metricInterval,
  metricNumber,
  signedMetric,
} from '../../words/formatNumbers';
import { metricText } from '../../comparison/exportTable';
import { decidingOf } from '../../comparison/study/studyResults';
import { stateWord, trains } from '../../runs/record/words/recordWords';
import { bestText } from '../../runs/record/words/describeBest';
import { decidingScore } from '../../scoring/devScore';
import { decidingMetric, measuredMetrics, type NamedMetric } from '../../runs/record/measuredMetrics';
import { studyResults } from '../../comparison/study/standingResults';
import type { MetricLine } from '../../runs/store/files/metricLine';
import { lowMassWarning } from '../../runs/record/words/describeLabelMass';
import { hostedFacts } from '../../runs/record/words/describeHosted';
import { hasLabels, measuredRows, selectionText } from '../../runs/record/words/describeProvenance';
import { formText } from '../../objective/recordedForm';
import type { RecordedConstraint } from '../../scoring/recordedConstraint';
import type { RunRecord } from '../../runs/record/record';
import { lacksResult, partDone } from '../../runs/record/runStage';
import { isOfOlderEdition } from '../../runs/record/versions';
import { can } from '../../runs/queue/runCapabilities';
import type { DevPoint, Fact, RunAction, RunPageState, RunPoints, TrainingPoint } from './contract';
import { readFront } from '../../comparison/front/readFront';
import { markOf, type ChosenRuns } from '../runs/runColours';
import { settingText, writtenSetting } from '../../template/settings/settingText';
import { timeLeft } from '../sidebar/runsTreeModel';
import { methodTitles } from '../../words/methodTitles';
import { describeState, isPaused, lostText, runTitle } from '../runs/runText';
import type { WatchedRun } from '../runs/runWatcher';
import { dateAndTime } from '../../words/formatDates';
import { clauses, enumerated, listed } from '../../words/listed';

/** Its state and what is to be said of it, no word twice. */
function stateOf({ record, ticket }: WatchedRun): readonly string[] {
  const said = describeState(record, ticket).map((words) => (words === stateWord('lost') ? lostText() : words));
  return [...new Set([...(record.status === 'done' ? [stateWord('done')] : []), ...said])];
}

/**
 * What the page of a run shows, from its record.
 * @param all the runs among which the others of its study are
 */
export function runPageState(run: WatchedRun, chosen: ChosenRuns, all: readonly RunRecord[] = []): RunPageState {
  const { record, changed } = run;
  const { status, progress, rewritten } = record;
  const mark = markOf(chosen, record.id);
  return {
    run: record.id,
    title: runTitle(record),
    subtitle: [record.starred && '★', record.id].filter(Boolean).join(' '),
    status,
    state: stateOf(run).join(' · '),
    isPaused: isPaused(record, run.ticket),
    progress: isActive(record) && progress.steps > 0 ? partDone(progress) : null,
    timeLeft: timeLeft(record) ?? null,
    problem: record.error?.message ?? null,
    note: record.note || null,
    mark: mark ? { badge: mark.badge, hue: mark.hue } : null,
    warning: (record.result && lowMassWarning(record.result)) ?? null,
    older: changed ? l10n.t`This result is of an older text: ${listed(changed)} changed since.` : null,
    devMetric: devMetricOf(record),
    tiles: tilesOf(record, all),
    fields: record.result?.fields ?? null,
    facts: factsOf(run),
    settings: settingsOf(record),
    rewritten:
      rewritten && rewritten.instruction !== rewritten.original
        ? { before: rewritten.original, after: rewritten.instruction }
        : null,
    front: readFront(record),
    actions: actionsOf(run),
  };
}

/** What dev is judged by: what the best evaluation says, or before the first one what a result is judged by. */
function devMetricOf({ best, result }: RunRecord): MetricFace {
  if (best?.score) return { ...faceOf(best.score), title: shownTitle(best.score.title) };
  return result ? faceOf(decidingMetric(result)) : labelAccuracy;
}

/** The result of a run that has one; before that, what is known so far. */
function tilesOf(record: RunRecord, all: readonly RunRecord[]): readonly Fact[] {
  const { result, best, collapsed, textGain } = record;
  const ifFinite = (name: string, value: number | undefined, text: (value: number) => string): readonly Fact[] =>
    value !== undefined && Number.isFinite(value) ? [{ name, value: text(value) }] : [];
  if (result) {
    return [
      ...measuredMetrics(result).flatMap(metricFacts),
      ...meanOf(record, all),
      ...(hasLabels(result) ? ifFinite(l10n.t`Macro-F1`, result.macroF1, fraction) : []),
      ...ifFinite(l10n.t`Label mass`, result.labelMass, fraction),
      ...ifFinite(hasLabels(result) ? l10n.t`Loss` : l10n.t`Loss per answer token`, result.loss, fraction),
      ...(result.majority
        ? [{ name: l10n.t`Always "${isolated(result.majority.label)}"`, value: fraction(result.majority.accuracy) }]
        : []),
      ...ifFinite(l10n.t`Trained numbers`, result.trainedParameters, count),
      ...ifFinite(l10n.t`Time`, result.seconds, duration),
      ...ifFinite(l10n.t`Memory at most`, result.peakMemoryBytes, bytes),
      ...(textGain
        ? [
            {
              name: l10n.t`Gain of the new text alone`,
              value: signedMetric(textGain.mean, decidingMetric(result).scale),
            },
          ]
        : []),
      ...(collapsed === undefined
        ? []
        : [{ name: l10n.t`Collapsed`, value: l10n.t`nearly every row was called "${collapsed}"` }]),
    ];
  }
  return best
    ? [
        {
          name: l10n.t`Best on dev`,
          value: l10n.t`${bestText(record)!} at step ${best.step}`,
        },
      ]
    : [];
}

/** What a metric came to; and which answers it could not judge, as those would be missed in silence. */
function metricFacts({ title, value, interval, scale, failed }: NamedMetric): readonly Fact[] {
  if (!Number.isFinite(value) && !failed) return [];
  const number = metricNumber(value, scale);
  return [
    { name: title, value: interval ? `${number} (${metricInterval(interval, scale)})` : number },
    ...(failed
      ? [{ name: l10n.t`Not judged by ${title}`, value: `${counted(failed.rows, 'answer')}: ${failed.reason}` }]
      : []),
  ];
}

/** What stands for the study of a run in lens, tree and panel, where that is more than its own result. */
function meanOf(record: RunRecord, all: readonly RunRecord[]): readonly Fact[] {
  const alike = all.filter(
    ({ template, method }) => method === record.method && template.path === record.template.path,
  );
  const study = studyResults(alike).find(({ results }) => results.runs.includes(record.id));
  if (!study || study.results.seeds.length < 2) return [];
  const { seeds } = study.results;
  const metric = decidingOf(study.results);
  return metric.value === null
    ? []
    : [{ name: l10n.t`${metric.title}, mean of ${seeds.length} seeds`, value: metricText(metric) }];
}

function factsOf({ record, folder }: WatchedRun): readonly Fact[] {
  const { model, template, data, versions, started, finished, study, result } = record;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [l10n.t`Method`, methodTitles[record.method]],
    ...givenFacts(record),
    [l10n.t`Template`, `${template.path}, sha256 ${(template.sha256 ?? '').slice(0, 12)}`],
    [
      l10n.t`Model`,
      clauses(
        [
          model.id,
          model.parameters > 0 && l10n.t`${count(model.parameters)} weights`,
          model.sha256 && `sha256 ${model.sha256.slice(0, 12)}`,
        ].filter(Boolean),
      ),
    ],
    ...(result?.hosted ? hostedFacts(result.hosted) : []),
    [l10n.t`Prompt`, record.form && formText(record.form)],
    ...(['train', 'dev', 'test'] as const).map((split): readonly [string, string | undefined] => {
      const file = data[split];
      return [
        l10n.t`Rows of ${split}`,
        file && l10n.t`${count(file.rows)} in ${file.path}, sha256 ${file.sha256.slice(0, 12)}`,
      ];
    }),
    [l10n.t`Measured on`, result && measuredRows(result)],
    [l10n.t`Answers held to`, result?.constraint && constraintText(result.constraint)],
    [l10n.t`Trained and chosen`, (result && selectionText(result)) || undefined],
    [l10n.t`Learning rate in force`, record.learningRate?.toString()],
    [l10n.t`Study`, study && l10n.t`${study.id}, over ${enumerated(study.varied)}`],
    [l10n.t`Started`, started && dateAndTime(started)],
    [l10n.t`Ended`, finished && dateAndTime(finished)],
    [
      l10n.t`Versions`,
      clauses([
        `Prompt Tuner ${versions.promptTuner}`,
        `Node ${versions.node}`,
        ...(versions.onnxruntime ? [`ONNX Runtime ${versions.onnxruntime}`] : []),
      ]),
    ],
    [
      l10n.t`Numbers`,
      result && isOfOlderEdition(record)
        ? l10n.t`as an earlier version computed them, some otherwise than this one (see the changelog)`
        : undefined,
    ],
    [l10n.t`Folder`, folder],
  ];
  return facts.flatMap(([name, value]) => (value ? [{ name, value }] : []));
}

/** Where answers that were not produced here come from. */
function givenFacts({ given }: RunRecord): readonly (readonly [string, string | undefined])[] {
  if (!given) return [];
  const { file, sha256, read, matched, unlisted } = given;
  return [
    [l10n.t`Not produced here`, l10n.t`${file}, sha256 ${sha256.slice(0, 12)}, read ${dateAndTime(read)}`],
    [
      l10n.t`Matched by`,
      matched === 'inputs' ? l10n.t`the columns that the template reads` : l10n.t`the order of the rows`,
    ],
    [l10n.t`None of the labels`, unlisted ? l10n.t`${counted(unlisted, 'answer')}, which count as wrong` : undefined],
  ];
}

function constraintText({ library, unenforced }: RecordedConstraint): string {
  const missed = unenforced.map(({ keyword, pointer }) =>
    pointer ? l10n.t`${keyword} of ${pointer}` : l10n.t`${keyword} of the whole`,
  );
  return missed.length > 0 ? l10n.t`JSON, by ${library}; not to ${enumerated(missed)}` : l10n.t`JSON, by ${library}`;
}

function settingsOf({ settings, method }: RunRecord): readonly Fact[] {
  const shown = Object.keys(settings).filter(
    (name) => !['method', 'data', 'config'].includes(name) && (trains(method) || name === 'labels'),
  );
  return [
    ...shown.map((name) => ({ name: `tune.${name}`, value: settingText(settings, name) })),
    ...Object.entries((method !== 'answers' && settings.config) || {}).map(([name, value]) => ({
      name: `config.${name}`,
      value: writtenSetting(value),
    })),
  ];
}

/** The buttons of the page, in their order. */
const actionLabels = [
  // Of a paused run resuming comes first.
  ['resume', () => l10n.t`Resume`],
  ['stop', () => l10n.t`Stop`],
  ['trainAgain', () => l10n.t`Train Again`],
  ['continueRun', () => l10n.t`Continue from This`],
  ['openComparison', () => l10n.t`Compare`],
  ['openTemplate', () => l10n.t`Template`],
  ['showText', () => l10n.t`Show That Text`],
  ['predictRows', () => l10n.t`Predict Rows…`],
  ['exportRun', () => l10n.t`Export…`],
  ['showLog', () => l10n.t`Log File`],
  ['showSlurmLog', () => l10n.t`Slurm Log`],
  ['learnMore', () => l10n.t`Learn More`],
] as const satisfies readonly (readonly [RunAction, () => string])[];

function actionsOf(run: WatchedRun): RunPageState['actions'] {
  const labelOf = (action: RunAction, label: () => string) =>
    action === 'resume' && lacksResult(run.record) ? l10n.t`Measure` : label();
  return actionLabels
    .filter(([action]) => can(run, action))
    .map(([action, label]) => ({ action, label: labelOf(action, label) }));
}

/**
 * The points in new lines of `metrics.jsonl`.
 * @param from points that went before
 * @param freeText whether there are no right labels: earlier versions wrote an accuracy of 0 all the same
 */
export function runPoints(from: number, lines: readonly MetricLine[], freeText = false): RunPoints {
  const training = lines.flatMap((line): readonly TrainingPoint[] =>
    'dev' in line
      ? []
      : [
          [
            line.step,
            finite(line.loss),
            finite(line.learningRate),
            finite(line.examplesPerSecond),
            finite(line.memoryBytes),
          ],
        ],
  );
  const dev = lines.flatMap((line): readonly DevPoint[] =>
    'dev' in line ? [[line.step, finite(line.dev.loss), finite(decidingScore(line.dev, freeText)?.value)]] : [],
  );
  return { from, training, dev };
}

/** JSON has no NaN, so a loss that was none is null in the file. */
function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
