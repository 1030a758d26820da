import { parseDocument } from 'yaml';
import { Failure } from '../../failure';

/** More aliases than any file that a person wrote has. */
const mostAliases = 10_000;

/**
 * Reads YAML or JSON as other tools' loaders do: `<<:` merges a mapping into another.
 * @param what names the text in the sentence, such as "The configuration"
 * @throws Failure `import-format` with the line and the reason
 */
export function readImportedYaml(text: string, what: string, linesBefore = 0): unknown {
  const document = parseDocument(text, { logLevel: 'silent', merge: true });
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
    return document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    throw new Failure(
      'import-format',
      `${what} cannot be read: ${(error as Error).message}.`,
      {},
      'Fix the file first.',
    );
  }
}
