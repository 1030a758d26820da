import * as l10n from '@vscode/l10n';
import { bytesOfToken, utf8 } from './bytes';
import { openDecoder, type Decoder } from './decoders';
import { isRecord, unsupported, type PartRecord } from './parts';

/** What each token adds to a text, in bytes: letters may be spread over tokens. */
export interface TokenPieces {
  /** By token id; empty for ids that add nothing: special tokens, and those that stand for nothing. */
  readonly bytes: readonly Uint8Array[];
  /** Tokens that write something else where they open a text, a space in front of them apart. */
  readonly notFirst: ReadonlySet<number>;
  /** Whether the decoder puts spaces between tokens, so that hardly anything can be written without. */
  readonly spaced: boolean;
}

/**
 * @param record the decoder; undefined for tokenizers that join tokens by spaces
 * @param tokens as written in the vocabulary, by id; undefined for ids that add nothing
 * @throws Failure "tokenizer-unsupported" for a decoder whose text of a token is more than the token's
 */
export function openTokenPieces(record: PartRecord | undefined, tokens: readonly (string | undefined)[]): TokenPieces {
  const types = record ? typesIn(record) : [];
  const odd = types.find((type) => type === 'CTC');
  if (odd !== undefined) throw unsupported(l10n.t`what single tokens of the decoder ${odd} write`);
  if (types.length === 1 && types[0] === 'ByteLevel')
    return { bytes: tokens.map((token) => bytesOfToken(token ?? '')), notFirst: new Set(), spaced: false };
  if (types.includes('ByteLevel'))
    throw unsupported(l10n.t`what single tokens of a decoder ByteLevel with other steps write`);
  const decode: Decoder = record ? openDecoder(record) : (given) => [given.join(' ')];
  const text = (...given: readonly string[]): string => decode(given).join('');
  const behind = text(letter, letter).slice(letter.length);
  const piece = (made: string): string => made.slice(0, made.length - behind.length);
  const notFirst = new Set<number>();
  const bytes = tokens.map((token, id) => {
    if (token === undefined || token === '') return new Uint8Array();
    const byte = types.includes('ByteFallback') && byteOf(token);
    if (typeof byte === 'number') return Uint8Array.of(byte);
    const inside = piece(text(letter, token, letter).slice(letter.length));
    const first = piece(text(token, letter));
    if (first !== inside && first !== inside.replace(/^ /, '')) notFirst.add(id);
    return utf8(inside);
  });
  return { bytes, notFirst, spaced: behind !== letter || types.includes('BPEDecoder') };
}

/** A token that every decoder writes as it is. */
const letter = 'x';

const byteOf = (token: string): number | undefined => {
  const hex = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
  return hex === undefined ? undefined : parseInt(hex, 16);
};

function typesIn(record: PartRecord): readonly string[] {
  const inner = record.type === 'Sequence' && Array.isArray(record.decoders) ? record.decoders : undefined;
  return inner ? inner.filter(isRecord).flatMap(typesIn) : [String(record.type)];
}
