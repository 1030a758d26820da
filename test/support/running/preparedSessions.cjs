// The runtime prepares a graph longer than most tests run it, and most of them ask for graphs that another has had
// prepared: what holds the same graph, weights and options is prepared once for all that is done in a process.
const { createHash } = require('node:crypto');
const { readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { InferenceSession } = require('onnxruntime-node');

/** Sessions that are kept though nobody uses them at the moment; each holds a copy of its packed weights. */
const keptIdle = 48;

// Who has opened a session and not let go of it is counted as one of its users.
const prepared = new Map();

const isPreparedOnce = Symbol.for('prompt-tuner prepares sessions once');
if (!InferenceSession[isPreparedOnce]) {
  InferenceSession.create = preparingOnce(InferenceSession.create.bind(InferenceSession));
  InferenceSession[isPreparedOnce] = true;
}

function preparingOnce(create) {
  return async (model, options) => {
    // A profile is of one session's life.
    if (options.enableProfiling) return create(model, options);
    const key = keyOf(model, options);
    const mine = prepared.get(key) ?? { session: create(model, options), users: 0 };
    // The last that was asked for stands last.
    prepared.delete(key);
    prepared.set(key, mine);
    mine.users++;
    const session = await mine.session.catch((error) => {
      prepared.delete(key);
      throw error;
    });
    return oneUse(session, async () => {
      mine.users--;
      await letGoOfOldest();
    });
  };
}

async function letGoOfOldest() {
  const idle = [...prepared].filter(([, { users }]) => users === 0);
  for (const [key, { session }] of idle.slice(0, Math.max(0, idle.length - keptIdle))) {
    prepared.delete(key);
    await (await session).release();
  }
}

/** What a graph's preparation depends on: its bytes, the options, and the files that hold weights of it. */
function keyOf(model, options) {
  const folder = options.extra?.session?.model_external_initializers_file_folder_path;
  const files = folder === undefined ? [] : readdirSync(folder).map((name) => identityOf(join(folder, name)));
  return createHash('sha256')
    .update(model)
    .update(JSON.stringify([options, files]))
    .digest('hex');
}

function identityOf(path) {
  const { ino, size, mtimeNs } = statSync(path, { bigint: true });
  return [path, ino, size, mtimeNs].join(' ');
}

/** The session as one who has opened it sees it: of no use once it is let go of, and let go of once. */
function oneUse(session, letGo) {
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
    run: async (...given) => held().run(...given),
    release: async () => {
      held();
      released = true;
      await letGo();
    },
    startProfiling: () => held().startProfiling(),
    endProfiling: () => held().endProfiling(),
  };
}
