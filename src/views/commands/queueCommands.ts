import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Command } from '../../editor/registerCommands';
import { moveInQueue } from '../../runs/queue/queue';
import type { Capability } from '../../runs/queue/runCapabilities';
import { asksElsewhere, resumeTraining, type BeginParts } from '../endpoints/beginRuns';
import { measureElsewhere } from '../endpoints/measureElsewhere';
import type { QueueClient } from '../../cluster/queueClient';
import { runFor } from '../runs/runSelection';
import type { RunWatcher } from '../runs/runWatcher';
import { workspaceRunsFolders } from '../runs/templateChoice';

export interface QueueCommandParts {
  readonly client: QueueClient;
  readonly watcher: RunWatcher;
  readonly elsewhere: BeginParts['elsewhere'];
}

/** The commands that change the queue, or a run in it. */
export function queueCommands({ client, watcher, elsewhere }: QueueCommandParts): readonly Command[] {
  /** Whatever came of the change, the views show it at once. */
  const change = async (work: () => Promise<void>) => {
    try {
      await work();
    } finally {
      await watcher.refresh();
    }
  };
  const onRun = (id: Capability, work: string, act: (folder: string) => Promise<void>): Command => ({
    id,
    needsTrust: id === 'resume',
    run: async (selected: unknown) => {
      const run = await runFor(id, selected, { runs: watcher.runs, work });
      if (run) await change(() => act(run.folder));
    },
  });
  const changeQueues = (paused: boolean) =>
    change(async () => {
      for (const runs of workspaceRunsFolders()) await client.pauseQueue(runs, paused);
    });
  const resume = async (folder: string) => {
    const run = watcher.runs.find((watched) => watched.folder === folder);
    if (!run || !(await asksElsewhere(run.record))) return client.resume(folder);
    if (run.record.method !== 'hard') return resumeTraining({ client, elsewhere }, run);
    return measureElsewhere(elsewhere, { file: run.record.template.path, runs: dirname(folder), folder });
  };
  return [
    onRun('resume', l10n.t`resume`, resume),
    onRun('pause', l10n.t`pause`, client.pause),
    onRun('stop', l10n.t`stop`, client.stop),
    onRun('moveUp', l10n.t`move up`, (folder) => moveInQueue(folder, 'up')),
    onRun('moveDown', l10n.t`move down`, (folder) => moveInQueue(folder, 'down')),
    { id: 'pauseQueue', needsTrust: false, run: () => changeQueues(true) },
    { id: 'continueQueue', needsTrust: true, run: () => changeQueues(false) },
  ];
}
