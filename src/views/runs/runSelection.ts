import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { templateName } from '../../template/read/templateName';
import { can, type Capability } from '../../runs/queue/runCapabilities';
import { describeState } from './runText';
import type { WatchedRun } from './runWatcher';

/** The run that a command is given: by the tree, a page or another command. */
export function runOf(selected: unknown): WatchedRun | undefined {
  if (typeof selected !== 'object' || selected === null) return undefined;
  if ('record' in selected && 'folder' in selected) return selected as WatchedRun;
  return 'run' in selected ? runOf(selected.run) : undefined;
}

/** The runs that a command of the tree applies to: all that are selected when the clicked one is among them. */
export function runsOf(selected: unknown, all: unknown): readonly WatchedRun[] {
  const clicked = runOf(selected);
  const every = Array.isArray(all) ? all.flatMap((each) => runOf(each) ?? []) : [];
  if (clicked && every.some(({ record }) => record.id === clicked.record.id)) return every;
  return clicked ? [clicked] : [];
}

/** The runs below the entry of a study in the tree. */
export function runsOfStudy(selected: unknown): readonly WatchedRun[] {
  if (
    typeof selected !== 'object' ||
    selected === null ||
    !('children' in selected) ||
    !Array.isArray(selected.children)
  )
    return [];
  return selected.children.flatMap((child) => runOf(child) ?? []);
}

/**
 * The run that a command is given, else the only one that it can be done with, else the one that the person picks.
 * A run that is given is taken as it is: its record may be older than the run, and the run folder refuses what came too
 * late.
 * @param work what is done with it, as the end of "Which run to …?"
 * @returns undefined when there is none, which is said, or the person picks none
 */
export async function runFor(
  capability: Capability,
  selected: unknown,
  { runs, work }: { readonly runs: readonly WatchedRun[]; readonly work: string },
): Promise<WatchedRun | undefined> {
  return (
    runOf(selected) ??
    pickRun(
      runs.filter((run) => can(run, capability)),
      work,
    )
  );
}

/**
 * The runs that a command is given, as {@link runFor} says of one; all that can be chosen at once are asked for.
 * @returns none when there are none, which is said, or the person picks none
 */
export async function runsFor(
  capability: Capability,
  selected: unknown,
  all: unknown,
  { runs, work }: { readonly runs: readonly WatchedRun[]; readonly work: string },
): Promise<readonly WatchedRun[]> {
  const given = runsOf(selected, all);
  if (given.length > 0) return given.filter((run) => can(run, capability));
  const fitting = runs.filter((run) => can(run, capability));
  if (fitting.length <= 1) return [await pickRun(fitting, work)].filter((run) => run !== undefined);
  const chosen = await vscode.window.showQuickPick(fitting.map(itemOf), {
    placeHolder: l10n.t`Which runs to ${work}?`,
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.map(({ run }) => run) ?? [];
}

const itemOf = (run: WatchedRun) => ({
  label: run.record.name || templateName(run.record.template.path),
  description: [run.record.method, ...describeState(run.record, run.ticket)].join(' · '),
  detail: run.record.id,
  run,
});

async function pickRun(runs: readonly WatchedRun[], work: string): Promise<WatchedRun | undefined> {
  if (runs.length === 0) void vscode.window.showInformationMessage(l10n.t`There is no run to ${work}.`);
  if (runs.length <= 1) return runs[0];
  return (
    await vscode.window.showQuickPick(runs.map(itemOf), {
      placeHolder: l10n.t`Which run to ${work}?`,
      matchOnDescription: true,
      matchOnDetail: true,
    })
  )?.run;
}
