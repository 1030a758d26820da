/**
 * The letters that GPT-2 writes for bytes: those that can be seen stand for themselves, the others for ones from 256
 * on.
 */
const letters: readonly string[] = (() => {
  const seen = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let unseen = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(seen(byte) ? byte : 256 + unseen++));
})();

const bytesOfLetters: ReadonlyMap<string, number> = new Map(letters.map((letter, byte) => [letter, byte]));

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** The first character that takes more than one byte. */
const firstBeyondAscii = 0x80;

/** A text as the letters of its bytes; most texts are ASCII, whose characters are the bytes. */
export function byteLetters(text: string): string {
  let written = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= firstBeyondAscii) return byteLettersOf(utf8(text));
    written += letters[code]!;
  }
  return written;
}

/** The letters of bytes. */
export const byteLettersOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => letters[byte]!).join('');

/** The bytes that letters stand for, or those of the text where it holds another letter. */
export function bytesOfToken(token: string): Uint8Array {
  const bytes = [...token].map((letter) => bytesOfLetters.get(letter));
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : utf8(token);
}

/** Bytes as text; each part that is no UTF-8 becomes U+FFFD. */
export const textOfBytes = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Bytes as text, or nothing where they are no UTF-8. */
export function validText(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}
