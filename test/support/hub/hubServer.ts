import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRepository {
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  readonly commit?: string;
  readonly licence?: string;
}

/** What the server does to a request instead of answering it; `undefined` to answer. */
export type Mischief = (
  request: { readonly path: string; readonly count: number; readonly headers: IncomingMessage['headers'] },
  response: ServerResponse,
  content: Uint8Array,
) => boolean | undefined;

export interface FakeHub {
  readonly url: string;
  /** Addresses asked for, in order. */
  readonly asked: readonly string[];
  /** `range` headers of the requests for a file's content. */
  readonly ranges: readonly (string | undefined)[];
  readonly tokens: readonly (string | undefined)[];
  repositories: Readonly<Record<string, FakeRepository>>;
  mischief: Mischief;
  close(): Promise<void>;
}

export const theCommit = 'c0ffee0000000000000000000000000000000001';

/** A hub of our own: the two calls and the file addresses that downloads use, with ranges. */
export async function openHub(repositories: Readonly<Record<string, FakeRepository>>): Promise<FakeHub> {
  const asked: string[] = [];
  const ranges: (string | undefined)[] = [];
  const tokens: (string | undefined)[] = [];
  const hub = {
    url: '',
    asked,
    ranges,
    tokens,
    repositories,
    mischief: (() => undefined) as Mischief,
    close: () => Promise.resolve(),
  };
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://hub').pathname);
    asked.push(path);
    tokens.push(request.headers.authorization);
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    answer(hub, { request, response, path, count });
  });
  await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  hub.close = () =>
    new Promise<void>((fulfil) => {
      server.close(() => fulfil());
      server.closeAllConnections();
    });
  return hub;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly count: number;
}

function answer(
  hub: Omit<FakeHub, 'url'> & { ranges: (string | undefined)[] },
  { request, response, path, count }: Exchange,
): void {
  const [, api, id] = /^\/(api\/models\/)?([\w.-]+\/[\w.-]+)/.exec(path) ?? [];
  const repository = id === undefined ? undefined : hub.repositories[id];
  const wanted = /\/resolve\/[^/]+\/(.+)$/.exec(path)?.[1];
  const content = Buffer.from(repository?.files[wanted ?? ''] ?? '');
  if (hub.mischief({ path, count, headers: request.headers }, response, content)) return;
  if (!repository) {
    response
      .writeHead(401, { 'x-error-code': 'RepoNotFound', 'content-type': 'application/json' })
      .end('{"error":"Repository not found"}');
  } else if (!api) {
    hub.ranges.push(request.headers.range);
    serveFile(content, { request, response });
  } else if (path.includes('/revision/')) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        _id: '1',
        id,
        private: false,
        gated: false,
        likes: 0,
        downloads: 0,
        lastModified: '2026-01-01T00:00:00Z',
        sha: repository.commit ?? theCommit,
        cardData: { license: repository.licence },
      }),
    );
  } else {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(Object.entries(repository.files).map(([name, data]) => entry(name, Buffer.from(data)))));
  }
}

function entry(path: string, data: Uint8Array): object {
  const small = /\.(json|md)$/.test(path);
  const oid = createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');
  return {
    type: 'file',
    path,
    size: data.length,
    oid,
    ...(!small && { lfs: { oid: sha256(data), size: data.length, pointerSize: 134 } }),
  };
}

export const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

interface Serving {
  readonly request: Pick<IncomingMessage, 'headers'>;
  readonly response: ServerResponse;
  /** Bytes after which the connection breaks. */
  readonly cutAfter?: number;
}

/**
 * Content with its name, whole or from where the range begins, as long as the name is the one that the range is meant
 * for.
 */
export function serveFile(content: Uint8Array, { request, response, cutAfter }: Serving): true {
  const etag = `"${sha256(content)}"`;
  const condition = request.headers['if-range'];
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const partial = from > 0 && (condition === undefined || condition === etag);
  if (partial && from >= content.length) {
    response.writeHead(416).end();
    return true;
  }
  const body = partial ? content.subarray(from) : content;
  response.writeHead(partial ? 206 : 200, {
    etag,
    'content-length': body.length,
    'accept-ranges': 'bytes',
    ...(partial && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  if (cutAfter === undefined) response.end(body);
  // What was sent must have arrived before the connection breaks.
  else response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 20));
  return true;
}
