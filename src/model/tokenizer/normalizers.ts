import * as l10n from '@vscode/l10n';
import { byteLetters } from './bytes';
import { openCharsmap } from './charsmap';
import { compilePattern, replaceMatches } from './pattern';
import {
  isBoolean,
  isList,
  isPattern,
  isRecord,
  isString,
  orNothing,
  requireKeys,
  unsupported,
  type PartRecord,
} from './parts';

/** Makes of a text the one that is cut into tokens. */
export type Normalizer = (text: string) => string;

/** @throws Failure "tokenizer-unsupported" for what is not understood */
export function openNormalizer(record: PartRecord): Normalizer {
  const open = normalizers[String(record.type)];
  if (!open) throw unsupported(l10n.t`the normalizer ${String(record.type)}`);
  return open(record);
}

const check = (record: PartRecord, keys: Parameters<typeof requireKeys>[2] = {}): void =>
  requireKeys(l10n.t`the normalizer`, record, keys);

const form = (name: 'NFC' | 'NFD' | 'NFKC' | 'NFKD') => (record: PartRecord) => {
  check(record);
  return (text: string) => text.normalize(name);
};

const normalizers: Readonly<Record<string, (record: PartRecord) => Normalizer>> = {
  BertNormalizer(record) {
    check(record, {
      clean_text: isBoolean,
      handle_chinese_chars: isBoolean,
      strip_accents: orNothing(isBoolean),
      lowercase: isBoolean,
    });
    return inOrder([
      ...(record.clean_text ? [cleanText] : []),
      ...(record.handle_chinese_chars ? [spaceIdeographs] : []),
      ...((record.strip_accents ?? record.lowercase) ? [withoutNonspacingMarks] : []),
      ...(record.lowercase ? [lowercase] : []),
    ]);
  },
  Strip(record) {
    check(record, { strip_left: isBoolean, strip_right: isBoolean });
    return (text) => {
      const left = record.strip_left ? text.replace(/^\p{White_Space}+/u, '') : text;
      return record.strip_right ? left.replace(/\p{White_Space}+$/u, '') : left;
    };
  },
  StripAccents(record) {
    check(record);
    return (text) => text.replace(/\p{M}/gu, '');
  },
  NFC: form('NFC'),
  NFD: form('NFD'),
  NFKC: form('NFKC'),
  NFKD: form('NFKD'),
  Lowercase(record) {
    check(record);
    return lowercase;
  },
  Nmt(record) {
    check(record);
    return nmt;
  },
  ByteLevel(record) {
    check(record);
    return byteLetters;
  },
  Prepend(record) {
    check(record, { prepend: isString });
    return (text) => (text === '' ? text : (record.prepend as string) + text);
  },
  Replace(record) {
    check(record, { pattern: isPattern, content: isString });
    const pattern = compilePattern(record.pattern as PartRecord);
    return (text) => replaceMatches(text, pattern, record.content as string);
  },
  Precompiled(record) {
    check(record, { precompiled_charsmap: orNothing(isString) });
    return openCharsmap((record.precompiled_charsmap as string | null | undefined) ?? '');
  },
  Sequence(record) {
    check(record, { normalizers: (value) => isList(value) && value.every(isRecord) });
    return inOrder((record.normalizers as readonly PartRecord[]).map(openNormalizer));
  },
};

const inOrder =
  (steps: readonly Normalizer[]): Normalizer =>
  (text) =>
    steps.reduce((made, step) => step(made), text);

/** Letter by letter: a sigma at the end of a word is one like any other. */
const lowercase: Normalizer = (text) => Array.from(text, (letter) => letter.toLowerCase()).join('');

/** tokenizers, src/normalizers/bert.rs: without control characters, white space as spaces. */
const cleanText: Normalizer = (text) =>
  text.replace(/(?![\t\n\r])[\0\uFFFD\p{Cc}\p{Cf}\p{Co}]/gu, '').replace(/\p{White_Space}/gu, ' ');

/** The blocks that BERT's code calls Chinese characters. */
const ideographs = new RegExp(
  [
    '[\\u4E00-\\u9FFF\\u3400-\\u4DBF\\u{20000}-\\u{2A6DF}\\u{2A700}-\\u{2B73F}\\u{2B740}-\\u{2B81F}',
    '\\u{2B920}-\\u{2CEAF}\\uF900-\\uFAFF\\u{2F800}-\\u{2FA1F}]',
  ].join(''),
  'gu',
);

const spaceIdeographs: Normalizer = (text) => text.replace(ideographs, ' $& ');

const withoutNonspacingMarks: Normalizer = (text) => text.normalize('NFD').replace(/\p{Mn}/gu, '');

/** What Google's NMT took away, and what it took for a space; tokenizers, src/normalizers/unicode.rs. */
const nmt: Normalizer = (text) =>
  text
    .replace(/[\u0001-\u0008\u000B\u000E-\u001F\u007F\u008F\u009F]/g, '')
    .replace(/[\u0009\u000A\u000C\u000D\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD]/g, ' ');
