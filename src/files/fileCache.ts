import { stateOfFile } from './fileState';

/**
 * Caches what was read from files until they change.
 * @param mostKept values kept at most; the oldest goes first
 * @returns a function that reads a file through `read` when its state or `question` has changed; failures are not
 *   cached, nor what was read of a file that may have been written to since without showing it; of one file the last
 *   value of each part is kept, where parts of it are asked for
 */
export function rememberByFile<Value>(
  mostKept = 16,
): (file: string, question: string, read: () => Promise<Value>, part?: string) => Promise<Value> {
  const kept = new Map<string, { readonly version: string; readonly value: Value }>();
  return async (file, question, read, part = '') => {
    const key = `${part}\0${file}`;
    const { mark, isSettled } = await stateOfFile(file);
    const version = `${mark} ${question}`;
    const last = kept.get(key);
    if (last?.version === version) return last.value;
    const value = await read();
    kept.delete(key);
    if (isSettled) kept.set(key, { version, value });
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return value;
  };
}
