import type { Tokenizer } from '../../model/tokenizer/tokenizer';

/**
 * Lester et al. 2021 sample the 5,000 most frequent tokens; BPE vocabularies are in order of frequency, after the
 * single bytes.
 */
const frequent = 5000;
const singleBytes = 256;

/**
 * `[unused12]`, `<extra_id_3>`, `<|reserved_special_token_5|>`, `<0x0A>`: places that a vocabulary keeps, not what text
 * is made of.
 */
const marker = /^(\[.+\]|<.+>)$/;

/**
 * The more frequent tokens of a vocabulary, without those that text is not made of: special ones, markers, rows that
 * only pad the table.
 */
export function frequentTokens({ vocabularySize, token, decode }: Tokenizer): readonly number[] {
  const highest = Math.min(frequent, vocabularySize);
  const lowest = Math.min(singleBytes, highest - 1);
  const ids = Array.from({ length: highest - lowest }, (_, i) => lowest + i);
  const words = ids.filter((id) => {
    const written = token(id);
    return written !== undefined && !marker.test(written) && decode([id]) !== '';
  });
  return words.length > 0 ? words : ids;
}
