import type { DecodeOptions } from '../../decoding/answer';
import { flagField, numberField, requireNeutral, textsField, type Fields } from '../fields';
import { anySeed, seedOf, type ServedPrompt } from '../servedPrompt';

/** How a request wants its texts written. */
export interface AskedDecoding {
  readonly options: DecodeOptions;
  /** New tokens at most. */
  readonly most: number;
  /** Texts for each prompt. */
  readonly count: number;
  /** Of the first text to a prompt; the next has the next number. */
  readonly seed: number;
  readonly isStreamed: boolean;
  /** Whether the last event of a stream says how many tokens there were. */
  readonly countsTokens: boolean;
}

/** What other servers know and what would change an answer, with the values at which it does not. */
const neutral = {
  frequency_penalty: 0,
  presence_penalty: 0,
  repetition_penalty: 1,
  logit_bias: undefined,
  suffix: undefined,
  use_beam_search: false,
  min_p: 0,
  tools: undefined,
  functions: undefined,
  response_format: undefined,
};

/**
 * What a request leaves out is as in the run.
 * @param fallback new tokens where the request names no number
 * @throws ApiError
 */
export function readDecoding(
  served: ServedPrompt,
  fields: Fields,
  { base, fallback, least }: { readonly base: DecodeOptions; readonly fallback: number; readonly least: number },
): AskedDecoding {
  const responseFormat = fields.response_format as { readonly type?: unknown } | undefined;
  requireNeutral(responseFormat?.type === 'text' ? { ...fields, response_format: null } : fields, neutral);
  const count = numberField(fields, 'n', { least: 1, most: 16, whole: true }) ?? 1;
  requireNeutral(fields, { best_of: count });
  const temperature = numberField(fields, 'temperature', { least: 0, most: 2 }) ?? base.temperature ?? 0;
  const asked = numberField(fields, 'seed', { least: -(2 ** 53), most: 2 ** 53, whole: true });
  const limit = { least, most: 2 ** 31, whole: true };
  const stop = textsField(fields, 'stop', 16);
  const streamOptions = fields.stream_options as Fields | undefined | null;
  return {
    options: {
      ...base,
      temperature,
      topP: numberField(fields, 'top_p', { least: 0, most: 1 }) ?? base.topP,
      topK: topK(fields) ?? base.topK,
      stopSequences: [...(base.stopSequences ?? []), ...stop],
    },
    most: numberField(fields, 'max_completion_tokens', limit) ?? numberField(fields, 'max_tokens', limit) ?? fallback,
    count,
    seed: asked ?? (temperature === base.temperature && base.seed !== undefined ? seedOf(served) : anySeed()),
    isStreamed: flagField(fields, 'stream'),
    countsTokens: streamOptions ? flagField(streamOptions, 'include_usage') : false,
  };
}

/** -1 stands for all, as with vLLM. */
function topK(fields: Fields): number | undefined {
  const asked = numberField(fields, 'top_k', { least: -1, most: 2 ** 31, whole: true });
  return asked !== undefined && asked < 1 ? Infinity : asked;
}
