// Opens a graph once for all the tests of a process. To optimize the graphs of a small model takes longer than to train
// it, and test after test opens the same ones. A session holds no state between passes, so that it answers whoever asks
// as one of his own would. What looks at the opening itself says so in the configuration of its ring.
import { createHash } from 'node:crypto';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll } from 'vitest';

/** Sessions that are kept for the next test of a file although nobody has them open. */
const keptClosed = 32;
const modelFolders = [resolve('media/models'), realpathSync(tmpdir())];

interface SharedSession {
  readonly session: Promise<ort.InferenceSession>;
  users: number;
}

type Open = (bytes: Uint8Array, options: ort.InferenceSession.SessionOptions) => Promise<ort.InferenceSession>;
type Extra = { readonly session?: { readonly model_external_initializers_file_folder_path?: string } } | undefined;

/** What a session is made of: its bytes, how it is opened, and the files in which its weights lie, as they are now. */
function keyOf(bytes: Uint8Array, options: ort.InferenceSession.SessionOptions): string {
  const folder = (options.extra as Extra)?.session?.model_external_initializers_file_folder_path;
  const files = folder === undefined ? [] : readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const states = files.sort().map((file) => {
    const { ino, size, mtimeNs, ctimeNs } = statSync(join(folder!, file), { bigint: true });
    return [file, ino, size, mtimeNs, ctimeNs].join(' ');
  });
  const opened = JSON.stringify([options, states]);
  return createHash('sha1').update(opened).update(bytes).digest('hex');
}

/** A profile is of one session, and a folder above those of the tests is more than can be looked through. */
function isShareable({ extra, enableProfiling }: ort.InferenceSession.SessionOptions): boolean {
  const folder = (extra as Extra)?.session?.model_external_initializers_file_folder_path;
  return !enableProfiling && (folder === undefined || modelFolders.some((above) => folder.startsWith(above + sep)));
}

class SharedSessions {
  /** The one that was opened last is the last. */
  private readonly sessions = new Map<string, SharedSession>();

  constructor(private readonly openOwn: Open) {}

  readonly open: Open = async (bytes, options) => {
    if (!isShareable(options)) return this.openOwn(bytes, options);
    const key = keyOf(bytes, options);
    const shared = this.sessions.get(key) ?? { session: this.openOwn(bytes, options), users: 0 };
    this.sessions.delete(key);
    this.sessions.set(key, shared);
    shared.users++;
    const session = await shared.session.catch((error: unknown) => {
      this.sessions.delete(key);
      throw error;
    });
    return borrowed(session, () => {
      shared.users--;
      return this.releaseClosed(keptClosed);
    });
  };

  /** @param kept how many of those that nobody has open stay for later */
  async releaseClosed(kept: number): Promise<void> {
    const closed = [...this.sessions].filter(([, { users }]) => users === 0);
    const released = closed.slice(0, Math.max(0, closed.length - kept));
    for (const [key] of released) this.sessions.delete(key);
    for (const [, { session }] of released) await (await session).release();
  }
}

/** A session that ends for who opened it, and stays open for the next. */
function borrowed(session: ort.InferenceSession, giveBack: () => Promise<void>): ort.InferenceSession {
  let released = false;
  const overridden: Partial<Record<string | symbol, unknown>> = {
    run: (...passed: Parameters<ort.InferenceSession['run']>) => {
      if (released) throw new Error('The session is released.');
      return session.run(...passed);
    },
    release: async () => {
      if (released) throw new Error('The session is released already.');
      released = true;
      await giveBack();
    },
  };
  return new Proxy(session, {
    get: (target, name) => (name in overridden ? overridden[name] : (Reflect.get(target, name, target) as unknown)),
  });
}

const place = Symbol.for('prompt-tuner.sharedSessions');
const runtime = ort.InferenceSession as unknown as { create: Open; [place]?: SharedSessions };

/** Those of this process, which goes through many files and comes here for each. */
function sharedSessions(): SharedSessions {
  if (runtime[place]) return runtime[place];
  const shared = new SharedSessions(runtime.create.bind(runtime));
  runtime.create = shared.open;
  return (runtime[place] = shared);
}

const shared = sharedSessions();
afterAll(() => shared.releaseClosed(0));
