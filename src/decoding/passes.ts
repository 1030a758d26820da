import { totalmem } from 'node:os';
import type { DecodeOptions, Writing } from './answer';
import {
  addedBy,
  cacheFeeds,
  emptyCache,
  floatsPerPlace,
  joined,
  lengthOf,
  openCacheMemory,
  wantedOfPass,
  type Cache,
  type CachedStretches,
  type CacheMemory,
  type Span,
} from './cache';
import { takesLikeliest, type Decoding } from './decoding';
import { allowsEmptyPlaces } from '../model/graph/emptyPlaces';
import { decoderNames } from './decoderGraph';
import type { PromptGroup } from './promptGroups';
import { largest, smallest } from '../lists';
import type { LanguageModel } from '../model/openModel';
import { keysAndValuesOf, type SoftPrompt } from '../objective/prompt';
import { int64s, type Numbers, type Session, type Wanted } from '../onnx/runtime/session';
import { textFeeds, vectorsOf, type Front } from './textFeeds';

/** What one pass says of the next token of each answer, by its place among those that the pass has read. */
export interface PassResult {
  /** No number where some logit is none. */
  logitSum(place: number): number;
  /** Absent where tokens are drawn. */
  readonly likeliest?: (place: number) => number;
  /** `[vocabulary]`; absent where the likeliest are taken, whatever they are. */
  readonly logits?: (place: number) => Float32Array;
}

/** What a pass must say so that tokens can be chosen. */
type Choice = Pick<DecodeOptions, 'constraint' | 'rate'> & Pick<Decoding, 'temperature'>;

/** The answers that are being written at once, and what is cached of them. */
export interface Passes {
  /** In the order of the next pass. */
  readonly active: readonly Writing[];
  /** Answers that may be written at once. */
  readonly capacity: number;
  /** How many of those that wait may enter now. */
  roomFor(waiting: readonly Writing[]): number;
  /** Reads the prompts of answers that begin, which then are active. */
  enter(writings: readonly Writing[], choice: Choice): Promise<PassResult>;
  /** Reads the last token of each active answer. */
  goOn(choice: Choice): Promise<PassResult>;
  /** Lets the others leave. */
  keep(stays: (writing: Writing) => boolean): void;
}

interface Engine {
  readonly session: Session;
  readonly model: LanguageModel;
  readonly soft: SoftPrompt | undefined;
  /** Whether what all prompts begin with is read once; it is by default. */
  readonly shareOpening?: boolean;
}

/** An answer that is being written, and where what has been read of it is cached. */
interface CachedWriting {
  readonly writing: Writing;
  /** One behind the other. */
  readonly spans: readonly Span[];
}

/** Answers whose caches stand in the same memory. */
type Standing = CachedStretches;

/** Answers written at once at most: more rows make no product of matrices faster. */
const mostRows = 128;
/**
 * Bytes of one cache at most; what the last pass handed out lies beside it, and a single answer may take more. By the
 * machine's memory and not by what is free of it, since rows that are written together are rounded together.
 */
const cacheBytes = Math.max(256 * 2 ** 20, totalmem() / 48);
/** Tokens of prompts that are read in one pass at most, but for one long prompt. */
const promptTokens = 1024;
/** Reading a shorter opening by itself costs more than it saves. */
const shortestOpening = 4;
/** New tokens that an answer is thought to have when room is made for it. */
const expectedTokens = 64;
/** Passes after which what they have added joins the rest of the cache. */
const mostRecent = 16;
/** Share of the rows of a cache that may belong to answers that have left, until the others move together. */
const mostLeft = 1 / 8;

