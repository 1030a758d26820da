/**
 * What was made before under a key, made now where it was not; what failed is tried again the next time.
 * @param key plain data
 */
export function once<T>(made: Map<string, Promise<T>>, key: unknown, make: () => Promise<T>): Promise<T> {
  const name = JSON.stringify(key);
  const already = made.get(name);
  if (already) return already;
  const making = make();
  made.set(name, making);
  making.catch(() => made.delete(name));
  return making;
}
