import * as l10n from '@vscode/l10n';
import type { AddedToken, PieceEncoder } from '../../chat/chatTokenizer';
import { append } from '../../lists';
import { openAddedTokens, readAddedTokens } from './addedTokens';
import { openBpe } from './bpe';
import { openDecoder } from './decoders';
import { openWordLevel, openWordPiece, type TokenModel } from './models';
import { openNormalizer } from './normalizers';
import { isList, isRecord, requireKeys, unsupported, isAnything, isNothing, orNothing, type PartRecord } from './parts';
import { readPostProcessor, type Surrounding } from './postProcessors';
import { openPreTokenizer } from './preTokenizers';
import { openTokenPieces, type TokenPieces } from './tokenPieces';
import { openUnigram } from './unigram';

/** A `tokenizer.json` at work: every part as Hugging Face's tokenizers understands it. */
export interface Pipeline {
  /** Token ids of a text, without special tokens around it. */
  encode(text: string): readonly number[];
  /** The same where some added tokens are text like any other. */
  encoderWithout(tokens: ReadonlySet<number>): PieceEncoder;
  /** Text of token ids; special tokens are left out. */
  decode(ids: readonly number[]): string;
  /** What single tokens write. @throws Failure "tokenizer-unsupported" */
  pieces(): TokenPieces;
  /** Special tokens that a text is put between. */
  readonly surrounding: Surrounding;
  token(id: number): string | undefined;
  id(token: string): number | undefined;
  readonly added: readonly AddedToken[];
  /** The highest id that any token has; -1 without tokens. */
  readonly highestId: number;
}

const models: Readonly<Record<string, (record: PartRecord) => TokenModel>> = {
  BPE: openBpe,
  Unigram: openUnigram,
  WordPiece: openWordPiece,
  WordLevel: openWordLevel,
};

/** @throws Failure "tokenizer-unsupported" for any part, key or value that is not understood */
export function openPipeline(definition: PartRecord): Pipeline {
  requireKeys(
    l10n.t`the file`,
    { ...definition, type: 'itself' },
    {
      version: isAnything,
      // Cutting and padding are asked for by who calls, as in transformers.
      truncation: isAnything,
      padding: isAnything,
      added_tokens: orNothing(isList),
      normalizer: orNothing(isRecord),
      pre_tokenizer: orNothing(isRecord),
      post_processor: orNothing(isRecord),
      decoder: orNothing(isRecord),
      model: isRecord,
      type: (value) => value === 'itself',
    },
  );
  const part = <T>(name: string, open: (record: PartRecord) => T): T | undefined =>
    isNothing(definition[name]) ? undefined : open(definition[name] as PartRecord);
  const normalize = part('normalizer', openNormalizer) ?? ((text: string) => text);
  const cut = part('pre_tokenizer', openPreTokenizer);
  const decoder = part('decoder', openDecoder);
  const model = openModel(definition.model as PartRecord);
  const added = numberTokens(
    readAddedTokens((definition.added_tokens as readonly PartRecord[] | null | undefined) ?? []),
    model.vocabulary,
  );
  const encoderOf = (tokens: readonly AddedToken[]): PieceEncoder => {
    const sections = openAddedTokens(tokens, normalize);
    return (text, opens) => {
      const ids: number[] = [];
      for (const section of sections(text, opens)) {
        if ('token' in section) ids.push(section.token);
        else if (section.text !== '')
          for (const piece of cut ? cut([section]) : [section]) append(ids, model.encode(piece.text));
      }
      return ids;
    };
  };
  const encode = encoderOf(added);
  const tokens: (string | undefined)[] = [];
  for (const [token, id] of model.vocabulary) tokens[id] = token;
  for (const { id, content } of added) tokens[id] = content;
  const special = new Set(added.filter((token) => token.special).map(({ content }) => content));
  const ids = new Map(added.map(({ id, content }) => [content, id]));
  return {
    encode: (text) => encode(text, true),
    encoderWithout: (tokens) => encoderOf(added.filter(({ id }) => !tokens.has(id))),
    decode(given) {
      const written = given.flatMap((id) => tokens[id] ?? []).filter((token) => !special.has(token));
      return decoder ? decoder(written).join('') : written.join(' ');
    },
    pieces: () =>
      openTokenPieces(
        isNothing(definition.decoder) ? undefined : (definition.decoder as PartRecord),
        Array.from(tokens, (token) => (token !== undefined && special.has(token) ? undefined : token)),
      ),
    surrounding: part('post_processor', readPostProcessor) ?? { before: [], after: [] },
    token: (id) => tokens[id],
    id: (token) => ids.get(token) ?? model.vocabulary.get(token),
    added,
    highestId: tokens.length - 1,
  };
}

function openModel(record: PartRecord): TokenModel {
  const open = models[String(record.type)];
  if (!open) throw unsupported(l10n.t`the model ${String(record.type)}`);
  return open(record);
}

/**
 * The ids of added tokens, which are those of the vocabulary or the next behind it, whatever the file says;
 * tokenizers, src/tokenizer/added_vocabulary.rs, `add_tokens`.
 */
function numberTokens(tokens: readonly AddedToken[], vocabulary: ReadonlyMap<string, number>): readonly AddedToken[] {
  const ids = new Map<string, number>();
  let highest = -1;
  const numbered: AddedToken[] = [];
  for (const token of tokens) {
    if (token.content === '') continue;
    const id = vocabulary.get(token.content) ?? ids.get(token.content) ?? Math.max(vocabulary.size, highest + 1);
    ids.set(token.content, id);
    highest = Math.max(highest, id);
    numbered.push({ ...token, id });
  }
  return numbered;
}
