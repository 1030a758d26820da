import { scanBracketed } from './scanBracketed';

/** A value that an answer holds as JSON, and the text of it. */
export interface JsonAnswer {
  readonly value: unknown;
  readonly text: string;
}

export type JsonReading = 'strict' | 'lenient';

/** Kinds of values that JSON in the midst of a text is looked for as. */
export type BracketedRoot = 'object' | 'array';

/** White space of RFC 8259. */
const outerSpace = /^[ \t\n\r]+|[ \t\n\r]+$/g;

/**
 * Reads the JSON of an answer. Strictly, the text is one JSON value (RFC 8259). Leniently, it else is the first
 * complete object or array in the text; nothing is repaired, and of what is cut off no inner part is taken.
 * @param roots what the lenient reading looks for; see `rootsOf`
 * @returns undefined where there is none
 */
export function readJsonAnswer(
  text: string,
  reading: JsonReading,
  roots: readonly BracketedRoot[],
): JsonAnswer | undefined {
  try {
    return { value: JSON.parse(text) as unknown, text: text.replace(outerSpace, '') };
  } catch {
    return reading === 'strict' ? undefined : firstBracketed(text, roots);
  }
}

/** What a schema's root may be, of the values that have brackets: both where it does not say. */
export function rootsOf(schema: unknown): readonly BracketedRoot[] {
  const type = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined;
  const both = ['object', 'array'] as const;
  if (type === undefined) return both;
  return both.filter((root) => (Array.isArray(type) ? type.includes(root) : type === root));
}

function firstBracketed(text: string, roots: readonly BracketedRoot[]): JsonAnswer | undefined {
  const openings: readonly string[] = roots.map((root) => (root === 'object' ? '{' : '['));
  for (let at = 0; at < text.length; at++) {
    if (!openings.includes(text[at]!)) continue;
    const { end, isComplete } = scanBracketed(text, at);
    if (isComplete) {
      const found = text.slice(at, end);
      return { value: JSON.parse(found) as unknown, text: found };
    }
    // What stopped the reading may itself open a value.
    at = end - 1;
  }
  return undefined;
}
