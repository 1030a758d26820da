import * as l10n from '@vscode/l10n';
import { hasChatTemplate, type ChatTemplateFiles } from '../../chat/findChatTemplate';
import { Failure } from '../../failure';
import { metadataFlag, metadataList, metadataNumber, metadataTexts, type Metadata } from './metadata';

/** The two records that a Hugging Face folder keeps in `tokenizer.json` and `tokenizer_config.json`. */
export interface TokenizerRecords {
  readonly definition: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The chat templates beside them; absent where there are none. */
  readonly chat?: ChatTemplateFiles;
}

/**
 * Token types of GGUF that a text never spells: control tokens are left out of decoded text, user-defined ones are not.
 */
const [controlType, userType] = [3, 4];

/**
 * The tokenizer that a GGUF file holds, as the records of Hugging Face's tokenizers.
 * @throws Failure "tokenizer-missing" without one, or for a kind that is not known here
 */
export function ggufTokenizer(metadata: Metadata, file: string): TokenizerRecords {
  const kind = metadata.get('tokenizer.ggml.model');
  const tokens = metadataTexts(metadata, 'tokenizer.ggml.tokens');
  if (!tokens || tokens.length === 0)
    throw new Failure('tokenizer-missing', l10n.t`The GGUF file holds no tokenizer.`, { file }, beside());
  const types = metadataList(metadata, 'tokenizer.ggml.token_type') ?? [];
  const parts =
    kind === 'gpt2'
      ? byteLevel(metadata, tokens, file)
      : kind === 'llama'
        ? sentencePieces(metadata, tokens)
        : undefined;
  if (!parts) throw unknownKind(kind, file);
  const added = tokens.flatMap((content, id) =>
    types[id] === controlType || types[id] === userType
      ? [
          {
            id,
            content,
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
            special: types[id] === controlType,
          },
        ]
      : [],
  );
  const { begins, ...rest } = parts;
  return {
    definition: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      post_processor: opening(metadata, tokens, begins),
      ...rest,
    },
    ...settingsOf(metadata, tokens, file),
  };
}

const unknownKind = (kind: unknown, file: string): Failure =>
  new Failure(
    'tokenizer-missing',
    kind === undefined
      ? l10n.t`The GGUF file holds no tokenizer.`
      : l10n.t`The GGUF file's tokenizer is of the kind "${String(kind)}", which is not read here.`,
    { file },
    beside(),
  );

/** `tokenizer.chat_template`, and beside it those that have names of their own (llama.cpp, gguf-py). */
function settingsOf(
  metadata: Metadata,
  tokens: readonly string[],
  file: string,
): Pick<TokenizerRecords, 'settings' | 'chat'> {
  const settings = specialTokens(metadata, tokens);
  const prefix = 'tokenizer.chat_template.';
  const templates = [...metadata.entries()].flatMap(([key, template]) =>
    key.startsWith(prefix) ? [{ name: key.slice(prefix.length), template }] : [],
  );
  const plain = metadata.get('tokenizer.chat_template');
  const written =
    templates.length > 0
      ? [...(plain === undefined ? [] : [{ name: 'default', template: plain }]), ...templates]
      : plain;
  const chat: ChatTemplateFiles = { file, settings: { ...settings, chat_template: written } };
  return { settings, ...(hasChatTemplate(chat) && { chat }) };
}

const beside = () => l10n.t`Put the tokenizer.json of the model it was made from beside it.`;

interface Kind {
  readonly normalizer: object | null;
  readonly pre_tokenizer: object | null;
  readonly decoder: object;
  readonly model: object;
  /** Whether a sequence begins with the model's first token where the file does not say. */
  readonly begins: boolean;
}

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const spaces = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const words = (numbers: string): string =>
  `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${numbers}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${spaces}`;
