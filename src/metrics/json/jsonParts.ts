/** Values by JSON pointer (RFC 6901), in the order in which they stand. */
export type JsonParts = ReadonlyMap<string, unknown>;

type Mapping = Readonly<Record<string, unknown>>;

const hasKeys = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

/** The fields of a value: through objects that have keys, not into lists. Scalars, lists, null and {} are fields. */
export const jsonFields = (value: unknown): JsonParts =>
  takeApart(value, (each) => (hasKeys(each) ? Object.entries(each) : undefined));

/** The leaves of a value: through objects that have keys and lists that have items. Scalars, {} and [] are leaves. */
export const jsonLeaves = (value: unknown): JsonParts =>
  takeApart(value, (each) => {
    if (Array.isArray(each)) return each.length > 0 ? each.map((item: unknown, at) => [String(at), item]) : undefined;
    return hasKeys(each) ? Object.entries(each) : undefined;
  });

/** @param insideOf the parts of a value by key, or nothing for one that is not taken apart */
function takeApart(
  value: unknown,
  insideOf: (value: unknown) => readonly (readonly [string, unknown])[] | undefined,
): JsonParts {
  const parts = new Map<string, unknown>();
  // The last is taken next, and the first of a value is put there last, so that parts come as they stand.
  const waiting: (readonly [string, unknown])[] = [['', value]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [pointer, each] = next;
    const inside = insideOf(each);
    if (!inside) parts.set(pointer, each);
    else for (const [key, part] of [...inside].reverse()) waiting.push([`${pointer}/${escapeKey(key)}`, part]);
  }
  return parts;
}

const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** A value without the keys, at any depth, whose value is null; nulls in lists stay. */
export function withoutNulls(value: unknown): unknown {
  const root: { value?: unknown } = {};
  const waiting: { readonly from: unknown; readonly put: (copy: unknown) => void }[] = [
    { from: value, put: (copy) => (root.value = copy) },
  ];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { from, put } = next;
    if (Array.isArray(from)) {
      const copy: unknown[] = new Array(from.length);
      from.forEach((item: unknown, at) => waiting.push({ from: item, put: (each) => (copy[at] = each) }));
      put(copy);
    } else if (typeof from === 'object' && from !== null) {
      const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const [key, item] of Object.entries(from))
        if (item !== null) {
          copy[key] = null;
          waiting.push({ from: item, put: (each) => (copy[key] = each) });
        }
      put(copy);
    } else put(from);
  }
  return root.value;
}
