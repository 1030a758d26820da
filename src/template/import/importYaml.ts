import * as l10n from '@vscode/l10n';
import { parseDocument, visit, type Alias, type Document } from 'yaml';
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
  const document = parseDocument(text, { logLevel: 'error', merge: true, intAsBigInt: true });
  const refused = (reason: string, line: number | undefined): Failure =>
    new Failure(
      'import-format',
      l10n.t`${what} is not valid YAML: ${reason}.`,
      { line: line === undefined ? undefined : line + linesBefore },
      l10n.t`Fix the file first.`,
    );
  const [error] = document.errors;
  if (error?.code === 'MULTIPLE_DOCS') throw refused(l10n.t`It holds more than one document`, error.linePos?.[0].line);
  if (error) throw refused(error.message.split('\n')[0]!.replace(/ at line \d+.*$/, ''), error.linePos?.[0].line ?? 1);
  try {
    return exact(document.toJS({ maxAliasCount: mostAliases }));
  } catch (error) {
    const alias = unresolvedAlias(document);
    if (!alias) throw refused((error as Error).message, undefined);
    const line = text.slice(0, alias.range?.[0] ?? 0).split('\n').length;
    throw refused(l10n.t`There is no anchor &${alias.source} before *${alias.source}`, line);
  }
}

/** The first alias that no anchor before it gives a value. */
function unresolvedAlias(document: Document.Parsed): Alias | undefined {
  let found: Alias | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document)) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
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
