import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import { counted } from '../words/formatNumbers';
import { enumerated } from '../words/listed';
import { readRun } from '../runs/store/runFolder';
import { isActive } from '../runs/store/runStatus';
import { agentTool } from './agentTool';
import { list, text } from './toolInput';
import { requireRun } from './workplace';

export const stopRuns = agentTool({
  name: 'stopRuns',
  title: 'Stop Prompt Tuning Runs',
  description:
    'Stops runs that wait or are at work. A training keeps a checkpoint, from which a person can resume it; nothing ' +
    'is deleted.',
  userDescription: 'Stops trainings; each keeps a checkpoint.',
  icon: '$(debug-stop)',
  effect: 'work',
  fields: { runs: list('Ids of the runs.', text('an id')) },
  confirm: async ({ runs }, place) => {
    const names = (await Promise.all(runs.map((run) => requireRun(place, run)))).map((folder) => basename(folder));
    return {
      title: l10n.t`Stop ${counted(names.length, 'run')}?`,
      message: l10n.t`Stops ${enumerated(names)}. What was trained is kept in a checkpoint.`,
    };
  },
  async run({ runs }, place) {
    const folders = await Promise.all(runs.map((run) => requireRun(place, run)));
    const said = await Promise.all(
      folders.map(async (folder) => {
        const record = await readRun(folder);
        if (!isActive(record)) return `${record.id} is ${record.status}: there is nothing to stop.`;
        await place.queue.stop(folder);
        return `${record.id} stops at its next step and keeps a checkpoint.`;
      }),
    );
    return said.join('\n');
  },
});