const bytes = (regex: boolean): object => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: regex,
});
/** A word may begin a new one at a capital inside it (Mistral NeMo). */
const [upper, lower] = ['[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]', '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'];
const capitals =
  `[^\\r\\n\\p{L}\\p{N}]?${upper}*${lower}+|[^\\r\\n\\p{L}\\p{N}]?${upper}+${lower}*|` +
  `\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${spaces}`;
const splitBy = (pattern: string): object => ({
  type: 'Sequence',
  pretokenizers: [{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }, bytes(false)],
});
const digitsFirst = { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, bytes(true)] };

interface Splitting {
  readonly pre_tokenizer: object;
  readonly normalizer?: object;
  readonly begins?: boolean;
  readonly ignoreMerges?: boolean;
}

const gpt2: Splitting = { pre_tokenizer: bytes(true) };
const llama3: Splitting = { pre_tokenizer: splitBy(words('\\p{N}{1,3}')), begins: true, ignoreMerges: true };

/**
 * How texts are cut before merging, by `tokenizer.ggml.pre`: the names of llama.cpp, the patterns of the families' own
 * tokenizer.json.
 */
const splittings: Readonly<Record<string, Splitting>> = {
  'gpt-2': gpt2,
  olmo: gpt2,
  'llama-bpe': llama3,
  'llama-v3': llama3,
  llama3,
  tekken: { pre_tokenizer: splitBy(capitals), begins: true, ignoreMerges: true },
  qwen2: { pre_tokenizer: splitBy(words('\\p{N}')), normalizer: { type: 'NFC' } },
  smollm: { pre_tokenizer: digitsFirst },
};

/**
 * Files of the first days do not say how texts are cut, or say `default`; GPT-2 and GPT-NeoX knew one way, the later
 * families several.
 */
function unsaid(metadata: Metadata, file: string): string {
  const family = metadata.get('general.architecture');
  if (family === 'gpt2' || family === 'gptneox') return 'gpt-2';
  throw new Failure(
    'tokenizer-missing',
    l10n.t`The GGUF file does not say how its tokenizer cuts texts.`,
    { file },
    beside(),
  );
}

/** @throws Failure "tokenizer-missing" where the file says none, or one that is not known here */
function splittingOf(metadata: Metadata, file: string): Splitting {
  const said = metadata.get('tokenizer.ggml.pre') ?? 'default';
  const pre = said === 'default' ? unsaid(metadata, file) : said;
  if (typeof pre === 'string' && Object.hasOwn(splittings, pre)) return splittings[pre]!;
  throw new Failure(
    'tokenizer-missing',
    l10n.t`The GGUF file's tokenizer cuts texts in the way "${String(pre)}", which is not known here.`,
    { file },
    beside(),
  );
}

/**
 * Whether a file's tokenizer is of a kind that is read here, as far as shows without its vocabulary.
 * @throws Failure "tokenizer-missing"
 */
export function requireKnownTokenizer(metadata: Metadata, file: string): void {
  const kind = metadata.get('tokenizer.ggml.model');
  if (kind === 'gpt2') splittingOf(metadata, file);
  else if (kind !== 'llama') throw unknownKind(kind, file);
}

/** Byte-pair merges over bytes written as letters (GPT-2). */
function byteLevel(metadata: Metadata, tokens: readonly string[], file: string): Kind {
  const splitting = splittingOf(metadata, file);
  const merges = metadataTexts(metadata, 'tokenizer.ggml.merges');
  if (!merges)
    throw new Failure(
      'tokenizer-missing',
      l10n.t`The GGUF file holds no merges for its tokenizer.`,
      { file },
      beside(),
    );
  return {
    normalizer: splitting.normalizer ?? null,
    pre_tokenizer: splitting.pre_tokenizer,
    decoder: bytes(true),
    begins: splitting.begins ?? false,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: splitting.ignoreMerges ?? false,
      vocab: vocabulary(tokens),
      merges: merges.map(splitMerge),
    },
  };
}

/** A merge names its halves with a space between; the first half may itself begin with one. */
function splitMerge(merge: string): readonly [string, string] {
  const space = merge.indexOf(' ', 1);
  return [merge.slice(0, space), merge.slice(space + 1)];
}

