import * as l10n from '@vscode/l10n';
import { hostedFacts } from '../../runs/record/words/describeHosted';
import { basename } from 'node:path';
import { bytes, count, counted, duration, fraction, metricInterval, metricNumber } from '../../words/formatNumbers';
import { clauses, enumerated } from '../../words/listed';
import { formatFront } from './formatFront';
import { formatTexts } from './formatResult';
import { methodText } from '../study/methodText';
import { readMetrics } from '../../runs/store/files/metrics';
import { lowMassWarning } from '../../runs/record/words/describeLabelMass';
import { hasLabels, measuredRows, selectionText } from '../../runs/record/words/describeProvenance';
import { formText } from '../../objective/recordedForm';
import { stateWord } from '../../runs/record/words/recordWords';
import { bestText } from '../../runs/record/words/describeBest';
import { decidingMetric, measuredMetrics } from '../../runs/record/measuredMetrics';
import type { Allocation, EvaluationResult, RunRecord } from '../../runs/record/record';
import { lacksResult } from '../../runs/record/runStage';
import { isHeld } from '../../runs/slurm/slurmJob';
import { shortSlurmText, slurmText } from '../../runs/slurm/slurmWords';
import { isActive } from '../../runs/store/runStatus';
import { isOfOlderEdition } from '../../runs/record/versions';
import { deleteRun, readRun } from '../../runs/store/runFolder';
import { findRun } from '../../runs/store/scanRuns';
import { type RunList } from '../../runs/store/scanRuns';
import { asText } from '../../words/writeTable';

export interface RunDetails {
  readonly folder: string;
  readonly record: RunRecord;
  /** Training steps and dev evaluations noted so far. */
  readonly metrics: number;
}

/** One run in full. @throws Failure "run-missing", "run-damaged" */
export async function showRun(runsFolder: string, reference: string): Promise<RunDetails> {
  const folder = await findRun(runsFolder, reference);
  const [record, { lines }] = await Promise.all([readRun(folder), readMetrics(folder)]);
  return { folder, record, metrics: lines.length };
}

/** Deletes a run. @returns its id. @throws Failure "run-missing", "run-busy" */
export async function removeRun(runsFolder: string, reference: string): Promise<string> {
  const folder = await findRun(runsFolder, reference);
  await deleteRun(folder);
  return basename(folder);
}

/** What a script gets of a runs folder: records, and what is wrong with those that cannot be read. */
export function runListJson({ runs, damaged }: RunList): readonly object[] {
  return [
    ...runs,
    ...damaged.map(({ id, folder, failure }) => ({
      id,
      folder,
      status: 'damaged',
      error: { code: failure.code, message: failure.message },
    })),
  ];
}

/** Runs as a table of text, a damaged one with what is wrong with it. */
export function formatRunList({ runs, damaged }: RunList): string {
  if (runs.length + damaged.length === 0)
    return l10n.t`No runs yet. "prompt-tuner train FILE --method soft" makes one.`;
  const lines = runs.map((record) => [
    record.id,
    record.slurm && isActive(record) && isHeld(record.slurm) ? l10n.t`paused` : stateWord(record.status),
    methodText(record),
    record.slurm && isActive(record)
      ? shortSlurmText(record.slurm)
      : record.result
        ? shownScore(record.result)
        : progressText(record),
    basename(record.template.path),
    labelText(record),
  ]);
  const broken = damaged.map(({ id, failure }) => [id, l10n.t`damaged`, '', '', failure.message, '']);
  return asText({
    headings: [l10n.t`run`, l10n.t`status`, l10n.t`method`, l10n.t`result`, l10n.t`template`, l10n.t`name`],
    rows: [...lines, ...broken],
    alignment: ['left', 'left', 'left', 'right', 'left', 'left'],
  });
}

/** What decides of a run, named where it is not the accuracy: `0.833`, `f1 0.412`. */
function shownScore(result: EvaluationResult): string {
  const { name, value, scale } = decidingMetric(result);
  return `${name === 'accuracy' ? '' : `${name} `}${metricNumber(value, scale)}`;
}

