import * as l10n from '@vscode/l10n';
import { utf8 } from './bytes';
import { isBoolean, isList, isWhole, orNothing, requireKeys, type PartRecord } from './parts';
import { unknownWord, type TokenModel } from './models';

/** How much less likely than the least likely token an unknown letter is, in nats; tokenizers, src/models/unigram. */
const unknownPenalty = 10;

interface Step {
  readonly start: number;
  readonly id: number | undefined;
  readonly score: number;
}

/**
 * The most likely tokens of a text (Kudo 2018) as tokenizers, src/models/unigram.
 * @throws Failure "tokenizer-unsupported"
 */
export function openUnigram(record: PartRecord): TokenModel {
  requireKeys(l10n.t`the model`, record, {
    unk_id: orNothing(isWhole),
    vocab: (value) => isList(value) && value.every((entry) => isList(entry) && entry.length === 2),
    byte_fallback: orNothing(isBoolean),
  });
  const entries = record.vocab as readonly (readonly [string, number])[];
  const vocabulary = new Map(entries.map(([token], id) => [token, id]));
  const scores = entries.map(([, score]) => score);
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - unknownPenalty;
  const unknown = record.unk_id as number | undefined | null;
  const longest = entries.reduce((most, [token]) => Math.max(most, token.length), 0);

  /** The best way to each position, by the last token. */
  const walk = (text: string): readonly (Step | undefined)[] => {
    const best: (Step | undefined)[] = new Array<Step | undefined>(text.length + 1);
    const offer = (end: number, step: Step): void => {
      if (best[end] === undefined || step.score > best[end].score) best[end] = step;
    };
    for (let start = 0; start < text.length;) {
      const letter = text.codePointAt(start)! > 0xffff ? 2 : 1;
      const sofar = start === 0 ? 0 : best[start]!.score;
      let letterIsToken = false;
      for (let end = start + letter; end <= Math.min(text.length, start + longest); end++) {
        const id = vocabulary.get(text.slice(start, end));
        if (id === undefined) continue;
        offer(end, { start, id, score: sofar + scores[id]! });
        letterIsToken ||= end === start + letter;
      }
      if (!letterIsToken) offer(start + letter, { start, id: unknown ?? undefined, score: sofar + unknownScore });
      start += letter;
    }
    return best;
  };

  const idsOf = (token: string): readonly number[] => {
    const id = vocabulary.get(token);
    if (id !== undefined) return [id];
    if (record.byte_fallback === true) {
      const bytes = [...utf8(token)].map((byte) =>
        vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
      );
      if (bytes.every((byte) => byte !== undefined)) return bytes;
    }
    if (unknown === undefined || unknown === null) throw unknownWord(token);
    return [unknown];
  };

  return {
    vocabulary,
    encode(piece) {
      const best = walk(piece);
      const tokens: string[] = [];
      let unknowns = '';
      for (let end = piece.length; end > 0;) {
        const { start, id } = best[end]!;
        const token = piece.slice(start, end);
        if (id === unknown || id === undefined) unknowns = token + unknowns;
        else {
          if (unknowns !== '') tokens.push(unknowns);
          unknowns = '';
          tokens.push(token);
        }
        end = start;
      }
      if (unknowns !== '') tokens.push(unknowns);
      return tokens.reverse().flatMap(idsOf);
    },
  };
}
