import { join } from 'node:path';
import { readJson, writeJson } from '../../files/jsonFile';
import { isFlag, isText, object, optional, type Infer } from '../../channel/guards';

/** What a person adds to a run. It has a file of its own, so that it can be changed while the run is at work. */
const isLabels = object({ name: optional(isText), note: optional(isText), starred: optional(isFlag) });
export type RunLabels = Infer<typeof isLabels>;

export const labelsName = 'labels.json';

export function readLabels(folder: string): Promise<RunLabels | undefined> {
  return readJson(labelsPath(folder), isLabels);
}

/** Changes some labels of a run; an empty name or note takes it away. @returns all that it has now */
export async function setLabels(folder: string, change: RunLabels): Promise<RunLabels> {
  const labels = { ...(await readLabels(folder)), ...change };
  await writeJson(labelsPath(folder), labels);
  return labels;
}

function labelsPath(folder: string): string {
  return join(folder, labelsName);
}
