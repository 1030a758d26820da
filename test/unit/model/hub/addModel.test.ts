import { lstat, mkdtemp, readdir, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectToHub } from '../../../../src/model/hub/client';
import { addHubModel, type AddEvent, type AddOptions } from '../../../../src/model/hub/addModel';
import { thisProcess } from '../../../../src/files/processIdentity';
import { findInHubCache, repositoryCache } from '../../../../src/model/hub/cache';
import { fakeHub, serveFile, sha256, theCommit, type FakeHub, type Mischief } from '../../../support/hub/fakeHub';

const weights = Buffer.from(Float32Array.from({ length: 100_000 }, (_, i) => Math.sin(i)).buffer);
const model = {
  licence: 'apache-2.0',
  files: {
    'README.md': '---\nlicense: apache-2.0\n---\n',
    'config.json': '{"model_type":"llama"}',
    'tokenizer.json': '{}',
    'tokenizer_config.json': '{}',
    'pytorch_model.bin': 'not wanted',
    'onnx/model.onnx': 'a graph',
    'onnx/model.onnx_data': weights,
    'onnx/model_q4.onnx': 'a smaller graph',
  },
};
const id = 'someone/tiny';
const dataPath = `/${id}/resolve/${theCommit}/onnx/model.onnx_data`;
const reference = { id, revision: 'main' };
const patience = { attempts: 3, firstPauseSeconds: 0.01, longestPauseSeconds: 5 };

interface Setting {
  readonly hub: FakeHub;
  readonly cache: string;
  readonly events: AddEvent[];
  add(options?: AddOptions): ReturnType<typeof addHubModel>;
}

