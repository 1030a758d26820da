import { join } from 'node:path';
import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { isObject } from '../channel/guards';
import { readJson } from '../files/jsonFile';
import { Failure } from '../failure';
import type { LanguageModelKind } from './configuration';
import type { TokenizerRecords } from './gguf/tokenizer';

/** Text to token ids and back. */
export interface Tokenizer {
  /** @param addSpecialTokens puts the tokens that open a sequence in front, where the model has such */
  encode(text: string, addSpecialTokens: boolean): readonly number[];
  decode(ids: readonly number[]): string;
  /** A token as written in the vocabulary, or undefined for an id that has none. */
  token(id: number): string | undefined;
  /** The token that a masked language model fills in; absent for causal models. */
  readonly mask?: number;
  /** Rows of the model's embedding table; ids from here on are virtual tokens. */
  readonly vocabularySize: number;
}

/** @throws Failure "tokenizer-missing", "tokenizer-broken" */
export async function readTokenizerRecords(folder: string): Promise<TokenizerRecords> {
  const [definition, settings] = await Promise.all([
    readPart(join(folder, 'tokenizer.json')),
    readPart(join(folder, 'tokenizer_config.json')),
  ]);
  return { definition, settings };
}

/**
 * @param file where the tokenizer is from
 * @param vocabularySize rows of the embedding table, which may exceed the tokenizer's own vocabulary
 * @param kind a masked model needs a mask token
 * @throws Failure "tokenizer-broken"
 */
export function makeTokenizer(
  { definition, settings }: TokenizerRecords,
  {
    file,
    vocabularySize,
    kind = 'causal',
  }: { readonly file: string; readonly vocabularySize: number; readonly kind?: LanguageModelKind },
): Tokenizer {
  const tokenizer = construct(definition, settings, file);
  return {
    encode: (text, addSpecialTokens) => known(tokenizer.encode(text, { add_special_tokens: addSpecialTokens }), file),
    decode: (ids) => tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
    token: (id) => tokenizer.id_to_token(id),
    ...(kind === 'masked' && { mask: maskOf(tokenizer, settings, file) }),
    vocabularySize,
  };
}

/** A vocabulary without a token for the unknown has no id for a word that it lacks. */
function known(
  { ids, tokens }: { readonly ids: readonly number[]; readonly tokens: readonly string[] },
  file: string,
): readonly number[] {
  const missing = ids.findIndex((id) => (id as number | undefined) === undefined);
  if (missing < 0) return ids;
  throw new Failure(
    'tokenizer-unknown',
    `The tokenizer knows no token for "${tokens[missing]}", nor one for what it does not know.`,
    { file },
    'Write the text in words of its vocabulary, or give model.unk_token of tokenizer.json a token.',
  );
}

interface PreTokenizer {
  readonly type?: string;
  readonly add_prefix_space?: boolean;
  readonly use_regex?: boolean;
  readonly individual_digits?: boolean;
  readonly behavior?: string;
  readonly pretokenizers?: readonly PreTokenizer[];
}

/** How GPT-2 cuts texts; tokenizers, src/pre_tokenizers/byte_level.rs. */
const gpt2Cuts = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * The library's own ways of cutting take for space and for digits what JavaScript does, which is not what Unicode and Hugging
 * Face's tokenizers do (a byte order mark, ½), and keep signs together that are to stand alone; a pattern that is written out it
 * translates faithfully.
 */
function withOwnCuts(definition: object): object {
  const { pre_tokenizer: given } = definition as { readonly pre_tokenizer?: PreTokenizer | null };
  return given ? { ...definition, pre_tokenizer: cutByPattern(given) } : definition;
}

/** What counts as punctuation there: Unicode's, and the other signs of ASCII. */
const sign = '[\\p{P}$+<=>^`|~]';

function cutByPattern(part: PreTokenizer): object {
  if (part.type === 'Sequence') return { ...part, pretokenizers: (part.pretokenizers ?? []).map(cutByPattern) };
  if (part.type === 'Digits') return splitBy(part.individual_digits ? '\\p{N}' : '\\p{N}+');
  if (part.type === 'Punctuation') return splitBy(part.behavior === 'Contiguous' ? `${sign}+` : sign);
  if (part.type !== 'ByteLevel' || part.use_regex === false || part.add_prefix_space) return part;
  return { type: 'Sequence', pretokenizers: [splitBy(gpt2Cuts), { ...part, use_regex: false }] };
}

const splitBy = (pattern: string): object => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});

/** The library reads the unknown token of a vocabulary of whole words from the settings; tokenizer.json has it with the model. */
function withUnknown(definition: object, settings: object): object {
  const { model } = definition as { readonly model?: { readonly type?: string; readonly unk_token?: unknown } };
  return model?.type === 'WordLevel' ? { ...settings, unk_token: model.unk_token } : settings;
}

/** What BERT's and RoBERTa's kin call it; older settings leave it to transformers' own code to know. */
const usualMasks = ['[MASK]', '<mask>'];

/** `mask_token`, written as the token itself or as a record of it. */
function maskOf(tokenizer: HubTokenizer, settings: object, file: string): number {
  const { mask_token: written } = settings as { readonly mask_token?: string | { readonly content?: string } };
  const token = typeof written === 'object' ? written?.content : written;
  const id = (token === undefined ? usualMasks : [token])
    .map((each) => tokenizer.token_to_id(each) as number | undefined)
    .find((found) => found !== undefined);
  if (id === undefined)
    throw new Failure(
      'tokenizer-broken',
      'The tokenizer of this masked language model names no mask token.',
      { file },
      'Use the tokenizer_config.json that belongs to the model.',
    );
  return id;
}

function readPart(file: string): Promise<Readonly<Record<string, unknown>>> {
  return readJson(file, isObject, {
    missing: () =>
      new Failure(
        'tokenizer-missing',
        'The model has no tokenizer file here.',
        { file },
        'Put tokenizer.json and tokenizer_config.json of the model into its folder.',
      ),
    damaged: () =>
      new Failure('tokenizer-broken', 'The tokenizer file is not valid JSON.', { file }, 'Download or copy it again.'),
  });
}

function construct(definition: object, settings: object, file: string): HubTokenizer {
  try {
    return new HubTokenizer(withOwnCuts(definition), withUnknown(definition, settings));
  } catch (error) {
    throw new Failure(
      'tokenizer-broken',
      `The tokenizer cannot be built: ${(error as Error).message}`,
      { file },
      'Use the tokenizer.json that belongs to the model.',
    );
  }
}
