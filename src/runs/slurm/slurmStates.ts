import { join } from 'node:path';
import { both, isFlag, isNumber, isText, listOf, object, optional } from '../../channel/guards';
import { readJson, writeJson } from '../../files/jsonFile';
import { isSlurmState, rangesOf, tasksOf, type SlurmState } from './slurmJob';

/** What Slurm said of the tasks of a submission, by their numbers in the study. */
export interface SlurmStates {
  readonly tasks: ReadonlyMap<number, SlurmState>;
  /** Grows with each look at Slurm, so that one who watches sees that another has looked. */
  readonly look: number;
  /** Whether Slurm has nothing more to say of any of them. */
  readonly isSettled: boolean;
}

/** Tasks of one state stand in one line, so that the file of a study of ten thousand runs that wait is short. */
const isStatesFile = object({
  look: isNumber,
  isSettled: optional(isFlag),
  states: listOf(both(isSlurmState, object({ tasks: isText }))),
});

export async function readSlurmStates(folder: string): Promise<SlurmStates> {
  const file = await readJson(statesPath(folder), isStatesFile);
  const tasks = new Map<number, SlurmState>();
  for (const { tasks: ranges, ...state } of file?.states ?? [])
    for (const task of tasksOf(ranges) ?? []) tasks.set(task, state);
  return { tasks, look: file?.look ?? 0, isSettled: file?.isSettled ?? false };
}

let written = 0;

/** Grows when this process has written states, which whoever has read them just before must read again. */
export const statesWritten = (): number => written;

export async function writeSlurmStates(folder: string, { tasks, look, isSettled }: SlurmStates): Promise<void> {
  const alike = new Map<string, { readonly state: SlurmState; readonly numbers: number[] }>();
  for (const [task, state] of [...tasks].sort(([a], [b]) => a - b)) {
    const key = JSON.stringify(state);
    const group = alike.get(key);
    if (group) group.numbers.push(task);
    else alike.set(key, { state, numbers: [task] });
  }
  const states = [...alike.values()].map(({ state, numbers }) => ({ tasks: rangesOf(numbers), ...state }));
  await writeJson(statesPath(folder), { look, ...(isSettled && { isSettled }), states });
  written++;
}

export function statesPath(folder: string): string {
  return join(folder, 'states.json');
}
