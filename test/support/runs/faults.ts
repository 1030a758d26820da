import type * as Promises from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { vi } from 'vitest';

/**
 * What the disk does from some change on. `crash`: the process is gone, nothing more happens. `full`: nothing more
 * fits, what frees space still works.
 */
export type Fault = 'crash' | 'full';

interface State {
  fault?: Fault;
  left: number;
  changes: number;
  meanwhile?: () => Promise<void>;
}

const state: State = { left: Infinity, changes: 0 };

/** Lets so many changes of the disk through, tears the next, and then does as the fault says. */
export function breakAfter(changes: number, fault: Fault): void {
  Object.assign(state, { fault, left: changes });
}

/** Lets so many changes of the disk through, and does something else before the next, as while a machine sleeps. */
export function sleepAfter(changes: number, meanwhile: () => Promise<void>): void {
  Object.assign(state, { left: changes, meanwhile });
}

export function mend(): void {
  Object.assign(state, { fault: undefined, left: Infinity, changes: 0, meanwhile: undefined });
}

/** Changes of the disk since {@link mend}. */
export const changesMade = (): number => state.changes;

async function meet(name: string, frees: boolean): Promise<'pass' | 'tear'> {
  state.changes++;
  if (state.left > 0) {
    state.left--;
    return 'pass';
  }
  if (state.meanwhile) {
    const { meanwhile } = state;
    mend();
    await meanwhile();
    return 'pass';
  }
  if (state.fault === 'full') {
    if (frees) return 'pass';
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' });
  }
  // The change that the crash falls into is half done; those behind it never happen.
  if (state.left-- === 0) return 'tear';
  throw new Error(`the process is gone before ${name}`);
}

/** The module `node:fs/promises` with the faults; for `vi.mock`. */
export async function faultyPromises(): Promise<typeof Promises> {
  const real = await vi.importActual<typeof Promises>('node:fs/promises');
  const guarded =
    <A extends unknown[], R>(name: string, work: (...args: A) => Promise<R>, frees = false) =>
    async (...args: A): Promise<R> => {
      if ((await meet(name, frees)) === 'pass') return work(...args);
      throw new Error(`the process is gone in ${name}`);
    };
  const handle = (file: FileHandle): FileHandle =>
    new Proxy(file, {
      get(target, name) {
        // Power is not cut here, and a busy disk takes long.
        if (name === 'sync' || name === 'datasync') return () => Promise.resolve();
        const value = target[name as keyof FileHandle];
        if (name === 'writeFile') {
          return async (content: string | Uint8Array) => {
            if ((await meet('writeFile', false)) === 'pass') return target.writeFile(content);
            await target.writeFile(content.slice(0, Math.floor(content.length / 2)));
            throw new Error('the process is gone in writeFile');
          };
        }
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
  return {
    ...real,
    rename: guarded('rename', real.rename, true),
    rm: guarded('rm', real.rm, true),
    mkdir: guarded(
      'mkdir',
      real.mkdir as (...args: Parameters<typeof real.mkdir>) => Promise<string | undefined>,
    ) as typeof real.mkdir,
    link: guarded('link', real.link),
    truncate: guarded('truncate', real.truncate, true),
    appendFile: guarded('appendFile', real.appendFile),
    writeFile: guarded('writeFile', real.writeFile),
    open: (async (path: string, flags?: string) => {
      if (flags === undefined || flags.startsWith('r')) return handle(await real.open(path, flags));
      if ((await meet('open', false)) !== 'pass') throw new Error('the process is gone in open');
      return handle(await real.open(path, flags));
    }) as typeof real.open,
  };
}
