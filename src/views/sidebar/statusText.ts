import * as l10n from '@vscode/l10n';
import { byDeciding, decidingOf } from '../../comparison/study/studyResults';
import { templateName } from '../../template/read/templateName';
import { counted, percentDone } from '../../words/formatNumbers';
import { studyResults } from '../../comparison/study/standingResults';
import { clauses } from '../../words/listed';
import type { RunRecord } from '../../runs/record/record';
import { isActive } from '../../runs/store/runStatus';
import { timeLeft } from './runsTreeModel';
import { describeRun, describeStanding, describeState } from '../runs/runText';

/** What the status bar shows while runs are active; undefined when none is. */
export function statusText(
  runs: readonly RunRecord[],
): { readonly text: string; readonly tooltip: string } | undefined {
  const [first, ...others] = runs.filter(({ status }) => status === 'running');
  const waiting = runs.filter(({ status }) => status === 'queued').length;
  const waits = waiting > 0 ? l10n.t`${waiting} waiting` : undefined;
  const withSlurm = runs.filter((run) => isActive(run) && run.slurm).length;
  const slurm = withSlurm > 0 ? l10n.t`${withSlurm} with Slurm` : undefined;
  if (!first)
    return waiting > 0
      ? {
          text: `$(clock) ${waits}`,
          tooltip: clauses([l10n.t`${counted(waiting, 'run')} waiting`, slurm]),
        }
      : undefined;
  const {
    progress: { phase, step, steps },
    method,
  } = first;
  const percent = phase === 'training' && steps > 0 ? percentDone(step, steps) : describeState(first)[0];
  const more = others.length > 0 ? l10n.t`${others.length + 1} running` : undefined;
  return {
    text: `$(sync~spin) ${[`${method} ${percent}`, more, waits].filter(Boolean).join(' · ')}`,
    tooltip: clauses(
      [`${templateName(first.template.path)}: ${describeRun(first)}`, timeLeft(first), more, waits, slurm].filter(
        Boolean,
      ),
    ),
  };
}

/** The message on runs that have finished out of sight. @param ended one or more */
export function endedText(ended: readonly RunRecord[]): string {
  const [only] = ended;
  if (ended.length === 1) return `${templateName(only!.template.path)}: ${describeRun(only!)}`;
  const [best] = studyResults(ended)
    .filter(({ results }) => decidingOf(results).value !== null && !results.onTrainingRows)
    .sort(byDeciding);
  const finished = l10n.t`${counted(ended.length, 'run')} finished.`;
  if (!best) return finished;
  const { method, template } = best.run;
  return l10n.t`${finished} Best: ${templateName(template.path)}, ${[method, ...describeStanding(best)].join(' · ')}.`;
}

/** The message on runs that have failed. @param failed one or more */
export function failedText(failed: readonly RunRecord[]): string {
  const [only] = failed;
  if (failed.length > 1) return l10n.t`${counted(failed.length, 'run')} failed.`;
  return `${templateName(only!.template.path)}, ${only!.method}: ${only!.error?.message ?? l10n.t`The run failed.`}`;
}