/** Reads what all prompts of a group begin with, once; then writes their answers pass by pass. */
export async function openPasses(engine: Engine, { writings }: PromptGroup): Promise<Passes> {
  const { past, cache: layers, batching } = engine.model.signature;
  const isCached = layers.length > 0;
  const shares = isCached && batching.kind !== 'apart' && engine.shareOpening !== false;
  const opening = shares ? openingOf(writings) : [];
  const front: Front = { cache: await readOpening(engine, opening), shared: allowsEmptyPlaces(engine.model) };
  const memory = openCacheMemory(past);
  const longest = largest(
    writings.map(({ ids }) => ids.length - opening.length),
    0,
  );
  const most = capacityFor(engine, longest + (front.shared ? 0 : front.cache.length));
  // A few that are left over take as many passes as the others.
  const capacity = Math.max(1, evenly(writings.length, most));
  let rows: readonly CachedWriting[] = [];
  let standing: Standing | undefined;

  return {
    get active() {
      return rows.map(({ writing }) => writing);
    },
    capacity,
    roomFor(waiting) {
      const most = Math.min(waiting.length, capacity - rows.length);
      return evenly(most, promptsInPass(waiting.slice(0, most).map(({ ids }) => ids.length - opening.length)));
    },
    async enter(entering, choice) {
      const texts = entering.map(({ ids }) => ids.slice(opening.length));
      const { results, added } = await readTexts(engine, { texts, front }, wantedOf(choice));
      const entered = entering.map((writing, row): CachedWriting => ({
        writing,
        spans: [
          ...(front.shared ? [] : [{ cache: front.cache, row: 0, from: 0, places: front.cache.length }]),
          { cache: added, row, from: 0, places: texts[row]!.length },
        ],
      }));
      rows = [...rows, ...entered];
      standing = undefined;
      return resultOf(results, (place) => place);
    },
    async goOn(choice) {
      if (!isCached) {
        const texts = rows.map(({ writing: { ids, tokens } }) => [...ids, ...tokens]);
        const { results } = await readTexts(engine, { texts, front }, wantedOf(choice));
        return resultOf(results, (place) => place);
      }
      if (!standing || standing.recent.length >= mostRecent || rows.length < standing.old.rows * (1 - mostLeft)) {
        [standing, rows] = movedTogether(engine, { rows, front }, memory);
      }
      const { results, added: recent } = await readTokens(engine, { rows, standing }, wantedOf(choice));
      standing = { ...standing, recent };
      rows = rows.map(({ writing, spans: [first] }) => ({
        writing,
        spans: [first!, { cache: recent, row: first!.row, from: 0, places: recent.length }],
      }));
      return resultOf(results, (place) => rows[place]!.spans[0]!.row);
    },
    keep(stays) {
      rows = rows.filter(({ writing }) => stays(writing));
    },
  };
}

function capacityFor({ model }: Engine, places: number): number {
  const bytes = 4 * floatsPerPlace(model.signature.past) * (places + expectedTokens);
  return Math.max(1, Math.min(mostRows, Math.floor(cacheBytes / Math.max(1, bytes))));
}

/** As many at once as take no more turns than `most` at once do, so that no few are left over for the last of them. */
const evenly = (count: number, most: number): number => (count === 0 ? 0 : Math.ceil(count / Math.ceil(count / most)));

/** How many prompts of these lengths may be read in one pass, from the first. */
function promptsInPass(lengths: readonly number[]): number {
  let longest = 0;
  const tooMany = lengths.findIndex((length, before) => {
    longest = Math.max(longest, length);
    return before > 0 && longest * (before + 1) > promptTokens;
  });
  return tooMany < 0 ? lengths.length : tooMany;
}

/** What all of several prompts begin with, short of the last token of the shortest. */
function openingOf(writings: readonly Writing[]): readonly number[] {
  const [first, ...others] = writings;
  if (!first || others.length === 0) return [];
  let length = smallest(writings.map(({ ids }) => ids.length)) - 1;
  for (const { ids } of others) {
    let common = 0;
    while (common < length && ids[common] === first.ids[common]) common++;
    length = common;
  }
  return length >= shortestOpening ? first.ids.slice(0, length) : [];
}

/** A trained prefix as what is cached of it. */
export function prefixCache({ model: { signature, configuration }, soft }: Pick<Engine, 'model' | 'soft'>): Cache {
  const { prefix } = soft ?? {};
  return prefix
    ? { rows: 1, length: prefix.rows, parts: keysAndValuesOf(prefix, configuration) }
    : emptyCache(signature.past, 1);
}

/** What stands in front of every prompt: a trained prefix, then what all of them begin with. */
async function readOpening(engine: Engine, opening: readonly number[]): Promise<Cache> {
  const { signature } = engine.model;
  const before = prefixCache(engine);
  if (opening.length === 0) return before;
  const front = { cache: before, shared: allowsEmptyPlaces(engine.model) };
  return joined(signature.past, before, (await readTexts(engine, { texts: [opening], front }, {})).added);
}

const placesOf = ({ spans }: CachedWriting): number => spans.reduce((sum, { places }) => sum + places, 0);

