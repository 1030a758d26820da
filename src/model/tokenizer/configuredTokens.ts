import { isList, isRecord, isString, type PartRecord } from './parts';

/** Tokens that settings may name one by one, in the order in which transformers adds them. */
const named = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];
/** Tokens that settings may list. */
const listed = ['additional_special_tokens', 'extra_special_tokens'];

const flags = ['single_word', 'lstrip', 'rstrip', 'normalized', 'special'];

/**
 * The definition of a tokenizer with the tokens that its settings add, or flag otherwise, as transformers 5 opens the
 * two files (tokenization_utils_tokenizers.py). A special token that no file lists as added is one all the same.
 */
export function withConfiguredTokens(definition: PartRecord, settings: PartRecord): PartRecord {
  const records = new Map<unknown, PartRecord>();
  for (const token of isList(definition.added_tokens) ? definition.added_tokens : [])
    if (isRecord(token)) records.set(token.content, token);
  for (const token of decoderTokens(settings)) {
    const before = records.get(token.content);
    if (!before || flags.some((flag) => token[flag] !== undefined && token[flag] !== before[flag]))
      records.set(token.content, { ...before, ...token });
  }
  for (const token of specialTokens(settings)) if (!records.has(token.content)) records.set(token.content, token);
  return { ...definition, added_tokens: [...records.values()] };
}

/** `added_tokens_decoder`: added tokens by id. */
function decoderTokens({ added_tokens_decoder }: PartRecord): readonly PartRecord[] {
  if (!isRecord(added_tokens_decoder)) return [];
  return Object.entries(added_tokens_decoder)
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(([id, token]) =>
      isRecord(token) && isString(token.content) ? [asAdded({ ...token, id: Number(id) })] : [],
    );
}

function specialTokens(settings: PartRecord): readonly PartRecord[] {
  const lists = listed.flatMap((key) => {
    const value = settings[key];
    return isList(value) ? value : isRecord(value) ? Object.values(value) : [];
  });
  return [...named.map((key) => settings[key]), ...lists].flatMap((token) => {
    if (isString(token)) return token === '' ? [] : [{ id: 0, content: token, special: true, normalized: false }];
    return isRecord(token) && isString(token.content) ? [{ ...asAdded(token), id: 0, special: true }] : [];
  });
}

/** A token's record without what only Python needs. */
const asAdded = (token: PartRecord): PartRecord =>
  Object.fromEntries(Object.entries(token).filter(([key]) => key !== '__type'));
