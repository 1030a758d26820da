import * as vscode from 'vscode';
import type { SlurmChoice } from './contract';

/** Which machine trains: this one where nothing is asked of Slurm. */
export interface Where {
  readonly slurm: SlurmChoice | undefined;
}

/** `Slurm, long, 2:00:00`. @param otherwise what profile and settings ask of Slurm */
export function whereText(chosen: SlurmChoice | undefined, otherwise: SlurmChoice | null): string {
  if (!chosen) return 'this machine';
  const said = (['partition', 'time', 'mem'] as const).map((name) => chosen[name] || otherwise?.[name]);
  return ['Slurm', ...said].filter(Boolean).join(', ');
}

/**
 * Asks which machine trains, and what is asked of Slurm.
 * @param defaults what profile and settings ask of it
 * @param before what was chosen the last time
 * @returns nothing when the person leaves
 */
export async function askWhere(defaults: SlurmChoice, before?: SlurmChoice): Promise<Where | undefined> {
  const here = { label: '$(device-desktop) This Machine', description: 'one run after another', isSlurm: false };
  const cluster = { label: '$(server) Slurm', description: 'a job array, a task for each run', isSlurm: true };
  const place = await vscode.window.showQuickPick([here, cluster], {
    title: 'Where',
    placeHolder: 'Which machine trains?',
    ignoreFocusOut: true,
  });
  if (!place) return undefined;
  if (!place.isSlurm) return { slurm: undefined };
  const answers: Record<string, string> = {};
  for (const [name, prompt, otherwise] of questions) {
    const answer = await vscode.window.showInputBox({
      title: `Slurm: ${prompt}`,
      prompt: `${prompt}, as sbatch takes it. Leave empty for ${defaults[name] || otherwise}.`,
      placeHolder: defaults[name] || otherwise,
      value: before?.[name] ?? '',
      ignoreFocusOut: true,
    });
    if (answer === undefined) return undefined;
    answers[name] = answer.trim();
  }
  return { slurm: { partition: answers.partition!, time: answers.time!, mem: answers.mem! } };
}

const questions = [
  ['partition', 'partition', "the cluster's own"],
  ['time', 'time limit of a stay', "the partition's own"],
  ['mem', 'memory for a run', 'as much as a step takes that is measured first'],
] as const satisfies readonly (readonly [keyof SlurmChoice, string, string])[];
