import { rm } from 'node:fs/promises';
import { until } from './until.mjs';

/** Removes a folder and all in it, also while a process that has been told to end still writes there. */
export async function removeFolder(folder) {
  await until(`${folder} to be gone`, async () => {
    await rm(folder, { recursive: true, force: true });
    return true;
  });
}
