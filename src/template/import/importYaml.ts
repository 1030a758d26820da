import { parseDocument } from 'yaml';
import { Failure } from '../../failure';
import { isMapping } from '../syntax/schema';

/** More aliases than any file that a person wrote has. */
const mostAliases = 10_000;

/**
 * Reads YAML or JSON as other tools' loaders do: `<<:` merges a mapping into another.
 * @param what names the text in the sentence, such as "The configuration"
 * @throws Failure `import-format` with the line and the reason
 */
export function readImportedYaml(text: string, what: string, linesBefore = 0): unknown {
  const document = parseDocument(text, { logLevel: 'silent', merge: true, intAsBigInt: true });
  const [error] = document.errors;
  if (error) {
    const reason = error.message.split('\n')[0]!.replace(/ at line \d+.*$/, '');
    throw new Failure(
      'import-format',
      `${what} is not valid YAML: ${reason}.`,
      { line: (error.linePos?.[0].line ?? 1) + linesBefore },
      'Fix the file first.',
    );
  }
  try {
    return exact(document.toJS({ maxAliasCount: mostAliases }));
  } catch (error) {
    throw new Failure(
      'import-format',
      `${what} cannot be read: ${(error as Error).message}.`,
      {},
      'Fix the file first.',
    );
  }
}

/**
 * Whole numbers that a double would round as texts of their digits.
 * @throws Error where a value contains itself
 */
function exact(value: unknown, around: ReadonlySet<unknown> = new Set()): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (around.has(value) && typeof value === 'object' && value !== null) throw new Error('a value contains itself');
  const inside = new Set([...around, value]);
  if (Array.isArray(value)) return value.map((each: unknown) => exact(each, inside));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exact(inner, inside)]));
}
