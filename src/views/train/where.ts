import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { clauses } from '../../words/listed';
import type { SlurmChoice } from './contract';

/** Which machine trains: this one where nothing is asked of Slurm. */
export interface Where {
  readonly slurm: SlurmChoice | undefined;
}

/** `Slurm, long, 2:00:00`. @param otherwise what profile and settings ask of Slurm */
export function whereText(chosen: SlurmChoice | undefined, otherwise: SlurmChoice | null): string {
  if (!chosen) return l10n.t`this machine`;
  const said = (['partition', 'time', 'mem'] as const).map((name) => chosen[name] || otherwise?.[name]);
  return clauses(['Slurm', ...said]);
}

/**
 * Asks which machine trains, and what is asked of Slurm.
 * @param defaults what profile and settings ask of it
 * @param before what was chosen the last time
 * @returns nothing when the person leaves
 */
export async function askWhere(defaults: SlurmChoice, before?: SlurmChoice): Promise<Where | undefined> {
  const here = {
    label: `$(device-desktop) ${l10n.t`This Machine`}`,
    description: l10n.t`one run after another`,
    isSlurm: false,
  };
  const cluster = {
    label: '$(server) Slurm',
    description: l10n.t`a job array, a task for each run`,
    isSlurm: true,
  };
  const place = await vscode.window.showQuickPick([here, cluster], {
    title: l10n.t`Where`,
    placeHolder: l10n.t`Which machine trains?`,
    ignoreFocusOut: true,
  });
  if (!place) return undefined;
  if (!place.isSlurm) return { slurm: undefined };
  const answers: Record<string, string> = {};
  for (const { name, prompt, otherwise } of questions()) {
    const answer = await vscode.window.showInputBox({
      title: l10n.t`Slurm: ${prompt}`,
      prompt: l10n.t`${prompt}, as sbatch takes it. Leave empty for ${defaults[name] || otherwise}.`,
      placeHolder: defaults[name] || otherwise,
      value: before?.[name] ?? '',
      ignoreFocusOut: true,
    });
    if (answer === undefined) return undefined;
    answers[name] = answer.trim();
  }
  return { slurm: { partition: answers.partition!, time: answers.time!, mem: answers.mem! } };
}

interface Question {
  readonly name: keyof SlurmChoice;
  readonly prompt: string;
  readonly otherwise: string;
}

const questions = (): readonly Question[] => [
  { name: 'partition', prompt: l10n.t`partition`, otherwise: l10n.t`the cluster's own` },
  { name: 'time', prompt: l10n.t`time limit of a stay`, otherwise: l10n.t`the partition's own` },
  {
    name: 'mem',
    prompt: l10n.t`memory for a run`,
    otherwise: l10n.t`as much as a step takes that is measured first`,
  },
];
