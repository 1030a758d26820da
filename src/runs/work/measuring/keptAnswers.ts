import { join } from 'node:path';

/** Where answers of endpoints are kept: beside the runs, and none of them. */
export const cacheFolder = (runsFolder: string): string => join(runsFolder, '.answers');