const vocabulary = (tokens: readonly string[]): Readonly<Record<string, number>> => {
  const ids: Record<string, number> = Object.create(null) as Record<string, number>;
  tokens.forEach((token, id) => void (ids[token] = id));
  return ids;
};

/**
 * SentencePiece's byte-pair pieces (Llama 1 and 2, Mistral): the better a piece's score, the sooner its halves merge.
 */
function sentencePieces(metadata: Metadata, tokens: readonly string[]): Kind {
  const scores = metadataList(metadata, 'tokenizer.ggml.scores') ?? [];
  const prefix = metadataFlag(metadata, 'tokenizer.ggml.add_space_prefix') ?? true;
  const unknown = tokens[metadataNumber(metadata, 'tokenizer.ggml.unknown_token_id') ?? 0] ?? null;
  const spaces = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const strip = prefix ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : [];
  return {
    normalizer: { type: 'Sequence', normalizers: [...(prefix ? [{ type: 'Prepend', prepend: '▁' }] : []), spaces] },
    pre_tokenizer: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        ...strip,
      ],
    },
    begins: true,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: unknown,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: vocabulary(tokens),
      merges: mergesByScore(tokens, scores),
    },
  };
}

/** Pieces are words at most; a longer token would have more halves than worth looking at. */
const longestPiece = 256;

/**
 * Every way to put a piece together from two, in the order in which SentencePiece would (as transformers derives them).
 */
function mergesByScore(tokens: readonly string[], scores: readonly number[]): readonly (readonly [string, string])[] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges = tokens.flatMap((token, id) => {
    const letters = token.length <= longestPiece ? [...token] : [];
    return letters.slice(1).flatMap((_, i): readonly Merge[] => {
      const [left, right] = [letters.slice(0, i + 1).join(''), letters.slice(i + 1).join('')];
      const [leftId, rightId] = [ids.get(left), ids.get(right)];
      return leftId === undefined || rightId === undefined
        ? []
        : [{ left, right, leftId, rightId, score: scores[id] ?? 0 }];
    });
  });
  return merges
    .sort((a, b) => b.score - a.score || a.leftId - b.leftId || a.rightId - b.rightId)
    .map(({ left, right }) => [left, right]);
}

interface Merge {
  readonly left: string;
  readonly right: string;
  readonly leftId: number;
  readonly rightId: number;
  readonly score: number;
}

/** Puts the first token in front of a sequence, where the model was trained so. */
function opening(metadata: Metadata, tokens: readonly string[], begins: boolean): object | null {
  const id = metadataNumber(metadata, 'tokenizer.ggml.bos_token_id');
  const token = id === undefined ? undefined : tokens[id];
  if (token === undefined || !(metadataFlag(metadata, 'tokenizer.ggml.add_bos_token') ?? begins)) return null;
  const first = { SpecialToken: { id: token, type_id: 0 } };
  const sequence = (name: string): object => ({ Sequence: { id: name, type_id: 0 } });
  return {
    type: 'TemplateProcessing',
    single: [first, sequence('A')],
    pair: [first, sequence('A'), first, sequence('B')],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}

const roles = { bos_token: 'bos', eos_token: 'eos', unk_token: 'unknown', pad_token: 'padding' };

function specialTokens(metadata: Metadata, tokens: readonly string[]): Readonly<Record<string, unknown>> {
  const named = Object.entries(roles).flatMap(([role, name]): readonly (readonly [string, string])[] => {
    const token = tokens[metadataNumber(metadata, `tokenizer.ggml.${name}_token_id`) ?? -1];
    return token === undefined ? [] : [[role, token]];
  });
  const template = metadata.get('tokenizer.chat_template');
  return {
    ...Object.fromEntries(named),
    ...(typeof template === 'string' && { chat_template: template }),
    tokenizer_class: 'PreTrainedTokenizerFast',
  };
}
