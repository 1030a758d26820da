import * as l10n from '@vscode/l10n';
import { labelAccuracy, type MetricFace } from '../../scoring/metricFace';
import { decidingOf } from '../../comparison/study/studyResults';
import { decidingMetric } from '../../runs/record/measuredMetrics';
import { isolated } from '../../words/isolateText';
import { count, percentDone, shortCount, shortLoss, shortMetric } from '../../words/formatNumbers';
import { methodTitles } from '../../words/methodTitles';
import { givenTitle } from '../../comparison/study/methodText';
import { seedsText, type StandingResult } from '../../comparison/study/standingResults';
import { sharedRows } from '../../runs/record/words/describeProvenance';
import type { QueueTicket } from '../../runs/queue/queue';
import type { RunProgress, RunRecord } from '../../runs/record/record';
import { isHeld } from '../../runs/slurm/slurmJob';
import { slurmText } from '../../runs/slurm/slurmWords';
import { lacksResult, stepsTaken } from '../../runs/record/runStage';
import { templateName } from '../../template/read/templateName';
import { writtenSetting } from '../../template/settings/settingText';
import { stateWord } from '../../runs/record/words/recordWords';

/** How a run is called: as a person has named it, else by its method and template. */
export function runTitle(run: Pick<RunRecord, 'name' | 'method' | 'template' | 'given'>): string {
  const { name, method, template } = run;
  const given = givenTitle(run);
  if (given !== undefined) return l10n.t`${given} on ${templateName(template.path)}`;
  return name || l10n.t`${methodTitles[method]} on ${templateName(template.path)}`;
}

/** A run's method in a word; answers from elsewhere by their name, with the words that they are. */
export const methodWord = (run: Pick<RunRecord, 'name' | 'method' | 'given'>): string => givenTitle(run) ?? run.method;

/** `soft · step 120/300 · loss 0.83` while a run works, `soft · test acc 0.83 ±0.03` when it is done. */
export function describeRun(run: RunRecord): string {
  return [methodWord(run), ...describeState(run)].join(' · ');
}

/**
 * The parts of {@link describeRun} without the method; the first is the one word for the state, where it has one.
 * @param ticket of a run in the queue, which tells whether it waits or is paused
 */
export function describeState(run: RunRecord, ticket?: Pick<QueueTicket, 'paused'>): readonly string[] {
  const { slurm } = run;
  if (slurm && run.status === 'queued')
    return [isHeld(slurm) ? pausedText() : stateWord('queued'), slurmText(slurm), ...reachedStep(run)];
  if (slurm && run.status === 'running') return [...describeProgress(run), slurmText(slurm)];
  if (run.status === 'queued' && ticket?.paused) return [pausedText(), ...reachedStep(run)];
  if (run.status === 'queued') return [stateWord('queued')];
  if (run.status === 'running') return describeProgress(run);
  if (run.status === 'done')
    return [
      describeAccuracy(run),
      ...(run.collapsed === undefined ? [] : [l10n.t`collapsed onto "${isolated(run.collapsed)}"`]),
    ];
  if (lacksResult(run)) return [stateWord(run.status), l10n.t`trained, not measured`];
  return [stateWord(run.status), ...reachedStep(run)];
}

const reachedStep = ({ progress }: RunRecord): readonly string[] =>
  stepsTaken(progress) > 0 ? [describeStep(progress)] : [];