async function setting(environment: Readonly<Record<string, string>> = {}): Promise<Setting> {
  const cache = await mkdtemp(join(tmpdir(), 'prompt-tuner-hub-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const hub = await fakeHub({ [id]: model });
  const events: AddEvent[] = [];
  const own = {
    HF_HUB_CACHE: cache,
    HF_HOME: cache,
    HF_ENDPOINT: hub.url,
    HF_HUB_DOWNLOAD_TIMEOUT: '0.5',
    ...environment,
  };
  return {
    hub,
    cache,
    events,
    add: (options) =>
      addHubModel(reference, { patience, environment: own, onEvent: (event) => events.push(event), ...options }),
  };
}

/** Does something to the weights' address only. */
const toWeights =
  (mischief: Mischief): Mischief =>
  (request, response, content) =>
    request.path === dataPath ? mischief(request, response, content) : undefined;

/** Names of blobs whose content is not what their name says, parts left out. */
async function wrongBlobs(cache: string): Promise<readonly string[]> {
  const folder = join(repositoryCache(id, cache).folder, 'blobs');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.length === 64);
  const contents = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return names.filter((name, i) => sha256(contents[i]!) !== name);
}

async function snapshotExists(cache: string): Promise<boolean> {
  return (await findInHubCache(reference, cache)) !== undefined;
}

describe('adding a model of the hub', () => {
  it("brings the best variant and its companions into the hub's own cache layout, and nothing else", async () => {
    const { cache, add } = await setting();
    const added = await add();
    expect(added).toMatchObject({
      id,
      commit: theCommit,
      variant: 'fp32',
      licence: 'apache-2.0',
      folder: join(cache, 'models--someone--tiny', 'snapshots', theCommit),
    });
    expect(added.variants.map(({ name }) => name)).toEqual(['fp32', 'q4']);
    const files = (await readdir(added.folder, { recursive: true })).sort();
    expect(files).toEqual([
      'README.md',
      'config.json',
      'onnx',
      join('onnx', 'model.onnx'),
      join('onnx', 'model.onnx_data'),
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect((await lstat(join(added.folder, 'onnx', 'model.onnx_data'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(added.folder, 'onnx', 'model.onnx_data'))).toEqual(weights);
    expect(await readFile(join(cache, 'models--someone--tiny', 'refs', 'main'), 'utf8')).toBe(theCommit);
    expect(
      (await readdir(join(cache, 'models--someone--tiny', 'blobs'))).filter((name) => name.endsWith('.incomplete')),
    ).toEqual([]);
    expect(await findInHubCache(reference, cache)).toBe(added.folder);
  });

  it('fetches nothing that is there already', async () => {
    const { hub, add } = await setting();
    await add();
    const before = hub.ranges.length;
    expect((await add()).fetched).toBe(0);
    expect(hub.ranges.length).toBe(before);
  });

  it('takes the variant that is named, by name or file', async () => {
    const { add } = await setting();
    expect((await add({ variant: 'q4' })).variant).toBe('q4');
    expect((await add({ variant: 'onnx/model_q4.onnx' })).variant).toBe('q4');
    await expect(add({ variant: 'q2' })).rejects.toMatchObject({
      code: 'variant-unknown',
      remedy: expect.stringContaining('fp32, q4'),
    });
  });

  it('goes on where the connection was cut', async () => {
    const { hub, events, add } = await setting();
    hub.mischief = toWeights(({ count, headers }, response, content) =>
      count > 2 ? undefined : serveFile(content, { request: { headers }, response, cutAfter: 120_000 }),
    );
    expect(await readFile(join((await add()).folder, 'onnx', 'model.onnx_data'))).toEqual(weights);
    const ranges = hub.ranges.concat();
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
    expect(events.some((event) => event.kind === 'waiting')).toBe(true);
  });

  it('goes on another day with the part that was left', async () => {
    const { hub, cache, add } = await setting();
    const blobs = join(repositoryCache(id, cache).folder, 'blobs');
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, `${sha256(weights)}.incomplete`), weights.subarray(0, 250_000));
    await add();
    expect(hub.ranges).toContain('bytes=250000-');
  });

  it('fetches the whole when the part that was left is of something else', async () => {
    const { cache, add } = await setting();
    const blobs = join(repositoryCache(id, cache).folder, 'blobs');
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, `${sha256(weights)}.incomplete`), Buffer.alloc(250_000, 7));
    expect(await readFile(join((await add()).folder, 'onnx', 'model.onnx_data'))).toEqual(weights);
  });

  it('stops when it is told to, keeps the part, and leaves no snapshot', async () => {
    const { hub, cache, add } = await setting();
    const controller = new AbortController();
    hub.mischief = toWeights((_, response, content) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000), () => setTimeout(() => controller.abort(), 20));
      return true;
    });
    await expect(add({ signal: controller.signal })).rejects.toThrow(/abort/i);
    expect(await snapshotExists(cache)).toBe(false);
    const names = await readdir(join(repositoryCache(id, cache).folder, 'blobs'));
    expect(names).toContain(`${sha256(weights)}.incomplete`);
    expect(await wrongBlobs(cache)).toEqual([]);
  });

  it('is fetched once by two that want it at once', async () => {
    const { hub, cache } = await setting();
    const environment = { HF_HUB_CACHE: cache, HF_HOME: cache, HF_ENDPOINT: hub.url };
    const both = await Promise.all([
      addHubModel(reference, { patience, environment }),
      addHubModel(reference, { patience, environment }),
    ]);
    expect(both[0]!.folder).toBe(both[1]!.folder);
    expect(hub.asked.filter((path) => path === dataPath)).toHaveLength(1);
  });

  it('is fetched although a process that has died left its lock', async () => {
    const { cache, add } = await setting();
    const lock = repositoryCache(id, cache).lock(sha256(weights));
    await mkdir(lock, { recursive: true });
    const dead = { ...(await thisProcess()), started: 'another start', token: 'dead' };
    await writeFile(join(lock, 'lock.1'), JSON.stringify(dead));
    await add();
    expect(await wrongBlobs(cache)).toEqual([]);
    expect(await readdir(lock)).toEqual([]);
  });
});

const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Mischief =>
  (_, response) => {
    response.writeHead(code, headers).end(body);
    return true;
  };

