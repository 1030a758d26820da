import * as l10n from '@vscode/l10n';
import {
  isAnything,
  isBoolean,
  isList,
  isRecord,
  isString,
  isWhole,
  requireKeys,
  unsupported,
  type PartRecord,
} from './parts';

/** The special tokens around one text. */
export interface Surrounding {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const nothing: Surrounding = { before: [], after: [] };

/**
 * What a post-processor puts around one text; pairs of texts are not used here.
 * @throws Failure "tokenizer-unsupported"
 */
export function readPostProcessor(record: PartRecord): Surrounding {
  const read = processors[String(record.type)];
  if (!read) throw unsupported(l10n.t`the post-processor ${String(record.type)}`);
  return read(record);
}

const check = (record: PartRecord, keys: Parameters<typeof requireKeys>[2]): void =>
  requireKeys(l10n.t`the post-processor`, record, keys);

const isNamedToken = (value: unknown): boolean =>
  isList(value) && value.length === 2 && isString(value[0]) && isWhole(value[1]);

const aroundBoth = (record: PartRecord): Surrounding => ({
  before: [(record.cls as readonly [string, number])[1]],
  after: [(record.sep as readonly [string, number])[1]],
});

const processors: Readonly<Record<string, (record: PartRecord) => Surrounding>> = {
  ByteLevel(record) {
    // It moves offsets, which are not used here.
    check(record, { add_prefix_space: isAnything, trim_offsets: isAnything, use_regex: isAnything });
    return nothing;
  },
  BertProcessing(record) {
    check(record, { sep: isNamedToken, cls: isNamedToken });
    return aroundBoth(record);
  },
  RobertaProcessing(record) {
    check(record, { sep: isNamedToken, cls: isNamedToken, trim_offsets: isBoolean, add_prefix_space: isBoolean });
    return aroundBoth(record);
  },
  TemplateProcessing(record) {
    check(record, {
      single: (value) => isList(value) && value.every(isRecord),
      pair: isAnything,
      special_tokens: isRecord,
    });
    return readTemplate(record);
  },
  Sequence(record) {
    check(record, { processors: (value) => isList(value) && value.every(isRecord) });
    return (record.processors as readonly PartRecord[]).map(readPostProcessor).reduce((inner, outer) => ({
      before: [...outer.before, ...inner.before],
      after: [...inner.after, ...outer.after],
    }));
  },
};

function readTemplate({ single, special_tokens }: PartRecord): Surrounding {
  const pieces = single as readonly PartRecord[];
  const text = pieces.findIndex((piece) => isRecord(piece.Sequence) && piece.Sequence.id === 'A');
  const idsOf = (piece: PartRecord): readonly number[] => {
    const { id } = (isRecord(piece.SpecialToken) ? piece.SpecialToken : {}) as { readonly id?: string };
    const token = id === undefined ? undefined : (special_tokens as PartRecord)[id];
    const ids = isRecord(token) ? token.ids : undefined;
    if (!isList(ids) || !ids.every(isWhole)) throw unsupported(l10n.t`${JSON.stringify(piece)} in the post-processor`);
    return ids as readonly number[];
  };
  if (text < 0) throw unsupported(l10n.t`a post-processor without the text`);
  return { before: pieces.slice(0, text).flatMap(idsOf), after: pieces.slice(text + 1).flatMap(idsOf) };
}
