import { stateOfFile } from './fileState';

/**
 * Caches what was read from files until they change.
 * @param mostKept values kept at most; the oldest goes first
 * @returns a function that reads a file through `read` when its state or `question` has changed; failures are not
 *   cached, nor what was read of a file that may have been written to since without showing it
 */
export function rememberByFile<Value>(
  mostKept = 16,
): (file: string, question: string, read: () => Promise<Value>) => Promise<Value> {
  const kept = new Map<string, { readonly version: string; readonly value: Value }>();
  return async (file, question, read) => {
    const { mark, isSettled } = await stateOfFile(file);
    const version = `${mark} ${question}`;
    const last = kept.get(file);
    if (last?.version === version) return last.value;
    const value = await read();
    kept.delete(file);
    if (isSettled) kept.set(file, { version, value });
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return value;
  };
}