describe('a hub that misbehaves', () => {
  it.each<readonly [string, Mischief, string]>([
    [
      'cuts every connection',
      (_, response) => {
        response.destroy();
        return true;
      },
      'hub-unreachable',
    ],
    [
      'stops sending',
      (_, response, content) => {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 1000));
        return true;
      },
      'hub-stalled',
    ],
    ['never answers', () => true, 'hub-stalled'],
    [
      'sends fewer bytes than it lists',
      (_, response, content) => {
        response.writeHead(200, { 'content-length': 1000 }).end(content.subarray(0, 1000));
        return true;
      },
      'hub-damaged',
    ],
    [
      'sends more bytes than it lists',
      (_, response, content) => {
        response.writeHead(200).end(Buffer.concat([content, content]));
        return true;
      },
      'hub-damaged',
    ],
    [
      'sends other bytes',
      (_, response, content) => {
        response.writeHead(200).end(Buffer.alloc(content.length, 1));
        return true;
      },
      'hub-damaged',
    ],
    [
      'sends another part than was asked for',
      (_, response, content) => {
        response.writeHead(206, { 'content-range': `bytes 5-9/${content.length}` }).end(content.subarray(5, 10));
        return true;
      },
      'hub-damaged',
    ],
    ['wants a token', status(401), 'hub-token'],
    ['wants its terms accepted', status(403, { 'x-error-code': 'GatedRepo' }), 'hub-gated'],
    ['has no such file', status(404, { 'x-error-code': 'EntryNotFound' }), 'hub-not-found'],
    ['is asked too often', status(429, { 'retry-after': '0' }), 'hub-busy'],
    ['wants a long wait', status(429, { 'retry-after': '3600' }), 'hub-busy'],
    ['is broken', status(500), 'hub-down'],
    ['is overloaded', status(503, { 'retry-after': '0' }), 'hub-down'],
    [
      'says that the file is another now',
      (_, response, content) => {
        response.writeHead(200, { 'x-linked-etag': `"${'f'.repeat(64)}"` }).end(content);
        return true;
      },
      'hub-changed',
    ],
  ])('which %s ends in one sentence, and without half files', async (_, mischief, code) => {
    const { hub, cache, add } = await setting();
    hub.mischief = toWeights(mischief);
    const failure = await add().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code, message: expect.stringMatching(/^\S[^\n]*\.$/), remedy: expect.any(String) });
    expect(await snapshotExists(cache)).toBe(false);
    expect(await wrongBlobs(cache)).toEqual([]);
  });

  it('changes the file between two requests: says so', async () => {
    const { hub, cache, add } = await setting();
    const other = Buffer.from(weights).fill(3);
    hub.mischief = toWeights(({ count, headers }, response, content) => {
      return serveFile(count === 1 ? content : other, {
        request: { headers },
        response,
        ...(count === 1 && { cutAfter: 100_000 }),
      });
    });
    await expect(add()).rejects.toMatchObject({ code: 'hub-changed' });
    expect(await snapshotExists(cache)).toBe(false);
    expect(await wrongBlobs(cache)).toEqual([]);
  });

  it('recovers after a few errors', async () => {
    const { hub, add, events } = await setting();
    hub.mischief = toWeights(({ count }, response) => {
      if (count > 2) return undefined;
      response.writeHead(count === 1 ? 500 : 429, { 'retry-after': '0' }).end();
      return true;
    });
    await add();
    expect(events.filter(({ kind }) => kind === 'waiting')).toHaveLength(2);
  });

  it.each([['a model that is not there', 'no/where', 'hub-not-found']])('does not know %s', async (_, wanted, code) => {
    const { hub, cache } = await setting();
    await expect(
      addHubModel(
        { id: wanted, revision: 'main' },
        { patience, environment: { HF_HUB_CACHE: cache, HF_HOME: cache, HF_ENDPOINT: hub.url } },
      ),
    ).rejects.toMatchObject({ code });
  });

  it.each([
    [401, 'hub-token'],
    [403, 'hub-gated'],
    [429, 'hub-busy'],
    [500, 'hub-down'],
  ])('answers %i to the list of files', async (code, expected) => {
    const { hub, add } = await setting();
    hub.mischief = ({ path }, response, content) =>
      path.includes('/tree/') ? status(code)({ path, count: 0, headers: {} }, response, content) : undefined;
    await expect(add()).rejects.toMatchObject({ code: expected });
  });

  it('lists files outside their folder: they are left alone', async () => {
    const { hub, cache, add } = await setting();
    hub.repositories = {
      [id]: { files: { ...model.files, '../../evil/config.json': 'x', 'onnx/model.onnx_data/../../../../evil': 'x' } },
    };
    await add();
    expect(hub.asked.filter((path) => path.includes('evil'))).toEqual([]);
    expect(await readdir(cache)).toEqual(['.locks', 'models--someone--tiny']);
  });
});

