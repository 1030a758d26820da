import * as l10n from '@vscode/l10n';
import { bytesOfToken, textOfBytes, validText } from './bytes';
import { compilePattern, replaceMatches } from './pattern';
import {
  isAnything,
  isBoolean,
  isList,
  isPattern,
  isRecord,
  isString,
  isWhole,
  orNothing,
  requireKeys,
  unsupported,
  type PartRecord,
} from './parts';

/** Turns tokens into pieces of text, to be joined. */
export type Decoder = (tokens: readonly string[]) => readonly string[];

/** @throws Failure "tokenizer-unsupported" for what is not understood */
export function openDecoder(record: PartRecord): Decoder {
  const open = decoders[String(record.type)];
  if (!open) throw unsupported(l10n.t`the decoder ${String(record.type)}`);
  return open(record);
}

const check = (record: PartRecord, keys: Parameters<typeof requireKeys>[2] = {}): void =>
  requireKeys(l10n.t`the decoder`, record, keys);

const decoders: Readonly<Record<string, (record: PartRecord) => Decoder>> = {
  ByteLevel(record) {
    check(record, { add_prefix_space: isAnything, trim_offsets: isAnything, use_regex: isAnything });
    return (tokens) => [textOfBytes(Uint8Array.from(tokens.flatMap((token) => [...bytesOfToken(token)])))];
  },
  WordPiece(record) {
    check(record, { prefix: isString, cleanup: isBoolean });
    const { prefix, cleanup } = record as { readonly prefix: string; readonly cleanup: boolean };
    return (tokens) =>
      tokens.map((token, i) => {
        const piece = i === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
        return cleanup ? cleanUp(piece) : piece;
      });
  },
  Metaspace(record) {
    check(record, {
      replacement: isString,
      prepend_scheme: orNothing((value) => ['always', 'first', 'never'].includes(value as string)),
      split: orNothing(isBoolean),
      add_prefix_space: orNothing(isBoolean),
      str_rep: orNothing(isString),
    });
    const mark = record.replacement as string;
    const scheme = record.prepend_scheme ?? (record.add_prefix_space === false ? 'never' : 'always');
    return (tokens) => tokens.map((token, i) => token.replaceAll(mark, i === 0 && scheme !== 'never' ? '' : ' '));
  },
  BPEDecoder(record) {
    check(record, { suffix: isString });
    const suffix = record.suffix as string;
    return (tokens) => tokens.map((token, i) => token.replaceAll(suffix, i === tokens.length - 1 ? '' : ' '));
  },
  CTC(record) {
    check(record, { pad_token: isString, word_delimiter_token: isString, cleanup: isBoolean });
    const [pad, delimiter] = [record.pad_token as string, record.word_delimiter_token as string];
    return (tokens) =>
      tokens
        .filter((token, i) => token !== tokens[i - 1])
        .map((token) => token.replaceAll(pad, ''))
        .map((token) => (record.cleanup ? cleanUp(token).replaceAll(delimiter, ' ') : token))
        .filter((token) => token !== '');
  },
  Fuse(record) {
    check(record);
    return (tokens) => [tokens.join('')];
  },
  Replace(record) {
    check(record, { pattern: isPattern, content: isString });
    const pattern = compilePattern(record.pattern as PartRecord);
    return (tokens) => tokens.map((token) => replaceMatches(token, pattern, record.content as string));
  },
  Strip(record) {
    check(record, { content: isString, start: isWhole, stop: isWhole });
    const { content, start, stop } = record as {
      readonly content: string;
      readonly start: number;
      readonly stop: number;
    };
    return (tokens) => tokens.map((token) => strip(token, content, start, stop));
  },
  ByteFallback(record) {
    check(record);
    return joinBytes;
  },
  Sequence(record) {
    check(record, { decoders: (value) => isList(value) && value.every(isRecord) });
    const steps = (record.decoders as readonly PartRecord[]).map(openDecoder);
    return (tokens) => steps.reduce((made, step) => step(made), tokens);
  },
};

/** tokenizers, src/decoders/wordpiece.rs, `cleanup`. */
const cleanUp = (text: string): string => cleanUps.reduce((cleaned, [from, to]) => cleaned.replaceAll(from, to), text);
const cleanUps: readonly (readonly [string, string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

function strip(token: string, content: string, start: number, stop: number): string {
  const letters = [...token];
  let from = 0;
  while (from < start && letters[from] === content) from++;
  let to = letters.length;
  while (letters.length - to < stop && to > from && letters[to - 1] === content) to--;
  return letters.slice(from, to).join('');
}

/** Bytes in a row become the text that they are; where they are none, each becomes U+FFFD. */
function joinBytes(tokens: readonly string[]): readonly string[] {
  const made: string[] = [];
  let bytes: number[] = [];
  const close = (): void => {
    if (bytes.length > 0) made.push(validText(Uint8Array.from(bytes)) ?? '\uFFFD'.repeat(bytes.length));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
    if (byte !== undefined) {
      bytes.push(parseInt(byte, 16));
      continue;
    }
    close();
    made.push(token);
  }
  close();
  return made;
}
