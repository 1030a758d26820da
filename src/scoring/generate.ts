import type { SourceLocation } from '../failure';
import { largest } from '../lists';
import { instantiate, constantNodes } from '../model/graph/instance';
import { emptyPastFeeds, prefixObstacle } from '../model/graph/past';
import type { LanguageModel } from '../model/openModel';
import { emptyGraph, extendGraph } from '../onnx/builder';
import { ElementType, type Model } from '../onnx/graph';
import { floats, int64s, openSession, type Feeds, type Numbers, type Session } from '../onnx/runtime/session';
import { defaultThreads } from '../objective/objective';
import { noCache } from '../objective/objectiveGraph';
import { notANumber } from './scoreSplit';
import { keysAndValuesOf, type PrefixMatrix, type SoftPrompt } from '../objective/prompt';

/** Greedy decoding with a key/value cache. */
export interface Generator {
  /**
   * Continues each prompt by its likeliest tokens until an end token.
   * @param prompts token ids; from `firstVirtualToken` on, rows of `soft`, whose prefix stands in front of every prompt
   * @param options `most` tokens to generate at most; tokens that end an answer, the model's own where none are given;
   * where a prompt is from
   * @returns new tokens of each prompt, without the end token
   * @throws Failure "loss-not-finite" where the model gives no numbers; "no-cache" for a prefix where the model takes
   * no keys and values
   */
  generate(
    prompts: readonly (readonly number[])[],
    soft: SoftPrompt | undefined,
    options: { readonly most: number; readonly end?: readonly number[]; where?(prompt: number): SourceLocation },
  ): Promise<readonly (readonly number[])[]>;
  close(): Promise<void>;
}

export async function openGenerator(model: LanguageModel): Promise<Generator> {
  const session = await openSession(decoder(model), { threads: defaultThreads() });
  return {
    async generate(prompts, soft, { most, end = model.configuration.endTokens, where }) {
      const obstacle = soft?.prefix && prefixObstacle(model.signature);
      if (obstacle) throw noCache(obstacle);
      const generated = new Array<readonly number[]>(prompts.length);
      for (const rows of decodedTogether(prompts, model, soft?.prefix !== undefined)) {
        const results = await decodeBatch(
          rows.map((row) => prompts[row]!),
          { session, model, soft, most, end, where: (index) => where?.(rows[index]!) },
        );
        rows.forEach((row, i) => (generated[row] = results[i]!));
      }
      return generated;
    },
    close: () => session.release(),
  };
}

/**
 * Prompts of unlike length stand side by side only where the graph can be told their positions and their padding,
 * others counting places from the left; and not behind a prefix, from which padding would part them, or where a state
 * has read the padding.
 */
function decodedTogether(
  prompts: readonly (readonly number[])[],
  { signature }: LanguageModel,
  behindPrefix: boolean,
): readonly (readonly number[])[] {
  const rows = prompts.map((_, row) => row);
  if (signature.batching.kind === 'apart') return rows.map((row) => [row]);
  const places =
    signature.positionIds && signature.attentionMask && signature.past.length === 2 * signature.cache.length;
  if (places && !behindPrefix) return rows.length ? [rows] : [];
  const lengths = [...new Set(prompts.map((ids) => ids.length))];
  return lengths.map((length) => rows.filter((row) => prompts[row]!.length === length));
}

interface Decoding {
  readonly session: Session;
  readonly model: LanguageModel;
  readonly soft: SoftPrompt | undefined;
  readonly most: number;
  readonly end: readonly number[];
  where(prompt: number): SourceLocation | undefined;
}

async function decodeBatch(
  prompts: readonly (readonly number[])[],
  { session, model, soft, most, end, where }: Decoding,
): Promise<readonly (readonly number[])[]> {
  const generated: number[][] = prompts.map(() => []);
  const finished = prompts.map(() => false);
  let state = start(prompts, model, soft?.prefix);
  for (let i = 0; i < most && finished.includes(false); i++) {
    const results = await session.run({ ...state.feeds, prompt: softFeed(soft, model) });
    const next = likeliest(results.logits!, prompts.length);
    next.forEach((token, b) => {
      if (token < 0 && !finished[b]) throw notANumber(where(b));
      if (end.includes(token)) finished[b] = true;
      if (!finished[b]) generated[b]!.push(token);
    });
    state =
      model.signature.cache.length > 0
        ? advance(state, next, results, model)
        : start(
            prompts.map((prompt, b) => [...prompt, ...generated[b]!]),
            model,
          );
  }
  return generated;
}

const softFeed = (soft: SoftPrompt | undefined, model: LanguageModel): Numbers =>
  soft && soft.rows > 0
    ? floats([soft.rows, soft.hiddenSize], soft.values)
    : floats([1, model.configuration.hiddenSize], new Float32Array(model.configuration.hiddenSize));

