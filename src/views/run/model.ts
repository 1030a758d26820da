import { labelAccuracy, type MetricFace, faceOf } from '../../scoring/metricFace';
import { isolated } from '../../isolateText';
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
} from '../../formatNumbers';
import { metricText } from '../../comparison/exportTable';
import { decidingOf } from '../../comparison/study/studyResults';
import { trains } from '../../runs/record/recordWords';
import { bestText } from '../../runs/record/describeBest';
import { decidingScore } from '../../scoring/devScore';
import { decidingMetric, measuredMetrics, type NamedMetric } from '../../runs/record/measuredMetrics';
import { studyResults } from '../../comparison/study/standingResults';
import type { MetricLine } from '../../runs/store/metricLine';
import { lowMassWarning } from '../../runs/record/describeLabelMass';
import { hostedFacts } from '../../runs/record/describeHosted';
import { hasLabels, listed, measuredRows, selectionText } from '../../runs/record/describeProvenance';
import { formText } from '../../objective/recordedForm';
import type { RecordedConstraint } from '../../scoring/recordedConstraint';
import type { RunRecord } from '../../runs/record/record';
import { lacksResult, partDone } from '../../runs/record/runStage';
import { isOfOlderEdition } from '../../runs/record/versions';
import { can } from '../../runs/queue/runCapabilities';
import type { DevPoint, Fact, RunAction, RunPageState, RunPoints, TrainingPoint } from './contract';
import { markOf, type ChosenRuns } from '../runs/runColours';
import { settingText, writtenSetting } from '../../template/settings/settingText';
import { timeLeft } from '../sidebar/runsTreeModel';
import { methodTitles } from '../../methodTitles';
import { describeState, runTitle } from '../runs/runText';
import type { WatchedRun } from '../runs/runWatcher';

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
    state: [
      status === 'done' && 'done',
      ...describeState(record, run.ticket).map((words) => (words === 'lost' ? 'lost: its process has died' : words)),
    ]
      .filter(Boolean)
      .join(' · '),
    progress: isActive(record) && progress.steps > 0 ? partDone(progress) : null,
    timeLeft: timeLeft(record) ?? null,
    problem: record.error?.message ?? null,
    note: record.note || null,
    mark: mark ? { badge: mark.badge, hue: mark.hue } : null,
    warning: (record.result && lowMassWarning(record.result)) ?? null,
    older: changed ? `This result is of an older text: ${listed(changed)} changed since.` : null,
    devMetric: devMetricOf(record),
    tiles: tilesOf(record, all),
    fields: record.result?.fields ?? null,
    facts: factsOf(run),
    settings: settingsOf(record),
    rewritten:
      rewritten && rewritten.instruction !== rewritten.original
        ? { before: rewritten.original, after: rewritten.instruction }
        : null,
    actions: actionsOf(run),
  };
}

