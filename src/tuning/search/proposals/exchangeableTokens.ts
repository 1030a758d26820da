import type { LanguageModel } from '../../../model/openModel';

/** Tokens that may stand anywhere in an instruction, with what each writes behind another. */
export type ExchangeableTokens = ReadonlyMap<number, string>;

/** Neither marks of a template, nor line breaks, nor what is no character by itself. */
const unusable = /[{}\\\p{Cc}\p{Cn}\p{Co}\uFFFD]/u;

/** All tokens of a model whose text reads the same wherever it stands in a template. */
export function exchangeableTokens({ tokenizer }: Pick<LanguageModel, 'tokenizer'>): ExchangeableTokens {
  const added = new Set(tokenizer.added.map(({ id }) => id));
  const [letter] = tokenizer.encode('a', false);
  const before = letter === undefined ? [] : [letter];
  const skipped = tokenizer.decode(before).length;
  const tokens = new Map<number, string>();
  for (let token = 0; token < tokenizer.vocabularySize; token++) {
    if (added.has(token) || tokenizer.token(token) === undefined) continue;
    const text = tokenizer.decode([...before, token]).slice(skipped);
    if (text !== '' && !unusable.test(text)) tokens.set(token, text);
  }
  return tokens;
}
