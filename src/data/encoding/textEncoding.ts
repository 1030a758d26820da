import { isUtf8 } from 'node:buffer';
import type { EncodingName } from './encodingNames';

/** How the bytes of a file stand for text. */
export interface TextEncoding {
  readonly name: EncodingName;
  /** Bytes of the smallest unit: what separates values and rows is one such unit. */
  readonly unit: 1 | 2;
  /** Units of the byte order mark that the text begins with. */
  readonly mark: number;
  /**
   * What reads the bytes of a file, piece after piece, as one byte for each unit: ASCII as it is, everything else as a
   * byte of 0x80 or above.
   */
  openUnits(): (bytes: Buffer) => Buffer;
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
    ? { name, unit: 2, mark: markBytes / 2, openUnits: () => (bytes) => wideUnits(bytes, name === 'utf-16be'), decode }
    : {
        ...oneByte(name, markBytes),
        ...(leads[name] && { openUnits: () => pairedUnits(leads[name]!) }),
        // Node gives bytes that it knows no character for a control character, or one that is nobody's.
        decode: (bytes) => textWithin(name, decode(bytes)),
      };
}

/** What Windows-1252 has where Latin-1 has control characters; some versions of Node's own decoder do not know it. */
const windows = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const oneByte = (name: EncodingName, mark: number) =>
  ({ name, unit: 1, mark, openUnits: () => (bytes: Buffer) => bytes }) as const;

function wideUnits(bytes: Buffer, bigEndian: boolean): Buffer {
  const units = Buffer.allocUnsafe(bytes.length >> 1);
  for (let at = 0; at < units.length; at++) {
    const low = bytes[2 * at + (bigEndian ? 1 : 0)]!;
    const high = bytes[2 * at + (bigEndian ? 0 : 1)]!;
    units[at] = high === 0 && low < 0x80 ? low : 0x80;
  }
  return units;
}

/** The text where each of its characters is one; a page of Windows has some bytes that stand for none. */
const textWithin = (name: EncodingName, text: string | undefined): string | undefined =>
  !name.startsWith('windows') && /[\x80-\x9f\ue000-\uf8ff]/.test(text ?? '') ? undefined : text;

type IsLead = (byte: number) => boolean;
const from0x81: IsLead = (byte) => byte >= 0x81 && byte <= 0xfe;
/**
 * Encodings in which the byte behind a leading one may be that of a letter or a bracket of ASCII. Of the four bytes
 * that GB 18030 has for a character, the third leads the fourth as the first does the second.
 */
const leads: Partial<Record<EncodingName, IsLead>> = {
  gb18030: from0x81,
  big5: from0x81,
  'euc-kr': from0x81,
  shift_jis: (byte) => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc),
};

function pairedUnits(isLead: IsLead): (bytes: Buffer) => Buffer {
  let isSecond = false;
  return (bytes) => {
    const units = Buffer.from(bytes);
    for (let at = 0; at < units.length; at++) {
      const byte = units[at]!;
      if (isSecond) units[at] = byte | 0x80;
      isSecond = !isSecond && isLead(byte);
    }
    return units;
  };
}