/** What dev is judged by: what the best evaluation says, or before the first one what a result is judged by. */
function devMetricOf({ best, result }: RunRecord): MetricFace {
  return faceOf(best?.score ?? (result ? decidingMetric(result) : labelAccuracy));
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
      ...(hasLabels(result) ? ifFinite('Macro-F1', result.macroF1, fraction) : []),
      ...ifFinite('Label mass', result.labelMass, fraction),
      ...ifFinite(hasLabels(result) ? 'Loss' : 'Loss per answer token', result.loss, fraction),
      ...(result.majority
        ? [{ name: `Always "${isolated(result.majority.label)}"`, value: fraction(result.majority.accuracy) }]
        : []),
      ...ifFinite('Trained numbers', result.trainedParameters, count),
      ...ifFinite('Time', result.seconds, duration),
      ...ifFinite('Memory at most', result.peakMemoryBytes, bytes),
      ...(textGain
        ? [
            {
              name: 'Gain of the new text alone',
              value: signedMetric(textGain.mean, decidingMetric(result).scale),
            },
          ]
        : []),
      ...(collapsed === undefined ? [] : [{ name: 'Collapsed', value: `nearly every row was called "${collapsed}"` }]),
    ];
  }
  return best
    ? [
        {
          name: 'Best on dev',
          value: `${bestText(record)} at step ${best.step}`,
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
      ? [{ name: `Not judged by ${title}`, value: `${counted(failed.rows, 'answer')}: ${failed.reason}` }]
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
    : [{ name: `${metric.title}, mean of ${seeds.length} seeds`, value: metricText(metric) }];
}

function factsOf({ record, folder }: WatchedRun): readonly Fact[] {
  const { model, template, data, versions, started, finished, study, result } = record;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Method', methodTitles[record.method]],
    ...givenFacts(record),
    ['Template', `${template.path}, sha256 ${(template.sha256 ?? '').slice(0, 12)}`],
    [
      'Model',
      [
        model.id,
        model.parameters > 0 && `${count(model.parameters)} weights`,
        model.sha256 && `sha256 ${model.sha256.slice(0, 12)}`,
      ]
        .filter(Boolean)
        .join(', '),
    ],
    ...(result?.hosted ? hostedFacts(result.hosted) : []),
    ['Prompt', record.form && formText(record.form)],
    ...(['train', 'dev', 'test'] as const).map((split): readonly [string, string | undefined] => {
      const file = data[split];
      return [`Rows of ${split}`, file && `${count(file.rows)} in ${file.path}, sha256 ${file.sha256.slice(0, 12)}`];
    }),
    ['Measured on', result && measuredRows(result)],
    ['Answers held to', result?.constraint && constraintText(result.constraint)],
    ['Trained and chosen', (result && selectionText(result)) || undefined],
    ['Learning rate in force', record.learningRate?.toString()],
    ['Study', study && `${study.id}, over ${study.varied.join(', ')}`],
    ['Started', started && new Date(started).toLocaleString('en-GB')],
    ['Ended', finished && new Date(finished).toLocaleString('en-GB')],
    [
      'Versions',
      [
        `Prompt Tuner ${versions.promptTuner}`,
        `Node ${versions.node}`,
        ...(versions.onnxruntime ? [`ONNX Runtime ${versions.onnxruntime}`] : []),
      ].join(', '),
    ],
    [
      'Numbers',
      result && isOfOlderEdition(record)
        ? 'as an earlier version computed them, some otherwise than this one (see the changelog)'
        : undefined,
    ],
    ['Folder', folder],
  ];
  return facts.flatMap(([name, value]) => (value ? [{ name, value }] : []));
}

/** Where answers that were not produced here come from. */
function givenFacts({ given }: RunRecord): readonly (readonly [string, string | undefined])[] {
  if (!given) return [];
  const { file, sha256, read, matched, unlisted } = given;
  return [
    ['Not produced here', `${file}, sha256 ${sha256.slice(0, 12)}, read ${new Date(read).toLocaleString('en-GB')}`],
    ['Matched by', matched === 'inputs' ? 'the columns that the template reads' : 'the order of the rows'],
    ['None of the labels', unlisted ? `${counted(unlisted, 'answer')}, which count as wrong` : undefined],
  ];
}

function constraintText({ library, unenforced }: RecordedConstraint): string {
  const missed = unenforced.map(({ keyword, pointer }) => `${keyword} of ${pointer || 'the whole'}`);
  return `JSON, by ${library}${missed.length > 0 ? `; not to ${missed.join(', ')}` : ''}`;
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
  ['resume', 'Resume'],
  ['stop', 'Stop'],
  ['trainAgain', 'Train Again'],
  ['continueRun', 'Continue from This'],
  ['openComparison', 'Compare'],
  ['openTemplate', 'Template'],
  ['showText', 'Show That Text'],
  ['predictRows', 'Predict Rows…'],
  ['exportRun', 'Export…'],
  ['showLog', 'Log File'],
  ['showSlurmLog', 'Slurm Log'],
] as const satisfies readonly (readonly [RunAction, string])[];

function actionsOf(run: WatchedRun): RunPageState['actions'] {
  const labelOf = (action: RunAction, label: string) =>
    action === 'resume' && lacksResult(run.record) ? 'Measure' : label;
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
