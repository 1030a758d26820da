import type { TokenPieces } from '../../model/tokenizer/tokenPieces';

/**
 * First bytes of a letter behind which not every further byte makes one, and the bytes that may follow (Unicode 15,
 * table 3-7). The library counts bytes of a letter, and no more.
 */
const strict: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);

const isFurther = (byte: number): boolean => byte >= 0x80 && byte <= 0xbf;

/** The first byte of a letter that a token ends with, where what follows is not free. */
export function strictLead(bytes: Uint8Array | undefined): number | undefined {
  const last = bytes?.at(-1);
  return last !== undefined && strict.has(last) ? last : undefined;
}

export function mayFollow(lead: number, byte: number | undefined): boolean {
  const [from, to] = strict.get(lead)!;
  return byte !== undefined && byte >= from && byte <= to;
}

/** Without the tokens that can stand in no text of UTF-8. */
export function wellFormed(pieces: TokenPieces): TokenPieces {
  return { ...pieces, bytes: pieces.bytes.map((bytes) => (isPieceOfText(bytes) ? bytes : nothing)) };
}

const nothing = new Uint8Array();

/** Whether bytes may be cut out of a text: further bytes of a letter in front, and one that is not ended, may be. */
function isPieceOfText(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length && isFurther(bytes[at]!)) at++;
  if (at > 3) return false;
  while (at < bytes.length) {
    const first = bytes[at]!;
    const length = first < 0x80 ? 1 : first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : 4;
    if ((length === 4 && (first < 0xf0 || first > 0xf4)) || isFurther(first)) return false;
    const rest = bytes.subarray(at + 1, at + length);
    if (!rest.every(isFurther)) return false;
    if (rest.length > 0 && strict.has(first) && !mayFollow(first, rest[0])) return false;
    at += length;
  }
  return true;
}
