import * as l10n from '@vscode/l10n';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../channel/guards';
import type { ChatTokenizer } from '../../chat/chatTokenizer';
import type { ChatTemplateFiles } from '../../chat/findChatTemplate';
import { readChatTemplates } from './chatTemplateFiles';
import { readJson } from '../../files/jsonFile';
import { Failure } from '../../failure';
import { lfsPointer } from '../../onnx/damagedFile';
import type { LanguageModelKind } from '../configuration';
import type { TokenizerRecords } from '../gguf/tokenizer';
import { withConfiguredTokens } from './configuredTokens';
import type { PartRecord } from './parts';
import { openPipeline, type Pipeline } from './pipeline';
import type { TokenPieces } from './tokenPieces';

/** Text to token ids and back. */
export interface Tokenizer extends ChatTokenizer {
  /**
   * @param addSpecialTokens puts the tokens that open a sequence in front, where the model has such; those that close
   * it follow only where the model is a masked one, since a causal model goes on behind the text
   * @throws Failure "tokenizer-unknown" for a text that has no token, or one that the model's embedding table has no
   * row for
   */
  encode(text: string, addSpecialTokens: boolean): readonly number[];
  /** Chat templates of the model; absent where it has none. */
  readonly chatTemplates?: ChatTemplateFiles;
  /** Text of token ids; special tokens are left out. Of no ids it is empty. */
  decode(ids: readonly number[]): string;
  /**
   * What each token adds to a text.
   * @throws Failure "tokenizer-unsupported" where a token's text hangs on its neighbours
   */
  pieces(): TokenPieces;
  /** A token as written in the vocabulary, or undefined for an id that has none. */
  token(id: number): string | undefined;
  /** The token that a masked language model fills in; absent for causal models. */
  readonly mask?: number;
  /** Rows of the model's embedding table. */
  readonly vocabularySize: number;
  /** Ids from here on are virtual tokens: none of them is a row of the embedding table or an id of the tokenizer. */
  readonly firstVirtualToken: number;
}

/** @throws Failure "tokenizer-missing", "tokenizer-broken" */
export async function readTokenizerRecords(folder: string): Promise<TokenizerRecords> {
  const [definition, settings] = await Promise.all([
    readPart(join(folder, 'tokenizer.json')),
    readSettings(join(folder, 'tokenizer_config.json')),
  ]);
  const chat = await readChatTemplates(folder, settings);
  return { definition, settings, ...(chat && { chat }) };
}

/**
 * The one way in which a tokenizer is opened.
 * @param file where the tokenizer is from
 * @param vocabularySize rows of the embedding table, which may exceed the tokenizer's own vocabulary, or fall short of
 * it
 * @param kind a masked model needs a mask token
 * @throws Failure "tokenizer-unsupported" for a part that is not understood, "tokenizer-broken"
 */
export function makeTokenizer(
  { definition, settings, chat }: TokenizerRecords,
  {
    file,
    vocabularySize,
    kind = 'causal',
  }: { readonly file: string; readonly vocabularySize: number; readonly kind?: LanguageModelKind },
): Tokenizer {
  const pipeline = inFile(file, () => openPipeline(withConfiguredTokens(definition, settings)));
  const { before, after } = pipeline.surrounding;
  const closing = kind === 'masked' ? after : [];
  return {
    encode: (text, addSpecialTokens) =>
      inFile(file, () => {
        const ids = pipeline.encode(text);
        requireRows(ids, pipeline, vocabularySize);
        return addSpecialTokens ? [...before, ...ids, ...closing] : ids;
      }),
    encoderWithout(tokens) {
      const encode = pipeline.encoderWithout(tokens);
      return (text, opens) =>
        inFile(file, () => {
          const ids = encode(text, opens);
          requireRows(ids, pipeline, vocabularySize);
          return ids;
        });
    },
    added: pipeline.added,
    ...(chat && { chatTemplates: chat }),
    decode: pipeline.decode,
    pieces: () => inFile(file, pipeline.pieces),
    token: pipeline.token,
    ...(kind === 'masked' && { mask: maskOf(pipeline, settings, file) }),
    vocabularySize,
    firstVirtualToken: Math.max(vocabularySize, pipeline.highestId + 1),
  };
}

/** A token that was added to the tokenizer but not to the model stands for nothing that the model knows. */
function requireRows(ids: readonly number[], pipeline: Pipeline, vocabularySize: number): void {
  const beyond = ids.find((id) => id >= vocabularySize);
  if (beyond === undefined) return;
  throw new Failure(
    'tokenizer-unknown',
    l10n.t`The text holds the token "${String(pipeline.token(beyond))}" (${beyond}), for which the model has no \
embedding: its table ends at ${vocabularySize - 1}.`,
    {},
    l10n.t`Take it out of the text, or use the tokenizer that belongs to the model.`,
  );
}

/** Runs a piece of work whose failures are the file's. */
function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) throw new Failure(error.code, error.message, { file }, error.remedy);
    throw new Failure(
      'tokenizer-broken',
      l10n.t`The tokenizer cannot be built: ${(error as Error).message}`,
      { file },
      l10n.t`Use the tokenizer.json that belongs to the model.`,
    );
  }
}

/** What BERT's and RoBERTa's kin call it; older settings leave it to transformers' own code to know. */
const usualMasks = ['[MASK]', '<mask>'];

/** `mask_token`, written as the token itself or as a record of it. */
function maskOf(pipeline: Pipeline, settings: PartRecord, file: string): number {
  const { mask_token: written } = settings as { readonly mask_token?: string | { readonly content?: string } };
  const token = typeof written === 'object' ? written?.content : written;
  const id = (token === undefined ? usualMasks : [token]).map(pipeline.id).find((found) => found !== undefined);
  if (id === undefined)
    throw new Failure(
      'tokenizer-broken',
      l10n.t`The tokenizer of this masked language model names no mask token.`,
      { file },
      l10n.t`Use the tokenizer_config.json that belongs to the model.`,
    );
  return id;
}

/** Older tokenizers have no settings beside them; transformers opens them without, too. */
async function readSettings(file: string): Promise<Readonly<Record<string, unknown>>> {
  return existsSync(file) ? readPart(file) : {};
}

function readPart(file: string): Promise<Readonly<Record<string, unknown>>> {
  return readJson(file, isObject, {
    missing: () =>
      new Failure(
        'tokenizer-missing',
        l10n.t`The model has no tokenizer file here.`,
        { file },
        l10n.t`Put the tokenizer.json of the model into its folder.`,
      ),
    damaged: () =>
      lfsPointer(file) ??
      new Failure(
        'tokenizer-broken',
        l10n.t`The tokenizer file is not valid JSON.`,
        { file },
        l10n.t`Download or copy it again.`,
      ),
  });
}
