import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../files/atomicFile';
import { readJson, writeJson } from '../../files/jsonFile';
import { sha256 } from '../../files/sha256';
import type { EndpointRequest } from '../client';
import { isEndpointReply, type EndpointReply } from './readReply';

/** Replies that are kept, by what was asked. */
export interface AnswerCache {
  find(request: EndpointRequest): Promise<EndpointReply | undefined>;
  keep(request: EndpointRequest, reply: EndpointReply): Promise<void>;
  /** Removes those that were asked for longest ago, down to as many as are kept. */
  trim(): Promise<void>;
}

/** Replies kept of all endpoints together, a file each. */
const mostKept = 50_000;

/**
 * Opens the replies that are kept beside the runs.
 * @param address of the endpoint: the same request elsewhere is another one
 */
export function openAnswerCache(folder: string, address: string, most = mostKept): AnswerCache {
  const pathOf = ({ path, body }: EndpointRequest): string => {
    const hash = sha256(JSON.stringify([address, path, Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))]));
    return join(folder, hash.slice(0, 2), `${hash}.json`);
  };
  return {
    async find(request) {
      const path = pathOf(request);
      const reply = await readJson(path, isEndpointReply);
      // The file says when it was last asked for; one that cannot say so is trimmed earlier.
      if (reply) await utimes(path, new Date(), new Date()).catch(() => undefined);
      return reply;
    },
    async keep(request, reply) {
      const path = pathOf(request);
      await makeFolder(dirname(path));
      await writeJson(path, reply);
    },
    async trim() {
      const files = await filesIn(folder);
      if (files.length <= most) return;
      const dated = await Promise.all(
        files.map(async (path) => ({ path, time: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 })),
      );
      const oldest = dated.sort((a, b) => a.time - b.time).slice(0, files.length - most);
      for (const { path } of oldest) await rm(path, { force: true });
    },
  };
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const parts = await readdir(folder).catch(() => []);
  const lists = await Promise.all(
    parts.map(async (part) => {
      const names = await readdir(join(folder, part)).catch(() => []);
      return names.filter((name) => name.endsWith('.json')).map((name) => join(folder, part, name));
    }),
  );
  return lists.flat();
}
