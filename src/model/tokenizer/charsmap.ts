import * as l10n from '@vscode/l10n';
import { unsupported } from './parts';
import { utf8 } from './bytes';

/** Longest grapheme, in bytes, that is looked up as a whole; spm_precompiled, src/lib.rs. */
const longestGrapheme = 5;

/**
 * The map of characters that SentencePiece compiles: four bytes of size, a double array over UTF-8 (darts-clone), then
 * replacements that end with a zero byte.
 * @param encoded base64; empty for a map of nothing
 */
export function openCharsmap(encoded: string): (text: string) => string {
  if (encoded === '') return (text) => text;
  const bytes = Buffer.from(encoded, 'base64');
  const size = bytes.length >= 4 ? bytes.readUInt32LE(0) : 0;
  if (size % 4 !== 0 || size < 4 || 4 + size > bytes.length) throw unsupported(l10n.t`a damaged map of characters`);
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
  const replacements = bytes.subarray(4 + size);

  const replacement = (text: string): string | undefined => {
    const start = shortestPrefix(units, utf8(text));
    if (start === undefined) return undefined;
    const end = replacements.indexOf(0, start);
    return replacements.toString('utf8', start, end < 0 ? undefined : end);
  };
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  return (text) => {
    let made = '';
    for (const { segment } of segmenter.segment(text)) {
      const whole = utf8(segment).length <= longestGrapheme ? replacement(segment) : undefined;
      made += whole ?? Array.from(segment, (letter) => replacement(letter) ?? letter).join('');
    }
    return made;
  };
}

/** The value of the shortest key that begins the bytes, as the library reads it. */
function shortestPrefix(units: Uint32Array, key: Uint8Array): number | undefined {
  let position = 0;
  let unit = units[position]!;
  position ^= offsetOf(unit);
  for (const byte of key) {
    if (byte === 0) return undefined;
    position ^= byte;
    if (position >= units.length) return undefined;
    unit = units[position]!;
    if (labelOf(unit) !== byte) return undefined;
    position ^= offsetOf(unit);
    if (hasLeaf(unit)) return units[position]! & 0x7fffffff;
  }
  return undefined;
}

const hasLeaf = (unit: number): boolean => ((unit >>> 8) & 1) === 1;
const labelOf = (unit: number): number => (unit & (0x80000000 | 0xff)) >>> 0;
const offsetOf = (unit: number): number => ((unit >>> 10) << ((unit & (1 << 9)) >>> 6)) >>> 0;