function describeProgress({ progress, settings }: RunRecord): readonly string[] {
  const { phase, step, steps, trial, trials } = progress;
  const rows = steps > 0 ? `${count(step)}/${count(steps)}` : undefined;
  switch (phase) {
    case 'training': {
      const loss = progress.loss === undefined ? [] : [l10n.t`loss ${shortLoss(progress.loss)}`];
      return [describeStep(progress), ...loss];
    }
    case 'sweep':
      // A run that an earlier version works on says nothing of the steps of its trials.
      return trial === undefined || trials === undefined
        ? [l10n.t`choosing a learning rate`]
        : [
            settings.blackBox
              ? l10n.t`trying step size ${trial} of ${trials}`
              : l10n.t`trying rate ${trial} of ${trials}`,
            describeStep(progress),
          ];
    case 'checking':
      return [rows === undefined ? l10n.t`checking the rows` : l10n.t`checking ${rows} rows`];
    case 'testing':
      return [rows === undefined ? l10n.t`testing` : l10n.t`testing ${rows} rows`];
    case 'examples':
      return [l10n.t`choosing examples`, ...(steps > 0 ? [percentDone(step, steps)] : [])];
    case 'searching':
      return [l10n.t`rewriting the instruction`, ...(steps > 0 ? [percentDone(step, steps)] : [])];
    default:
      return [phaseTexts[phase]()];
  }
}

const phaseTexts = {
  waiting: () => l10n.t`starting`,
  loading: () => l10n.t`loading the model`,
  finished: () => l10n.t`finishing`,
} as const;

/** `step 120/300`, or where rows are counted `row 1,200/3,000`. */
export function describeStep({ phase, step, steps }: RunProgress): string {
  return phase === 'testing' || phase === 'checking'
    ? l10n.t`row ${count(step)}/${count(steps)}`
    : l10n.t`step ${step}/${shortCount(steps)}`;
}

/** `step 120 of 300`: the same within a sentence. */
export function stepInSentence({ phase, step, steps }: RunProgress): string {
  return phase === 'testing' || phase === 'checking'
    ? l10n.t`row ${count(step)} of ${count(steps)}`
    : l10n.t`step ${step} of ${shortCount(steps)}`;
}

/** The metric in a word: `acc` for the rows of the right label, else its name. */
const metricWord = ({ name }: Pick<MetricFace, 'name'>): string => (name === labelAccuracy.name ? l10n.t`acc` : name);

/** `test acc 0.83 ±0.03`, or where there is no room for it without its interval. */
export function describeAccuracy(run: RunRecord, withInterval = true): string {
  const { result } = run;
  if (!result) return stateWord('done');
  const metric = decidingMetric(result);
  if (!Number.isFinite(metric.value))
    return l10n.t`${result.split} loss ${shortLoss(result.loss)}` + sharedRows(result);
  const [low = NaN, high = NaN] = metric.interval ?? [];
  const half = withInterval && Number.isFinite(high - low) ? ` ±${shortMetric((high - low) / 2, metric.scale)}` : '';
  const number = shortMetric(metric.value, metric.scale);
  return `${result.split} ${metricWord(metric)} ${number}${half}${sharedRows(result)}`;
}

/** What is said of a result whose text has been changed since. */
export const ofOlderText = (): string => l10n.t`older text`;

/** Of a run in the queue that is not to begin. */
export const pausedText = (): string => l10n.t`paused`;

/** Whether a run is in the queue, ours or Slurm's, and not to begin. */
export const isPaused = ({ status, slurm }: RunRecord, ticket?: Pick<QueueTicket, 'paused'>): boolean =>
  status === 'queued' && (slurm ? isHeld(slurm) : ticket?.paused === true);

/** The word for a lost run where there is room to say what that means. */
export const lostText = (): string => l10n.t`lost: its process has died`;

/** The parts of what stands for a method: the state of its run, or where there are several seeds their mean. */
export function describeStanding({ results, result, run }: StandingResult): readonly string[] {
  const seeds = seedsText(results);
  if (seeds === '') return describeState(run);
  const { split, loss } = results;
  const metric = decidingOf(results);
  const number =
    metric.value === null
      ? l10n.t`${split} loss ${shortLoss(loss ?? NaN)}`
      : `${split} ${metricWord(metric)} ${shortMetric(metric.value, metric.scale)}`;
  return [number + sharedRows(result), seeds];
}

/** The settings of a run as lines of a front matter; `--set` takes the same keys and values. */
export function settingsAsYaml(record: RunRecord): string {
  const hidden = new Set(['method', 'data', 'labels']);
  const settings = record.settings as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(settings)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => `tune.${name}: ${writtenSetting(value)}`)
    .join('\n');
}
