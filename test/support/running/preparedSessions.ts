// The runtime prepares a graph longer than most tests run it, and most of them ask for graphs that another has had
// prepared: what holds the same graph, weights and options is prepared once for all files of a process.
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';

type Options = ort.InferenceSession.SessionOptions;
type Create = (model: Uint8Array, options: Options) => Promise<ort.InferenceSession>;

interface Prepared {
  readonly session: Promise<ort.InferenceSession>;
  /** Who has opened it and not let go of it. */
  users: number;
}

/** Sessions that are kept though nobody uses them at the moment; each holds a copy of its packed weights. */
const keptIdle = 48;

const place = ort.InferenceSession as unknown as { create: Create & { readonly once?: true } };
if (!place.create.once) place.create = Object.assign(preparingOnce(place.create), { once: true as const });

function preparingOnce(create: Create): Create {
  const prepared = new Map<string, Prepared>();
  const letGoOfOldest = async () => {
    const idle = [...prepared].filter(([, { users }]) => users === 0);
    for (const [key, { session }] of idle.slice(0, Math.max(0, idle.length - keptIdle))) {
      prepared.delete(key);
      await (await session).release();
    }
  };
  return async (model, options) => {
    // A profile is of one session's life.
    if (options.enableProfiling) return create.call(ort.InferenceSession, model, options);
    const key = keyOf(model, options);
    const mine = prepared.get(key) ?? { session: create.call(ort.InferenceSession, model, options), users: 0 };
    // The last that was asked for stands last.
    prepared.delete(key);
    prepared.set(key, mine);
    mine.users++;
    const session = await mine.session.catch((error: Error) => {
      prepared.delete(key);
      throw error;
    });
    return oneUse(session, async () => {
      mine.users--;
      await letGoOfOldest();
    });
  };
}

/** What a graph's preparation depends on: its bytes, the options, and the files that hold weights of it. */
function keyOf(model: Uint8Array, options: Options): string {
  const folder = (options.extra?.session as Record<string, string> | undefined)
    ?.model_external_initializers_file_folder_path;
  const files = folder === undefined ? [] : readdirSync(folder).map((name) => identityOf(join(folder, name)));
  return createHash('sha256')
    .update(model)
    .update(JSON.stringify([options, files]))
    .digest('hex');
}

function identityOf(path: string): string {
  const { ino, size, mtimeNs } = statSync(path, { bigint: true });
  return [path, ino, size, mtimeNs].join(' ');
}

/** The session as one who has opened it sees it: of no use once it is let go of, and let go of once. */
function oneUse(session: ort.InferenceSession, letGo: () => Promise<void>): ort.InferenceSession {
  let released = false;
  const held = () => {
    if (released) throw new Error('The session is released already.');
    return session;
  };
  return {
    get inputNames() {
      return held().inputNames;
    },
    get outputNames() {
      return held().outputNames;
    },
    get inputMetadata() {
      return held().inputMetadata;
    },
    get outputMetadata() {
      return held().outputMetadata;
    },
    run: (async (...given: [never, never]) => held().run(...given)) as ort.InferenceSession['run'],
    release: async () => {
      held();
      released = true;
      await letGo();
    },
    startProfiling: () => held().startProfiling(),
    endProfiling: () => held().endProfiling(),
  };
}