/** What one run is and came to, a line for each fact. */
export function formatRun({ folder, record, metrics }: RunDetails): string {
  const { result, error, best } = record;
  const lines: readonly (readonly [string, string | undefined])[] = [
    [l10n.t`run`, record.id],
    [l10n.t`name`, record.name || record.starred || record.given ? labelText(record) : undefined],
    [l10n.t`note`, record.note ? record.note.replaceAll('\n', ' ') : undefined],
    [l10n.t`study`, record.study && l10n.t`${record.study.id}, over ${enumerated(record.study.varied)}`],
    [l10n.t`folder`, folder],
    [l10n.t`status`, stateWord(record.status)],
    [l10n.t`slurm`, record.slurm && slurmText(record.slurm)],
    [l10n.t`allocations`, record.allocations?.map(allocationText).join('; ')],
    [l10n.t`error`, error && `${error.message} [${error.code}]`],
    [l10n.t`method`, methodText(record)],
    [l10n.t`template`, record.template.path],
    [l10n.t`from`, record.given && `${record.given.file}, sha256 ${record.given.sha256.slice(0, 12)}`],
    [
      l10n.t`model`,
      record.method === 'answers'
        ? l10n.t`not known`
        : record.model.parameters
          ? l10n.t`${record.model.id}, ${count(record.model.parameters)} weights`
          : record.model.id,
    ],
    ...(result?.hosted ? hostedFacts(result.hosted) : []).map(([name, value]) => [name.toLowerCase(), value] as const),
    [l10n.t`form`, record.form && formText(record.form)],
    [l10n.t`created`, record.created],
    [l10n.t`progress`, progressText(record)],
    [
      record.settings.blackBox ? l10n.t`first step size` : l10n.t`learning rate`,
      record.learningRate === undefined ? undefined : String(record.learningRate),
    ],
    [l10n.t`best on dev`, best && l10n.t`step ${best.step}, ${bestText(record)!}`],
    [l10n.t`metrics`, counted(metrics, 'line')],
    ...(result ? measuredMetrics(result) : []).map(({ name, value, interval, scale, failed }): [string, string] => [
      name,
      [
        metricNumber(value, scale),
        interval && `[${metricInterval(interval, scale)}]`,
        l10n.t`on ${measuredRows(result!)}`,
        failed && `, ${l10n.t`${counted(failed.rows, 'answer')} not judged: ${failed.reason}`}`,
      ]
        .filter(Boolean)
        .join(' '),
    ]),
    [l10n.t`chosen`, (result && selectionText(result)) || undefined],
    [l10n.t`numbers`, result && isOfOlderEdition(record) ? l10n.t`as an earlier version computed them` : undefined],
    [l10n.t`stage`, lacksResult(record) ? l10n.t`trained, not measured` : undefined],
    [l10n.t`macro-F1`, result && hasLabels(result) ? fraction(result.macroF1) : undefined],
    [l10n.t`label mass`, result?.labelMass === undefined ? undefined : fraction(result.labelMass)],
    [l10n.t`warning`, result && lowMassWarning(result)],
    [l10n.t`loss`, result && fraction(result.loss)],
    [
      l10n.t`trained`,
      result && record.method !== 'answers'
        ? l10n.t`${counted(result.trainedParameters, 'number')} in ${duration(result.seconds)}, \
${bytes(result.peakMemoryBytes)} at most`
        : undefined,
    ],
  ];
  const table = asText({
    headings: [],
    rows: lines.filter(([, value]) => value !== undefined),
    alignment: ['left', 'left'],
  });
  return [table, ...formatTexts(record), ...formatFront(record)].join('\n');
}

/** `123_4 on n12, Xeon 6138, 4 threads, from step 20`: a stay of the run on a cluster. */
function allocationText({ job, host, processor, threads, step }: Allocation): string {
  return clauses(
    [l10n.t`${job} on ${host}`, processor, counted(threads, 'thread'), l10n.t`from step ${step}`].filter(Boolean),
  );
}

/** The name that a person has given the run, behind a star where it has one. */
function labelText({ name, starred, given }: RunRecord): string {
  return [starred && '★', name || given?.name].filter(Boolean).join(' ');
}

/** Phases as a terminal names them, which in English is as the record does. */
const phaseTexts: Readonly<Record<RunRecord['progress']['phase'], () => string>> = {
  waiting: () => l10n.t`waiting`,
  loading: () => l10n.t`loading`,
  checking: () => l10n.t`checking`,
  examples: () => l10n.t`examples`,
  searching: () => l10n.t`searching`,
  sweep: () => l10n.t`sweep`,
  training: () => l10n.t`training`,
  testing: () => l10n.t`testing`,
  finished: () => l10n.t`finished`,
};

function progressText({ progress }: RunRecord): string {
  const { phase, step, steps, trial, trials } = progress;
  const name = phaseTexts[phase]();
  if (steps === 0) return name;
  return trial === undefined || trials === undefined
    ? l10n.t`${name} ${step}/${steps}`
    : l10n.t`${name} ${trial} of ${trials}, ${step}/${steps}`;
}
