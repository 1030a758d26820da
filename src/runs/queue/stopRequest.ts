import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJson } from '../../files/jsonFile';
import { oneOf, shape } from '../../channel/guards';

/** What a run becomes once it has stopped: `stopped` for good, or `queued` to be gone on with in its turn. */
export type StopOutcome = 'stopped' | 'queued';

interface StopRequest {
  readonly then: StopOutcome;
}

const isStopRequest = shape<StopRequest>({ then: oneOf('stopped', 'queued') });

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
