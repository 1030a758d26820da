/** How values of JSON are compared. */
export interface JsonComparison {
  /** Whether texts are compared trimmed and in lower case; keys never are. */
  readonly loose?: boolean;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether two values of JSON are equal: numbers by value, texts unit by unit, lists in order, objects in any order of
 * their keys. Nothing stands for anything else: `true` is not 1, `null` is not a missing key.
 */
export function jsonEqual(a: unknown, b: unknown, comparison: JsonComparison = {}): boolean {
  // A list of pairs still to be compared, since an answer may be nested deeper than calls can be.
  const pairs: [unknown, unknown][] = [[a, b]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [x, y] = pair;
    if (Array.isArray(x) && Array.isArray(y)) {
      if (x.length !== y.length) return false;
      for (let index = 0; index < x.length; index++) pairs.push([x[index], y[index]]);
    } else if (isObject(x) && isObject(y)) {
      const keys = Object.keys(x);
      if (keys.length !== Object.keys(y).length) return false;
      for (const key of keys) {
        if (!Object.hasOwn(y, key)) return false;
        pairs.push([x[key], y[key]]);
      }
    } else if (!scalarsEqual(x, y, comparison)) return false;
  }
  return true;
}

function scalarsEqual(a: unknown, b: unknown, { loose = false }: JsonComparison): boolean {
  if (a === b) return true;
  if (!loose || typeof a !== 'string' || typeof b !== 'string') return false;
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
