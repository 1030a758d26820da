import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { link, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from './jsonFile';
import { Failure } from '../failure';
import { isProcessIdentity, stateOfProcess, thisProcess, type ProcessState } from './processIdentity';
import { both, isText, object, optional, type Infer } from '../channel/guards';

/** Who holds a lock. */
const isHolder = both(
  isProcessIdentity,
  object({
    token: isText,
    /** Version of Prompt Tuner that the process runs. */
    version: optional(isText),
  }),
);
export type Holder = Infer<typeof isHolder>;

export interface Lock {
  /** Grows with every holder; what an earlier one still writes is known by its lower number. */
  readonly generation: number;
  /** @throws Failure "lock-lost" when another process has taken the lock over */
  requireHeld(): Promise<void>;
  release(): Promise<void>;
}

export interface LockRules {
  /** The highest generation known from elsewhere. */
  readonly passed?: () => Promise<number>;
  /** Whether a holder of whom the system cannot tell has gone; by default it has not. */
  readonly isAbandoned?: (holder: Holder) => Promise<boolean>;
  readonly version?: string;
}

const lockName = /^lock\.(\d{1,15})$/;
const attempts = 8;
/** A lock that says nothing readable was cut short while it was written; so long it may still be being written. */
const writingMilliseconds = 5000;

/**
 * Takes the folder's lock: a file `lock.N`, created whole or not at all, whose number is one more than that of the
 * holder before. Of those who find the same dead holder only one can create the next number, so nobody takes away a
 * lock that is alive.
 * @returns nothing while another process holds it
 */
export async function takeLock(
  folder: string,
  { passed = () => Promise.resolve(0), isAbandoned = () => Promise.resolve(false), version }: LockRules = {},
): Promise<Lock | undefined> {
  const holder: Holder = {
    ...(await thisProcess()),
    token: randomBytes(8).toString('hex'),
    ...(version !== undefined && { version }),
  };
  for (let attempt = 0; attempt < attempts; attempt++) {
    const [newest] = await generations(folder);
    if (newest !== undefined && (await isHeld(lockPath(folder, newest), isAbandoned))) return undefined;
    const generation = Math.max(newest ?? 0, await passed()) + 1;
    if (!(await createWhole(lockPath(folder, generation), JSON.stringify(holder)))) continue;
    // Someone may have come and gone between our look and our file.
    const [highest] = await generations(folder);
    if (highest !== generation || (await passed()) >= generation) {
      await rm(lockPath(folder, generation), { force: true });
      continue;
    }
    await removeEarlier(folder, generation);
    return lockOf(folder, generation, holder.token);
  }
  return undefined;
}

/** Who holds the folder's lock, dead or alive. */
export async function readHolder(folder: string): Promise<Holder | undefined> {
  const [newest] = await generations(folder);
  return newest === undefined ? undefined : readJson(lockPath(folder, newest), isHolder);
}

/** The holder and whether it lives; nothing where the lock is free. */
export async function readLock(
  folder: string,
): Promise<{ readonly holder: Holder; readonly state: ProcessState } | undefined> {
  const holder = await readHolder(folder);
  return holder && { holder, state: await stateOfProcess(holder) };
}

function lockOf(folder: string, generation: number, token: string): Lock {
  const path = lockPath(folder, generation);
  const isOurs = async () => (await readJson(path, isHolder))?.token === token;
  return {
    generation,
    async requireHeld() {
      if (await isOurs()) return;
      const isGone = await stat(folder).then(
        () => false,
        () => true,
      );
      throw isGone
        ? new Failure(
            'lock-lost',
            l10n.t`This folder was deleted while it was worked in.`,
            { file: folder },
            l10n.t`Begin anew.`,
          )
        : new Failure(
            'lock-lost',
            l10n.t`Another process has taken this over.`,
            { file: folder },
            l10n.t`Let that one go on.`,
          );
    },
    async release() {
      if (await isOurs()) await rm(path, { force: true });
    },
  };
}

async function isHeld(path: string, isAbandoned: (holder: Holder) => Promise<boolean>): Promise<boolean> {
  const holder = await readJson(path, isHolder);
  if (!holder) {
    const written = await stat(path).catch(() => undefined);
    return written !== undefined && Math.abs(Date.now() - written.mtimeMs) < writingMilliseconds;
  }
  const state = await stateOfProcess(holder);
  return state === 'living' || (state === 'unknown' && !(await isAbandoned(holder)));
}

/** Highest first. */
async function generations(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => lockName.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

async function removeEarlier(folder: string, generation: number): Promise<void> {
  const earlier = (await generations(folder)).filter((other) => other < generation);
  await Promise.all(earlier.map((other) => rm(lockPath(folder, other), { force: true })));
}

/** @returns whether the file is ours; false where there is one already */
async function createWhole(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, content);
    await link(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Of a link that was made, a network drive may lose the answer and refuse the second attempt.
    if (code === 'EEXIST') return (await stat(temporary).catch(() => undefined))?.nlink === 2;
    // Whoever has taken the lock meanwhile clears away what lies unfinished in the folder.
    if (code === 'ENOENT') return false;
    // Not every file system has links; there the file is briefly empty, which `isHeld` allows for.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS' || code === 'EOPNOTSUPP')
      return createPlain(path, content);
    throw error;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

function createPlain(path: string, content: string): Promise<boolean> {
  return writeFile(path, content, { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

function lockPath(folder: string, generation: number): string {
  return join(folder, `lock.${generation}`);
}
