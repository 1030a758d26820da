import { isUtf8 } from 'node:buffer';
import type { EncodingName } from './encodingNames';

/** How the bytes of a file stand for text. */
export interface TextEncoding {
  readonly name: EncodingName;
  /** Bytes of the smallest unit: what separates values and rows is one such unit. */
  readonly unit: 1 | 2;
  /** Units of the byte order mark that the text begins with. */
  readonly mark: number;
  /** One byte for each unit: ASCII as it is, everything else as a byte of 0x80 or above. */
  units(bytes: Buffer): Buffer;
  /** The text; undefined where the bytes do not stand for any. */
  decode(bytes: Buffer): string | undefined;
}

const byMark: readonly { readonly mark: Buffer; readonly name: EncodingName }[] = [
  { mark: Buffer.from([0xef, 0xbb, 0xbf]), name: 'utf-8' },
  { mark: Buffer.from([0xff, 0xfe]), name: 'utf-16le' },
  { mark: Buffer.from([0xfe, 0xff]), name: 'utf-16be' },
];

/** The encoding that a file's first bytes say by a byte order mark; undefined for a file without one. */
export function markedEncoding(first: Buffer): TextEncoding | undefined {
  const found = byMark.find(({ mark }) => first.subarray(0, mark.length).equals(mark));
  return found && encodingNamed(found.name, found.mark.length);
}

/** @param markBytes bytes of the byte order mark */
export function encodingNamed(name: EncodingName, markBytes = 0): TextEncoding {
  if (name === 'utf-8')
    return {
      ...oneByte(name, markBytes),
      decode: (bytes) => (isUtf8(bytes) ? bytes.toString('utf8') : undefined),
    };
  if (name === 'latin1') return { ...oneByte(name, markBytes), decode: (bytes) => bytes.toString('latin1') };
  if (name === 'windows-1252')
    return {
      ...oneByte(name, markBytes),
      decode: (bytes) =>
        bytes.toString('latin1').replace(/[\x80-\x9f]/g, (byte) => windows[byte.charCodeAt(0) - 0x80]!),
    };
  const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true });
  const decode = (bytes: Buffer): string | undefined => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
  return name === 'utf-16le' || name === 'utf-16be'
    ? { name, unit: 2, mark: markBytes / 2, units: (bytes) => wideUnits(bytes, name === 'utf-16be'), decode }
    : { ...oneByte(name, markBytes), decode };
}

/** What Windows-1252 has where Latin-1 has control characters; some versions of Node's own decoder do not know it. */
const windows = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const oneByte = (name: EncodingName, mark: number) =>
  ({ name, unit: 1, mark, units: (bytes: Buffer): Buffer => bytes }) as const;

function wideUnits(bytes: Buffer, bigEndian: boolean): Buffer {
  const units = Buffer.allocUnsafe(bytes.length >> 1);
  for (let at = 0; at < units.length; at++) {
    const low = bytes[2 * at + (bigEndian ? 1 : 0)]!;
    const high = bytes[2 * at + (bigEndian ? 0 : 1)]!;
    units[at] = high === 0 && low < 0x80 ? low : 0x80;
  }
  return units;
}

/**
 * What a text without a byte order mark, that is not UTF-8, may be encoded in; undefined for UTF-8.
 * @param isCut whether the text goes on, perhaps in the middle of a character
 */
export function guessEncoding(start: Buffer, isCut = false): EncodingName | undefined {
  const zeros = [0, 0];
  for (let at = 0; at < start.length; at++) if (start[at] === 0) zeros[at % 2]!++;
  const half = start.length / 2;
  if (zeros[1]! > half / 2) return 'utf-16le';
  if (zeros[0]! > half / 2) return 'utf-16be';
  if (isUtf8(isCut ? withoutCutCharacter(start) : start)) return undefined;
  // In Latin-1 these bytes are control characters, which no text holds; Windows has quotes and dashes there.
  return start.some((byte) => byte >= 0x80 && byte < 0xa0) ? 'windows-1252' : 'latin1';
}

/** The bytes without a character of UTF-8 that goes on behind them. */
function withoutCutCharacter(bytes: Buffer): Buffer {
  const longest = 4;
  for (let back = 1; back < longest && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - back);
    if (byte < 0x80) break;
  }
  return bytes;
}
