import type { RatedToken } from '../decoding/logprobs';
import type { Tokenizer } from '../model/tokenizer/tokenizer';

/** Tokens as clients see them. */
export interface TokenTexts {
  /** A token as it reads behind others; one that is no letter by itself as the vocabulary writes it. */
  textOf(token: number): string;
}

export function openTokenTexts(tokenizer: Pick<Tokenizer, 'decode' | 'encode' | 'token'>): TokenTexts {
  const known = new Map<number, string>();
  // Tokenizers may drop a space at the beginning of a text, so that a token is decoded behind a letter.
  const letter = tokenizer.encode('x', false);
  const before = tokenizer.decode(letter);
  const read = (token: number): string => {
    const whole = tokenizer.decode([...letter, token]);
    const text = whole.startsWith(before) ? whole.slice(before.length) : '';
    return text === '' || text.includes('\uFFFD') ? (tokenizer.token(token) ?? `<${token}>`) : text;
  };
  return {
    textOf(token) {
      const text = known.get(token) ?? read(token);
      known.set(token, text);
      return text;
    },
  };
}

/** The log-probabilities of `/v1/completions`: lists beside each other. */
export function completionLogprobs(
  rated: readonly (RatedToken | { readonly token: number })[],
  texts: TokenTexts,
  { offset = 0 }: { readonly offset?: number } = {},
): object {
  const tokens = rated.map(({ token }) => texts.textOf(token));
  let at = offset;
  return {
    tokens,
    token_logprobs: rated.map((each) => ('logprob' in each ? finite(each.logprob) : null)),
    top_logprobs: rated.map((each) => {
      if (!('logprob' in each)) return null;
      // Of two tokens that read alike the likelier stands.
      const entries = [...each.top].reverse().map(({ token, logprob }) => [texts.textOf(token), finite(logprob)]);
      return Object.fromEntries(entries) as Readonly<Record<string, number>>;
    }),
    text_offset: tokens.map((text) => {
      const offset = at;
      at += text.length;
      return offset;
    }),
  };
}

/** The log-probabilities of `/v1/chat/completions`: a record for each token. */
export const chatLogprobs = (rated: readonly RatedToken[], texts: TokenTexts): object => {
  const record = ({ token, logprob }: { readonly token: number; readonly logprob: number }): object => {
    const text = texts.textOf(token);
    return { token: text, logprob: finite(logprob), bytes: [...Buffer.from(text)] };
  };
  return {
    content: rated.map((each) => ({ ...record(each), top_logprobs: each.top.map(record) })),
    refusal: null,
  };
};

/** JSON has no infinity; clients take this for it. */
const finite = (logprob: number): number => Math.max(logprob, -9999);
