import type { Command } from 'commander';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refreshStates } from '../../cluster/refreshStates';
import { taskOf, workOnTask } from '../../cluster/studyTask';
import { writeComparison } from '../../comparison/report/writeReport';
import { readTaskList, requireSubmission } from '../../runs/slurm/submission';

/** What the scripts of a study call, and nobody else. */
export function addSlurmTask(program: Command): void {
  program
    .command('slurm-task', { hidden: true })
    .argument('<submission>')
    .argument('<first>')
    .action(async (folder: string, first: string) => {
      const ending = new AbortController();
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());
      const log = (line: string) => process.stdout.write(`${new Date().toISOString()} ${line}\n`);
      await workOnTask(taskOf(folder, Number(first), process.env), { signal: ending.signal, log });
    });
  program
    .command('slurm-report', { hidden: true })
    .argument('<submission>')
    .argument('<file>')
    .action(async (folder: string, to: string) => {
      const { arrays } = await requireSubmission(folder);
      const runsFolder = dirname(dirname(folder));
      // How tasks have ended is noted while Slurm still knows it.
      await refreshStates(runsFolder).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
      const ids = (await Promise.all(arrays.map(({ first }) => readTaskList(folder, first)))).flat();
      await mkdir(dirname(to), { recursive: true });
      const { file } = await writeComparison(
        ids.map((id) => join(runsFolder, id)),
        { format: 'html', to },
      );
      process.stdout.write(`${file}\n`);
    });
}
