import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RunRecord } from '../../runs/record/record';
import { lacksResult, stepsTaken } from '../../runs/record/runStage';
import { templateName } from '../../template/read/templateName';
import { stepInSentence } from '../runs/runText';
import { asksElsewhere } from '../endpoints/beginRuns';
import type { RunWatcher, WatchedRun } from '../runs/runWatcher';
import type { QueueClient } from '../../cluster/queueClient';
import { lostRunsSetting } from './trainerSettings';

/** Runs that a person has already been asked about, in the workspace's memory. */
const askedKey = 'promptTuner.askedAboutLostRuns';
const mostRemembered = 200;

export interface LostRunParts {
  readonly watcher: RunWatcher;
  readonly client: QueueClient;
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** Starts a worker where runs wait, and resumes runs whose process has died or asks about them, as the setting says. */
export function followRuns(parts: LostRunParts): vscode.Disposable {
  const { watcher, client, log } = parts;
  /** The step at which each run was last resumed without asking: one that dies there again is asked about. */
  const resumedAt = new Map<string, number>();
  /** Runs folders whose worker knows of this window; one that was running before the window opened does not. */
  const followed = new Set<string>();

  const logError = errorLogger(log);
  const known = new Map<string, boolean>();

  /** What asks models elsewhere goes on once a person agrees again that rows are sent. */
  const goesOnHere = (record: RunRecord): boolean => {
    const key = `${record.id} ${record.generation ?? 0}`;
    const isKnown = known.get(key);
    if (isKnown !== undefined) return isKnown;
    known.set(key, false);
    asksElsewhere(record)
      .then((asks) => {
        known.set(key, !asks);
        if (!asks) look();
      })
      .catch(logError);
    return false;
  };

  const look = () => {
    if (!vscode.workspace.isTrusted) return;
    const active = watcher.runs.filter(
      ({ folder, record: { status, slurm } }) =>
        !slurm && (status === 'queued' || (status === 'running' && !followed.has(dirname(folder)))),
    );
    for (const runsFolder of new Set(active.map(({ folder }) => dirname(folder)))) {
      followed.add(runsFolder);
      client.ensure(runsFolder).catch(logError);
    }
    const lost = watcher.runs.filter(({ record }) => record.status === 'lost' && goesOnHere(record));
    const again = lost.filter(
      ({ record }) => lostRunsSetting() === 'resume' && resumedAt.get(record.id) !== record.progress.step,
    );
    for (const { folder, record } of again) {
      resumedAt.set(record.id, record.progress.step);
      client.resume(folder).catch(logError);
    }
    void offer(
      lost.filter((run) => !again.includes(run)),
      parts,
    );
  };
  const stopListening = watcher.onChange(look);
  look();
  return { dispose: stopListening };
}

const errorLogger =
  (log: vscode.LogOutputChannel) =>
  (error: unknown): void =>
    log.error(error instanceof Error ? error.message : String(error));

/** Asks once for each run, whatever the answer. */
async function offer(lost: readonly WatchedRun[], { client, memory, log, watcher }: LostRunParts): Promise<void> {
  const logError = errorLogger(log);
  const asked = memory.get<readonly string[]>(askedKey, []);
  const fresh = lost.filter((run) => !asked.includes(keyOf(run)));
  if (fresh.length === 0) return;
  await memory.update(askedKey, [...asked, ...fresh.map(keyOf)].slice(-mostRemembered));
  const [first] = fresh;
  const question =
    fresh.length === 1 ? diedText(first!.record) : l10n.t`The processes of ${counted(fresh.length, 'run')} have died.`;
  const resume = fresh.length === 1 ? l10n.t`Resume` : l10n.t`Resume All`;
  const always = l10n.t`Always Resume`;
  const answer = await vscode.window.showWarningMessage(question, resume, always);
  if (answer === undefined) return;
  if (answer === always)
    await vscode.workspace
      .getConfiguration('promptTuner')
      .update('lostRuns', 'resume', vscode.ConfigurationTarget.Global);
  for (const { folder } of fresh) await client.resume(folder).catch(logError);
  await watcher.refresh();
}

function diedText(run: RunRecord): string {
  const name = templateName(run.template.path);
  if (lacksResult(run)) return l10n.t`The process that worked on ${name} has died after its training.`;
  return stepsTaken(run.progress) > 0
    ? l10n.t`The process that worked on ${name} has died at ${stepInSentence(run.progress)}.`
    : l10n.t`The process that worked on ${name} has died before its first step.`;
}

/** A run that was resumed and dies again is asked about again. */
function keyOf({ record }: WatchedRun): string {
  return `${record.id} ${record.generation ?? 0}`;
}
