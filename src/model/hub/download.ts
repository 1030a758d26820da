import * as l10n from '@vscode/l10n';
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isHeartbeatSilent, startHeartbeat } from '../../files/heartbeat';
import { takeLock, type Lock } from '../../files/fileLock';
import { makeFolder } from '../../files/atomicFile';
import { Failure } from '../../failure';
import { sizeOf, type RepositoryCache } from './cache';
import { connectionFailure, refusal, type Hub } from './client';
import { Passing, retryAfter, withRetries, type Retries } from './retry';
import type { HubFile } from './variants';

export interface Download {
  readonly hub: Hub;
  readonly id: string;
  readonly commit: string;
  readonly repository: RepositoryCache;
  readonly retries: Retries;
  /** Bytes of the file on the disk so far. */
  onProgress?(file: HubFile, bytes: number): void;
}

/**
 * Brings one file's blob into the cache. What is there already is kept; what was cut off goes on where it ended;
 * nothing counts as there before its checksum is right. Two processes that want the same file download it once.
 * @throws Failure "hub-damaged", "hub-changed", "hub-stalled", … ; the signal's reason when it was stopped, with the
 * part kept
 */
export async function downloadBlob(download: Download, file: HubFile): Promise<void> {
  const {
    repository,
    retries: { signal },
  } = download;
  const blob = repository.blob(file.hash);
  await mkdir(dirname(blob), { recursive: true });
  const lock = await lockBlob(repository.lock(file.hash), signal);
  try {
    if ((await sizeOf(blob)) !== file.size) await fetchBlob(download, file, blob);
    download.onProgress?.(file, file.size);
  } finally {
    await lock.release();
  }
}

/** After how long without a heartbeat a holder that cannot be asked for counts as gone. */
const silenceMilliseconds = 10_000;
const retryMilliseconds = 100;

/**
 * Waits until no other process downloads the blob.
 * @param folder of the lock; it stays, empty.
 * @throws the signal's reason
 */
async function lockBlob(folder: string, signal: AbortSignal | undefined): Promise<Pick<Lock, 'release'>> {
  const heartbeatPath = join(folder, 'heartbeat');
  await makeFolder(folder);
  for (;;) {
    signal?.throwIfAborted();
    const lock = await takeLock(folder, {
      isAbandoned: () => isHeartbeatSilent(heartbeatPath, silenceMilliseconds, signal),
    });
    if (!lock) {
      await wait(retryMilliseconds, undefined, { signal });
      continue;
    }
    const heartbeat = startHeartbeat(heartbeatPath);
    return {
      async release() {
        heartbeat.stop();
        await rm(heartbeatPath, { force: true });
        await lock.release();
      },
    };
  }
}

/** An attempt's state: what the server called the content that the part on the disk is of. */
interface Part {
  etag?: string;
  /** Whether the content got another name between two attempts. */
  changed: boolean;
  resumed: boolean;
  bytes: number;
}

async function fetchBlob(download: Download, file: HubFile, blob: string): Promise<void> {
  const incomplete = `${blob}.incomplete`;
  const part: Part = { changed: false, resumed: false, bytes: 0 };
  await withRetries(
    () => attempt(download, file, { incomplete, part }),
    download.retries,
    () => part.bytes,
  );
  await rename(incomplete, blob);
}

async function attempt(
  download: Download,
  file: HubFile,
  { incomplete, part }: { readonly incomplete: string; readonly part: Part },
): Promise<void> {
  const there = (await sizeOf(incomplete)) ?? 0;
  const from = there <= file.size ? there : 0;
  part.resumed = from > 0;
  if (from < file.size || file.size === 0) await receive(download, file, { incomplete, part, from });
  else part.bytes = from;
  if ((await checksum(incomplete, file)) === file.hash) return;
  await rm(incomplete, { force: true });
  part.bytes = 0;
  if (part.changed) throw changed(file);
  const damaged = new Failure(
    'hub-damaged',
    l10n.t`The checksum of ${file.path} is wrong: what came is not what the hub lists.`,
    {},
    l10n.t`Try again; where it stays so, something between here and the hub changes the files.`,
  );
  // A part of an earlier day may be what is wrong, so the whole is fetched once.
  throw part.resumed ? new Passing(damaged, 0) : damaged;
}

