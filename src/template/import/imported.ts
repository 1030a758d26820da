/** A file that an import writes, relative to a folder of the user's choice. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** The result of an import: files to write, and a sentence for each thing that could not be carried over. */
export interface Imported {
  readonly files: readonly NewFile[];
  readonly notCarried: readonly string[];
}

/** A name in characters that are safe in a file name. */
export function fileName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{M}_-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return plain === '' ? 'prompt' : plain;
}
