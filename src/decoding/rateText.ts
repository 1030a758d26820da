import type { LanguageModel } from '../model/openModel';
import { noCache } from '../objective/graph/bodies';
import { notANumber } from '../objective/notANumber';
import { prefixObstacle } from '../model/graph/past';
import type { SoftPrompt } from '../objective/prompt';
import { int64s, type Session } from '../onnx/runtime/session';
import { allowsEmptyPlaces } from '../model/graph/emptyPlaces';
import { decoderNames } from './decoderGraph';
import { rateToken, type RatedToken } from './logprobs';
import { prefixCache } from './passes';
import { textFeeds } from './textFeeds';

/** Numbers of logits that one pass gives at most. */
const mostLogits = 2 ** 25;

/**
 * How likely each token of a text is behind those before it. The text is read once for each part of it whose logits fit
 * into memory.
 * @param options.from place of the first token that is asked for
 * @throws Failure "loss-not-finite", "no-cache"; the reason of the signal
 */
export async function rateText(
  { session, model, soft }: { readonly session: Session; readonly model: LanguageModel; readonly soft?: SoftPrompt },
  ids: readonly number[],
  { from, rate, signal }: { readonly from: number; readonly rate: number; readonly signal?: AbortSignal },
): Promise<readonly RatedToken[]> {
  const obstacle = soft?.prefix && prefixObstacle(model.signature);
  if (obstacle) throw noCache(obstacle);
  const front = { cache: prefixCache({ model, soft }), shared: allowsEmptyPlaces(model) };
  const feeds = textFeeds({ model, soft }, { texts: [ids], front });
  const together = Math.max(1, Math.floor(mostLogits / model.tokenizer.vocabularySize));
  const rated: RatedToken[] = [];
  for (let begin = from; begin < ids.length; begin += together) {
    signal?.throwIfAborted();
    const asked = ids.slice(begin, begin + together);
    // A token is told by the position before it.
    const positions = int64s(
      [asked.length, 2],
      asked.flatMap((_, i) => [0, begin + i - 1]),
    );
    const results = await session.run(
      { ...feeds, [decoderNames.lastPositions]: positions },
      { [decoderNames.logits]: null },
    );
    const logits = results[decoderNames.logits]!.data as Float32Array;
    const width = logits.length / asked.length;
    for (const [i, token] of asked.entries()) {
      const place = rateToken(logits.subarray(i * width, (i + 1) * width), token, rate);
      if (Number.isNaN(place.logprob)) throw notANumber();
      rated.push(place);
    }
  }
  return rated;
}