interface DecodingState {
  readonly feeds: Feeds;
  /** Next position of each sequence. */
  readonly positions: readonly number[];
  /** 1 for each cached position that holds a token, per sequence. */
  readonly mask: readonly (readonly number[])[];
}

/**
 * Prompts side by side behind the prefix, padded on the left, so that no gap stands between a prompt and what follows
 * it: attention windows count places.
 */
function start(prompts: readonly (readonly number[])[], model: LanguageModel, prefix?: PrefixMatrix): DecodingState {
  const longest = largest(prompts.map((ids) => ids.length));
  const front = prefix?.rows ?? 0;
  const padded = <T>(fill: T, value: (id: number, i: number) => T): T[] =>
    prompts.flatMap((ids) =>
      Array.from({ length: longest }, (_, i) =>
        i < longest - ids.length ? fill : value(ids[i - longest + ids.length]!, i - longest + ids.length),
      ),
    );
  const mask = prompts.map((ids) =>
    Array.from({ length: front + longest }, (_, i) => (i < front || i >= front + longest - ids.length ? 1 : 0)),
  );
  return {
    mask,
    positions: prompts.map((ids) => front + ids.length),
    feeds: {
      input_ids: int64s(
        [prompts.length, longest],
        padded(0, (id) => id),
      ),
      attention_mask: int64s([prompts.length, front + longest], mask.flat()),
      position_ids: int64s(
        [prompts.length, longest],
        padded(0, (_, i) => front + i),
      ),
      last_positions: int64s(
        [prompts.length, 2],
        prompts.flatMap((_, b) => [b, longest - 1]),
      ),
      ...firstPast(prompts.length, model, prefix),
    },
  };
}

/** What is cached before the first token: the prefix for each sequence, or nothing. */
function firstPast(
  batch: number,
  { signature, configuration }: LanguageModel,
  prefix: PrefixMatrix | undefined,
): Feeds {
  if (!prefix) return emptyPastFeeds(signature.past, batch);
  const { keyValueHeads: heads, headSize } = configuration;
  const parts = keysAndValuesOf(prefix, configuration);
  return Object.fromEntries(
    signature.past.map(({ past }, i) => [
      past,
      floats([batch, heads, prefix.rows, headSize], repeated(parts[i]!, batch)),
    ]),
  );
}

function repeated(values: Float32Array, times: number): Float32Array {
  const all = new Float32Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}

/** The next pass: one new token a sequence, behind what is cached. */
function advance(
  state: DecodingState,
  next: readonly number[],
  results: Readonly<Record<string, Numbers>>,
  { signature }: LanguageModel,
): DecodingState {
  const mask = state.mask.map((row) => [...row, 1]);
  return {
    mask,
    positions: state.positions.map((position) => position + 1),
    feeds: {
      input_ids: int64s([next.length, 1], next),
      attention_mask: int64s([next.length, mask[0]!.length], mask.flat()),
      position_ids: int64s([next.length, 1], state.positions),
      last_positions: int64s(
        [next.length, 2],
        next.flatMap((_, b) => [b, 0]),
      ),
      ...Object.fromEntries(signature.past.map(({ past, present }) => [past, results[present]!])),
    },
  };
}

/** The likeliest token of each sequence; -1 where a logit is no number. */
function likeliest(logits: Numbers, count: number): readonly number[] {
  const width = logits.data.length / count;
  const values = logits.data as Float32Array;
  return Array.from({ length: count }, (_, b) => {
    let best = b * width;
    for (let i = best; i < (b + 1) * width; i++) {
      if (Number.isNaN(values[i])) return -1;
      if (values[i]! > values[best]!) best = i;
    }
    return best - b * width;
  });
}

/** The model with virtual tokens, giving the logits `[batch, vocabulary]` of one position a sequence. */
function decoder({ trainingModel: model, signature, configuration, tokenizer }: LanguageModel): Model {
  const builder = extendGraph(
    {
      ...emptyGraph,
      inputs: model.graph.inputs,
      initializers: model.graph.initializers,
      nodes: constantNodes(model.graph),
    },
    'decoder/',
  );
  const prompt = builder.input({
    name: 'prompt',
    type: ElementType.float,
    dims: ['virtual_tokens', configuration.hiddenSize],
  });
  const positions = builder.input({ name: 'last_positions', type: ElementType.int64, dims: ['batch_size', 2] });
  const own = Object.fromEntries(model.graph.inputs.map((input) => [input.name, input.name]));
  const body = instantiate(
    builder,
    { graph: model.graph, signature },
    { prefix: 'body/', bindings: own, virtual: { prompt, firstVirtualToken: tokenizer.firstVirtualToken } },
  );
  const outputs = [
    {
      name: builder.alias(builder.op('GatherND', [body.value(signature.logits), positions]), 'logits'),
      type: ElementType.float,
    },
  ];
  for (const { present } of signature.past)
    outputs.push({ name: builder.alias(body.value(present), present), type: ElementType.float });
  return { ...model, graph: builder.graph(outputs) };
}