async function receive(
  { hub, id, commit, retries: { signal }, onProgress }: Download,
  file: HubFile,
  { incomplete, part, from }: { readonly incomplete: string; readonly part: Part; readonly from: number },
): Promise<void> {
  const address = `${hub.url}/${id}/resolve/${commit}/${file.path.split('/').map(encodeURIComponent).join('/')}`;
  const headers: Record<string, string> = {
    'accept-encoding': 'identity',
    ...(hub.token && { authorization: `Bearer ${hub.token}` }),
  };
  if (from > 0) Object.assign(headers, { range: `bytes=${from}-`, ...(part.etag && { 'if-range': part.etag }) });
  const response = await hub.fetch(address, { headers, signal }).catch((error: unknown) => {
    throw connectionFailure(error);
  });
  const body = response.body;
  const start = startOf(response, from);
  if (start === undefined || !body) {
    await body?.cancel().catch(() => undefined);
    // The part on the disk is longer than the file that the server has.
    if (response.status === 416) await rm(incomplete, { force: true });
    throw refused(id, response);
  }
  const etag = response.headers.get('etag') ?? undefined;
  part.changed ||= part.etag !== undefined && etag !== part.etag;
  part.etag = etag;
  checkLength(file, response, start);
  const handle = await open(incomplete, start > 0 ? 'a' : 'w');
  try {
    part.bytes = start;
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      if (part.bytes + chunk.length > file.size) throw wrongLength(file, 'more');
      await handle.writeFile(chunk);
      part.bytes += chunk.length;
      onProgress?.(file, part.bytes);
    }
  } catch (error) {
    throw connectionFailure(error);
  } finally {
    await handle.close();
  }
  if (part.bytes < file.size) throw wrongLength(file, 'fewer');
}

/** Where the body begins in the file; undefined where the answer is none to the request. */
function startOf({ status, headers }: Response, from: number): number | undefined {
  if (status === 200) return 0;
  const range = status === 206 ? /^bytes (\d+)-/.exec(headers.get('content-range') ?? '') : null;
  return range && Number(range[1]) === from ? from : undefined;
}

function refused(id: string, { status, headers }: Response): unknown {
  const failure =
    status < 400 || status === 416
      ? new Failure(
          'hub-damaged',
          l10n.t`The hub answered with another part of the file than was asked for (${status}).`,
          {},
          l10n.t`Try again.`,
        )
      : refusal(id, { status, code: headers.get('x-error-code') ?? '', reason: headers.get('x-error-message') ?? '' });
  return new Passing(failure, status === 429 || status === 503 ? retryAfter(headers.get('retry-after')) : undefined);
}

/** What the server itself says of the file must be what the list said. */
function checkLength(file: HubFile, { headers }: Response, start: number): void {
  const linked = headers.get('x-linked-etag')?.replace(/^(W\/)?"|"$/g, '');
  if (linked !== undefined && /^[0-9a-f]{40,64}$/.test(linked) && linked !== file.hash) {
    throw changed(file);
  }
  const length = headers.get('content-length');
  if (length !== null && start + Number(length) > file.size) throw wrongLength(file, 'more');
}

function changed(file: HubFile): Failure {
  return new Failure(
    'hub-changed',
    l10n.t`${file.path} was changed on the hub while it was downloaded.`,
    {},
    l10n.t`Add the model again to get it as it is now.`,
  );
}

function wrongLength(file: HubFile, than: 'more' | 'fewer'): Failure {
  return new Failure(
    'hub-damaged',
    than === 'more'
      ? l10n.t`The server sent more bytes of ${file.path} than the ${file.size} that the hub lists.`
      : l10n.t`The server sent fewer bytes of ${file.path} than the ${file.size} that the hub lists.`,
    {},
    l10n.t`Try again; where it stays so, something between here and the hub changes the files.`,
  );
}

/** The hash that the hub names a file's content by: its sha256, or that of git's blob. */
async function checksum(path: string, { hashKind, size }: HubFile): Promise<string> {
  const hash: Hash = hashKind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
