import { largest } from '../lists';
import type { LanguageModel } from '../model/openModel';
import type { SoftPrompt } from '../objective/prompt';
import { floats, int64s, type Feeds, type Numbers } from '../onnx/runtime/session';
import { cacheFeeds, emptyCache, repeatCache, type Cache } from './cache';
import { allowsEmptyPlaces } from '../model/graph/emptyPlaces';
import { decoderNames } from './decoderGraph';

/** What stands in front of every prompt of a group. */
export interface Front {
  readonly cache: Cache;
  /** Whether it is kept once for all of them; each sequence's cache begins with it otherwise. */
  readonly shared: boolean;
}

interface Prompted {
  readonly model: LanguageModel;
  readonly soft: SoftPrompt | undefined;
}

/**
 * What a pass over whole texts behind a cache is fed: the shorter ones are padded on the right, so that no gap parts
 * them from what is cached.
 */
export function textFeeds(
  { model, soft }: Prompted,
  { texts, front }: { readonly texts: readonly (readonly number[])[]; readonly front: Front },
): Feeds {
  const { past } = model.signature;
  const none = emptyCache(past, texts.length);
  const cached = front.shared
    ? { opening: front.cache, old: none, recent: none }
    : { opening: undefined, old: repeatCache(past, front.cache, texts.length), recent: none };
  const before = front.cache.length;
  const longest = largest(texts.map((ids) => ids.length));
  const length = before + longest;
  const ids = new BigInt64Array(texts.length * longest);
  const positions = new BigInt64Array(texts.length * longest);
  const mask = new BigInt64Array(texts.length * length).fill(1n);
  texts.forEach((text, row) => {
    text.forEach((id, i) => (ids[row * longest + i] = BigInt(id)));
    for (let i = 0; i < longest; i++) positions[row * longest + i] = BigInt(before + Math.min(i, text.length - 1));
    mask.fill(0n, row * length + before + text.length, (row + 1) * length);
  });
  return {
    input_ids: { dims: [texts.length, longest], data: ids },
    attention_mask: { dims: [texts.length, length], data: mask },
    position_ids: { dims: [texts.length, longest], data: positions },
    [decoderNames.lastPositions]: int64s(
      [texts.length, 2],
      texts.flatMap((text, row) => [row, text.length - 1]),
    ),
    [decoderNames.prompt]: vectorsOf(soft, model),
    ...cacheFeeds(past, cached),
  };
}

/** The vectors of the virtual tokens, `[virtual tokens, hidden]`; one that nobody asks for where there are none. */
export const vectorsOf = (soft: SoftPrompt | undefined, { configuration: { hiddenSize } }: LanguageModel): Numbers =>
  soft && soft.rows > 0
    ? floats([soft.rows, soft.hiddenSize], soft.values)
    : floats([1, hiddenSize], new Float32Array(hiddenSize));

/** Two tiny passes that differ in all their sizes, from which the shapes of a decoder's values are found. */
export function probingTexts(model: LanguageModel): readonly [Feeds, Feeds] {
  const pass = (rows: number, length: number): Feeds =>
    textFeeds(
      { model, soft: undefined },
      {
        texts: Array.from({ length: rows }, () => new Array<number>(length).fill(1)),
        front: { cache: emptyCache(model.signature.past, 1), shared: allowsEmptyPlaces(model) },
      },
    );
  return [pass(3, 7), pass(2, 5)];
}
