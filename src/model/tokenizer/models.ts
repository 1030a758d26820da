import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { isNothing, isRecord, isString, isWhole, orNothing, requireKeys, unsupported, type PartRecord } from './parts';

/** What turns a piece of text into token ids. */
export interface TokenModel {
  readonly vocabulary: ReadonlyMap<string, number>;
  /** @throws Failure "tokenizer-unknown" where a vocabulary has no token for a text, nor one for the unknown */
  encode(piece: string): readonly number[];
}

/** A vocabulary without a token for the unknown has no id for a word that it lacks. */
export const unknownWord = (word: string): Failure =>
  new Failure(
    'tokenizer-unknown',
    l10n.t`The tokenizer knows no token for "${word}", nor one for what it does not know.`,
    {},
    l10n.t`Write the text in words of its vocabulary, or give model.unk_token of tokenizer.json a token.`,
  );

/** @throws Failure "tokenizer-unsupported" for an id that is none */
export function readVocabulary(record: PartRecord): ReadonlyMap<string, number> {
  const vocabulary = new Map<string, number>();
  for (const token of Object.keys(record)) {
    const id = record[token];
    if (!isWhole(id)) throw unsupported(l10n.t`the id ${JSON.stringify(id)} of the token "${token}"`);
    vocabulary.set(token, id);
  }
  return vocabulary;
}

/** Whole words; tokenizers, src/models/wordlevel. @throws Failure "tokenizer-unsupported" */
export function openWordLevel(record: PartRecord): TokenModel {
  requireKeys(l10n.t`the model`, record, { vocab: isRecord, unk_token: orNothing(isString) });
  const vocabulary = readVocabulary(record.vocab as PartRecord);
  const unknown = isString(record.unk_token) ? vocabulary.get(record.unk_token) : undefined;
  return {
    vocabulary,
    encode(piece) {
      const id = vocabulary.get(piece) ?? unknown;
      if (id === undefined) throw unknownWord(piece);
      return [id];
    },
  };
}

/**
 * The longest beginnings of words that the vocabulary holds; tokenizers, src/models/wordpiece.
 * @throws Failure "tokenizer-unsupported"
 */
export function openWordPiece(record: PartRecord): TokenModel {
  requireKeys(l10n.t`the model`, record, {
    vocab: isRecord,
    unk_token: isString,
    continuing_subword_prefix: isString,
    max_input_chars_per_word: isWhole,
    dropout: isNothing,
  });
  const vocabulary = readVocabulary(record.vocab as PartRecord);
  const prefix = record.continuing_subword_prefix as string;
  const longest = record.max_input_chars_per_word as number;
  const unknown = vocabulary.get(record.unk_token as string);

  const cut = (letters: readonly string[]): readonly number[] | undefined => {
    const ids: number[] = [];
    for (let start = 0; start < letters.length;) {
      let end = letters.length;
      let id: number | undefined;
      for (; end > start && id === undefined; end--)
        id = vocabulary.get((start === 0 ? '' : prefix) + letters.slice(start, end).join(''));
      if (id === undefined) return undefined;
      ids.push(id);
      start = end + 1;
    }
    return ids;
  };

  return {
    vocabulary,
    encode(piece) {
      const letters = [...piece];
      const ids = letters.length > longest ? undefined : cut(letters);
      if (ids) return ids;
      if (unknown === undefined) throw unknownWord(piece);
      return [unknown];
    },
  };
}