describe('the way to the hub', () => {
  it("carries the token, from the environment or the hub's own file", async () => {
    const given = await setting({ HF_TOKEN: 'hf_given' });
    await given.add();
    expect(new Set(given.hub.tokens)).toEqual(new Set(['Bearer hf_given']));
    const kept = await setting();
    await writeFile(join(kept.cache, 'token'), 'hf_kept\n');
    await kept.add();
    expect(new Set(kept.hub.tokens)).toEqual(new Set(['Bearer hf_kept']));
    expect(JSON.stringify(kept.events)).not.toContain('hf_kept');
  });

  it("carries the token of a mirror, which need not look like the hub's", async () => {
    const given = await setting({ HF_TOKEN: 'mirror-secret' });
    await given.add();
    expect(new Set(given.hub.tokens)).toEqual(new Set(['Bearer mirror-secret']));
    for (const HF_ENDPOINT of ['', 'https://huggingface.co', 'https://hub-ci.huggingface.co/'])
      await expect(connectToHub({ HF_ENDPOINT, HF_TOKEN: 'mirror-secret' })).rejects.toMatchObject({
        code: 'hub-token',
        message: expect.stringContaining('hf_'),
      });
  });

  it('keeps a token that is none to itself', async () => {
    const { add, hub } = await setting({ HF_TOKEN: 'my password' });
    const failure = await add().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'hub-token' });
    expect(JSON.stringify(failure)).not.toContain('my password');
    expect(hub.asked).toEqual([]);
  });

  it('goes through a proxy, but for the hosts that it is not meant for', async () => {
    const through: string[] = [];
    const proxy = createServer((request, response) => {
      through.push(request.url!);
      const onward = forward(request.url!, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    // Plain http can be forwarded as well as tunnelled.
    proxy.on('connect', (request, socket) => {
      through.push(request.url!);
      void import('node:net').then(({ connect }) => {
        const [host, port] = request.url!.split(':');
        const onward = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
        onward.pipe(socket).pipe(onward);
      });
    });
    await new Promise<void>((fulfil) => proxy.listen(0, '127.0.0.1', fulfil));
    onTestFinished(() => {
      proxy.close();
      proxy.closeAllConnections();
    });
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { add } = await setting({ HTTP_PROXY: address });
    await add();
    expect(through.length).toBeGreaterThan(0);
    const seen = through.length;
    const direct = await setting({ HTTP_PROXY: address, NO_PROXY: '127.0.0.1' });
    await direct.add();
    expect(through).toHaveLength(seen);
  });

  it('says that nobody answers at the address', async () => {
    const { add } = await setting({ HF_ENDPOINT: 'http://127.0.0.1:2' });
    await expect(add()).rejects.toMatchObject({ code: 'hub-unreachable' });
  });

  it.each([
    ['HF_ENDPOINT', 'hub.example'],
    ['HTTPS_PROXY', 'proxy:8080'],
    ['http_proxy', 'http://:x'],
  ])('says that %s is no address', async (name, address) => {
    const { add, hub } = await setting({ [name]: address });
    await expect(add()).rejects.toMatchObject({
      code: 'hub-address',
      message: expect.stringContaining(`is "${address}", which is no address`),
    });
    expect(hub.asked).toEqual([]);
  });

  it('is closed when the hub is to be left alone; the model that is there is named', async () => {
    const { add, hub, cache } = await setting({ HF_HUB_OFFLINE: '1' });
    await expect(add()).rejects.toMatchObject({ code: 'hub-offline', remedy: expect.stringContaining('Unset') });
    expect(hub.asked).toEqual([]);
    const online = { HF_HUB_CACHE: cache, HF_HOME: cache, HF_ENDPOINT: hub.url };
    await addHubModel(reference, { patience, environment: online });
    await expect(add()).rejects.toMatchObject({ code: 'hub-offline', remedy: expect.stringContaining(`model: ${id}`) });
  });

  it('is not taken when the disk is too small for the model', async () => {
    const { hub, add } = await setting();
    hub.mischief = ({ path }, response) => {
      if (!path.includes('/tree/')) return undefined;
      const file = (name: string, size: number): object => ({
        type: 'file',
        path: name,
        size,
        oid: 'a'.repeat(40),
        lfs: { oid: 'b'.repeat(64), size, pointerSize: 1 },
      });
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify([file('config.json', 2), file('tokenizer.json', 2), file('onnx/model.onnx', 1e15)]));
      return true;
    };
    await expect(add()).rejects.toMatchObject({
      code: 'disk-space',
      message: expect.stringContaining('1000000.00 GB'),
    });
    expect(hub.ranges).toEqual([]);
  });
});
