import { describe, expect, it } from 'vitest';
import type { Tokenizer } from '../../../../src/model/tokenizer/tokenizer';
import { frequentTokens } from '../../../../src/tuning/start/frequentTokens';

/** 256 bytes, then what is given; special tokens decode to nothing, and rows behind the vocabulary have no token. */
function tokenizerOf(words: readonly string[], rows = 256 + words.length): Tokenizer {
  const written = (id: number): string | undefined => (id < 256 ? `byte ${id}` : words[id - 256]);
  return {
    vocabularySize: rows,
    firstVirtualToken: rows,
    token: written,
    encode: () => [],
    encoderWithout: () => () => [],
    added: [],
    pieces: () => ({ bytes: [], notFirst: new Set(), spaced: false }),
    decode: ([id]) => (written(id!)?.startsWith('<|') ? '' : (written(id!) ?? '')),
  };
}

describe('the tokens that a start from the vocabulary draws from', () => {
  it('are words, not special tokens, markers or rows that pad the table', () => {
    const tokenizer = tokenizerOf(
      ['[unused0]', 'Ġthe', '<|endoftext|>', '[MASK]', '<extra_id_3>', '<0x0A>', 'ing', '[', '<', 'a]b'],
      300,
    );
    expect(frequentTokens(tokenizer).map((id) => tokenizer.token(id))).toEqual(['Ġthe', 'ing', '[', '<', 'a]b']);
  });

  it('are the first 5,000 of a large vocabulary, single bytes apart', () => {
    const tokens = frequentTokens(tokenizerOf(Array.from({ length: 8000 }, (_, i) => `w${i}`)));
    expect([tokens[0], tokens.at(-1), tokens.length]).toEqual([256, 4999, 4744]);
  });

  it('are whatever there is where a vocabulary holds no word', () => {
    expect(frequentTokens(tokenizerOf(['<|a|>', '<|b|>']))).toEqual([256, 257]);
  });
});