function movedTogether(
  { model }: Engine,
  { rows, front }: { readonly rows: readonly CachedWriting[]; readonly front: Front },
  memory: CacheMemory,
): [Standing, readonly CachedWriting[]] {
  const { past } = model.signature;
  const opening = front.shared ? front.cache : undefined;
  const recent = emptyCache(past, rows.length);
  const asTheyAre = standsTogether(rows, front.shared);
  if (asTheyAre) return [{ opening, old: asTheyAre, recent }, rows];
  const length = largest(rows.map(placesOf));
  const old = memory.gather(
    rows.map(({ spans }) => spans),
    length,
  );
  const moved = rows.map((cached, row) => {
    const places = placesOf(cached);
    return { writing: cached.writing, spans: [{ cache: old, row, from: length - places, places }] };
  });
  return [{ opening, old, recent }, moved];
}

/** The cache that holds all of some rows in their order and nothing else, if there is one. */
function standsTogether(rows: readonly CachedWriting[], mayHaveGaps: boolean): Cache | undefined {
  const cache = rows[0]?.spans[0]?.cache;
  const fits = ({ spans: [span, ...others] }: CachedWriting, row: number): boolean =>
    others.length === 0 &&
    span!.cache === cache &&
    span!.row === row &&
    (mayHaveGaps || span!.from + span!.places === cache.length);
  return cache && cache.rows === rows.length && rows.every(fits) ? cache : undefined;
}

interface Read {
  readonly results: Readonly<Record<string, Numbers>>;
  readonly added: Cache;
}

const wantedOf = (choice: Choice): Wanted => ({
  [decoderNames.logitSum]: null,
  ...(takesLikeliest(choice) && { [decoderNames.likeliest]: null }),
  ...((!takesLikeliest(choice) || choice.constraint || choice.rate !== undefined) && { [decoderNames.logits]: null }),
});

function resultOf(results: Readonly<Record<string, Numbers>>, rowOf: (place: number) => number): PassResult {
  const sums = results[decoderNames.logitSum]!.data as Float32Array;
  const likeliest = results[decoderNames.likeliest]?.data;
  const logits = results[decoderNames.logits]?.data as Float32Array | undefined;
  const width = (logits?.length ?? 0) / sums.length;
  return {
    logitSum: (place) => sums[rowOf(place)]!,
    ...(likeliest && { likeliest: (place: number) => Number(likeliest[rowOf(place)]) }),
    ...(logits && {
      logits: (place: number) => logits.subarray(rowOf(place) * width, (rowOf(place) + 1) * width),
    }),
  };
}

/** Reads whole texts behind a cache. */
async function readTexts(
  { session, model, soft }: Engine,
  given: { readonly texts: readonly (readonly number[])[]; readonly front: Front },
  wanted: Wanted,
): Promise<Read> {
  const { past } = model.signature;
  const { texts } = given;
  const results = await session.run(textFeeds({ model, soft }, given), { ...wanted, ...wantedOfPass(past) });
  const length = largest(texts.map((ids) => ids.length));
  return { results, added: addedBy(past, results, { rows: texts.length, length }) };
}

/** Reads the last token of each answer behind its cache. */
async function readTokens(
  { session, model, soft }: Engine,
  { rows, standing }: { readonly rows: readonly CachedWriting[]; readonly standing: Standing },
  wanted: Wanted,
): Promise<Read> {
  const { past } = model.signature;
  const { opening, old, recent } = standing;
  const before = opening?.length ?? 0;
  const length = lengthOf(standing) + 1;
  // Rows of answers that have left are read along; nobody asks what becomes of them.
  const ids = new BigInt64Array(old.rows);
  const positions = new BigInt64Array(old.rows).fill(BigInt(length - 1));
  const mask = new BigInt64Array(old.rows * length).fill(1n);
  for (const { writing, spans } of rows) {
    const { row, from, places } = spans[0]!;
    ids[row] = BigInt(writing.tokens.at(-1)!);
    positions[row] = BigInt(before + places + recent.length);
    const start = row * length + before;
    mask.fill(0n, start, start + from);
    mask.fill(0n, start + from + places, start + old.length);
  }
  const results = await session.run(
    {
      input_ids: { dims: [old.rows, 1], data: ids },
      attention_mask: { dims: [old.rows, length], data: mask },
      position_ids: { dims: [old.rows, 1], data: positions },
      [decoderNames.lastPositions]: int64s(
        [old.rows, 2],
        Array.from({ length: old.rows }, (_, row) => [row, 0]).flat(),
      ),
      [decoderNames.prompt]: vectorsOf(soft, model),
      ...cacheFeeds(past, standing),
    },
    { ...wanted, ...wantedOfPass(past) },
  );
  return { results, added: addedBy(past, results, { rows: old.rows, length: recent.length + 1 }) };
}
