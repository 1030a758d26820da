import { isUtf8 } from 'node:buffer';
import type { EncodingName } from './encodingNames';
import { encodingNamed } from './textEncoding';

/**
 * What a text without a byte order mark, that is not UTF-8, may be encoded in.
 * @param isCut whether the text goes on, perhaps in the middle of a character
 * @returns undefined for UTF-8, and for an encoding that nothing here tells
 */
export function guessEncoding(start: Buffer, isCut = false): EncodingName | undefined {
  const zeros = [0, 0];
  for (let at = 0; at < start.length; at++) if (start[at] === 0) zeros[at % 2]!++;
  const half = start.length / 2;
  if (zeros[1]! > half / 2) return 'utf-16le';
  if (zeros[0]! > half / 2) return 'utf-16be';
  if (isUtf8(isCut ? withoutCutCharacter(start) : start)) return undefined;
  return guessEastAsian(start, isCut) ?? guessOneByte(start);
}

/** Share of a text's letters beyond ASCII that must be such as the encoding's language has. */
const enough = 0.7;
/** Share of kana, which no Japanese text is without and hardly any Chinese one has. */
const someKana = 0.15;

interface Letters {
  readonly hangul: number;
  readonly kana: number;
  readonly han: number;
}

/** In this order: what an earlier one finds, a later one would misread as letters of its own. */
const eastAsian: readonly { readonly name: EncodingName; fits(letters: Letters, pairs: Pairs): boolean }[] = [
  { name: 'euc-kr', fits: ({ hangul }) => hangul >= 0.9 },
  { name: 'euc-jp', fits: ({ kana, han }, { high }) => high >= enough && kana >= someKana && kana + han >= enough },
  { name: 'gb18030', fits: ({ han, kana }, { usualInGb }) => kana < someKana && han >= enough && usualInGb >= enough },
  { name: 'shift_jis', fits: ({ kana, han }) => kana >= someKana && kana + han >= enough },
  { name: 'big5', fits: ({ han }, { usualInBig5 }) => han >= enough && usualInBig5 >= enough },
];

/** The most frequent syllables of Korean and characters of Chinese, which a text of any length has some of. */
const frequentHangul = /[이다는가을를의에고하지도은로한사어기서그나아자리들시있해대]/u;
const frequentHan = /[的一是不了在有人我他这中大来上个国和也子时到要就好出会可用没很多下过天能买对]/u;

function guessEastAsian(start: Buffer, isCut: boolean): EncodingName | undefined {
  const pairs = pairsOf(start);
  const [korean, chinese] = (['euc-kr', 'gb18030'] as const).map((name) => {
    const letters = lettersOf(start, name, isCut);
    return letters && eastAsian.find((each) => each.name === name)!.fits(letters, pairs) ? name : undefined;
  });
  if (korean && chinese) return moreFrequent(start, isCut);
  return eastAsian.find(({ name, fits }) => {
    const letters = lettersOf(start, name, isCut);
    return letters !== undefined && fits(letters, pairs);
  })?.name;
}

/** Which of two is right that share most of their bytes; undefined where a few words do not tell. */
function moreFrequent(start: Buffer, isCut: boolean): EncodingName | undefined {
  const count = (name: EncodingName, letter: RegExp): number =>
    [...(textIn(start, name, isCut) ?? '')].filter((each) => letter.test(each)).length;
  const [hangul, han] = [count('euc-kr', frequentHangul), count('gb18030', frequentHan)];
  return hangul === han ? undefined : hangul > han ? 'euc-kr' : 'gb18030';
}

/** The text; what is cut may end in the middle of a character, of up to four bytes. */
function textIn(start: Buffer, name: EncodingName, isCut: boolean): string | undefined {
  const { decode } = encodingNamed(name);
  const ends = isCut ? [0, 1, 2, 3] : [0];
  return ends.map((back) => decode(start.subarray(0, start.length - back))).find((read) => read);
}

/** Shares among the letters beyond ASCII, without punctuation; undefined for bytes that are no text of the encoding. */
function lettersOf(start: Buffer, name: EncodingName, isCut: boolean): Letters | undefined {
  const letters = textIn(start, name, isCut)?.match(/[^\0-\x7f\u3000-\u303f\uff01-\uff20\p{P}]/gu);
  if (!letters) return undefined;
  const share = (script: RegExp): number => letters.filter((letter) => script.test(letter)).length / letters.length;
  return {
    hangul: share(/\p{Script=Hangul}/u),
    kana: share(/[\u3041-\u30ff]/u),
    han: share(/\p{Script=Han}/u),
  };
}

interface Pairs {
  /** Share of pairs of bytes of which both are above ASCII. */
  readonly high: number;
  /** Share of pairs that are punctuation or one of the usual characters, in GB 2312 (rows 16 to 55) and in Big5. */
  readonly usualInGb: number;
  readonly usualInBig5: number;
}

function pairsOf(start: Buffer): Pairs {
  let [pairs, high, usualInGb, usualInBig5] = [0, 0, 0, 0];
  for (let at = 0; at + 1 < start.length; at++) {
    const [first, second] = [start[at]!, start[at + 1]!];
    if (first < 0x80) continue;
    pairs++;
    at++;
    if (second >= 0xa1) high++;
    if (second >= 0xa1 && ((first >= 0xb0 && first <= 0xd7) || first === 0xa1 || first === 0xa3)) usualInGb++;
    if (first >= 0xa1 && first <= 0xc6) usualInBig5++;
  }
  const share = (count: number): number => (pairs === 0 ? 0 : count / pairs);
  return { high: share(high), usualInGb: share(usualInGb), usualInBig5: share(usualInBig5) };
}

/** Share of bytes above ASCII that stand three or more in a row, above which they are no accents of Latin letters. */
const mostInRows = 0.5;

function guessOneByte(start: Buffer): EncodingName | undefined {
  const rows = start.toString('latin1').match(/[\x80-\xff]+/g) ?? [];
  const high = rows.join('');
  const long = rows.filter((row) => row.length >= 3).join('');
  if (long.length > mostInRows * high.length) {
    // In Cyrillic no capital follows a small letter, as bytes do in Greek and Arabic, and Hebrew has none of the last.
    const isCyrillic = !/[\xe0-\xff][\x80-\xdf]/.test(start.toString('latin1')) && /[\xfb-\xff]/.test(high);
    return isCyrillic ? 'windows-1251' : undefined;
  }
  // In Latin-1 these bytes are control characters, which no text holds; Windows has quotes and dashes there.
  return /[\x80-\x9f]/.test(high) ? 'windows-1252' : 'latin1';
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
