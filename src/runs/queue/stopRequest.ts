import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJson } from '../../files/jsonFile';
import { object, oneOf, type Infer } from '../../channel/guards';

/** What a run becomes once it has stopped: `stopped` for good, or `queued` to be gone on with in its turn. */
const isStopOutcome = oneOf('stopped', 'queued');
export type StopOutcome = Infer<typeof isStopOutcome>;

const isStopRequest = object({ then: isStopOutcome });

/** How often whoever works on a run looks whether it is asked to stop. */
export const stopPollMilliseconds = 250;

/** Asks whoever works on the run, in whatever process, to stop at its next step and keep a checkpoint. */
export function requestStop(folder: string, then: StopOutcome = 'stopped'): Promise<void> {
  return writeJson(stopPath(folder), { then });
}

export async function readStopRequest(folder: string): Promise<StopOutcome | undefined> {
  return (await readJson(stopPath(folder), isStopRequest))?.then;
}

/** Forgets a request that was obeyed, or meant for an earlier holder. */
export function clearStopRequest(folder: string): Promise<void> {
  return rm(stopPath(folder), { force: true });
}

function stopPath(folder: string): string {
  return join(folder, 'stop.json');
}
