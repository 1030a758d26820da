import type { TokenPieces } from '../../../src/model/tokenizer/tokenPieces';

const pieces = [
  ...['{"', '":', '","', '"}', '"]', '],', '},', '[[', ']]', '{}', '[]', '""', '":"', '":[', '{"a":'],
  ...['true', 'tr', 'false', 'null', '12', '00', '-1', '1.', '.5', 'e1', 'E+', '1}', '2,"', '"a"', '"b', 'abc'],
  ...['\\"', '\\n', '\\u00', 'é', '中', '😀', ' ', '  ', '\n'],
  ...['ab"', 'a","b":', '"x":1', 'red', 'green', '"re', 'd"'],
];

/** A vocabulary in which every byte is a token, some pieces of JSON are, an end token, and ids that write nothing. */
export function toyVocabulary(): TokenPieces & { readonly size: number; readonly end: number } {
  const written = pieces.map((piece) => new TextEncoder().encode(piece));
  const single = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const bytes = [new Uint8Array(), ...single, ...written, new Uint8Array()];
  return { bytes, notFirst: new Set(), spaced: false, size: bytes.length + 3, end: bytes.length - 1 };
}

/** The text of some tokens; what is no UTF-8 is an error. */
export function textOf({ bytes }: TokenPieces, tokens: readonly number[]): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    Uint8Array.from(tokens.flatMap((token) => [...bytes[token]!])),
  );
}
