import { largest } from '../../lists';
import { int64s, type Feeds } from '../../onnx/runtime/session';
import { names } from '../objectiveNames';

/** What the model runs, before it is laid out as tensors. */
export interface SequenceLayout {
  /** Tokens of the opening that all sequences share; it is run once. */
  readonly prefix: readonly number[];
  /** Tokens of each sequence behind the prefix. */
  readonly sequences: readonly (readonly number[])[];
  /** Tokens behind the sequences, as many for each, those of one side by side. */
  readonly continuations: readonly (readonly number[])[];
  /** Positions that a prefix of keys and values takes in front of everything. */
  readonly deepRows: number;
  /** Position of the first token behind that; a masked model's positions are not moved by it. */
  readonly firstPosition: number;
  readonly padding?: Padding;
}

/** Where padding stands, and how much of it beyond what is needed. */
export interface Padding {
  readonly side: 'left' | 'right';
  readonly extra: number;
}

/** Tokens, their positions, and which places hold one. */
export function sequenceFeeds(layout: SequenceLayout): Feeds {
  const { prefix, sequences, deepRows, firstPosition } = layout;
  const { ids, positions, places, length } = padded(
    sequences,
    layout.padding,
    sequences.map(() => firstPosition + prefix.length),
  );
  const before = deepRows + prefix.length;
  return {
    [names.prefixIds]: int64s([1, prefix.length], prefix),
    [names.prefixPositions]: int64s(
      [1, prefix.length],
      prefix.map((_, i) => deepRows + i),
    ),
    [names.inputIds]: int64s([sequences.length, length], ids.flat()),
    [names.attentionMask]: int64s(
      [sequences.length, before + length],
      places.flatMap((own) => [...ones(before), ...own]),
    ),
    [names.positionIds]: int64s([sequences.length, length], positions.flat()),
    ...(layout.continuations.length > 0 && continuationFeeds(layout)),
  };
}

/** The same of the continuations, which see their sequences' places. */
function continuationFeeds(layout: SequenceLayout): Feeds {
  const { prefix, sequences, continuations, deepRows, firstPosition, padding } = layout;
  const each = continuations.length / sequences.length;
  const sequenceOf = (c: number): number => Math.floor(c / each);
  const rows = padded(
    sequences,
    padding,
    sequences.map(() => 0),
  );
  const { ids, positions, places, length } = padded(
    continuations,
    padding,
    continuations.map((_, c) => firstPosition + prefix.length + sequences[sequenceOf(c)]!.length),
  );
  const before = deepRows + prefix.length;
  return {
    [names.continuationIds]: int64s([continuations.length, length], ids.flat()),
    [names.continuationMask]: int64s(
      [continuations.length, before + rows.length + length],
      places.flatMap((own, c) => [...ones(before), ...rows.places[sequenceOf(c)]!, ...own]),
    ),
    [names.continuationPositions]: int64s([continuations.length, length], positions.flat()),
  };
}

interface Padded {
  readonly ids: readonly (readonly number[])[];
  readonly positions: readonly (readonly number[])[];
  /** 1 where a token stands, 0 where padding does. */
  readonly places: readonly (readonly number[])[];
  readonly length: number;
}

/** @param first the position of each list's first token */
function padded(lists: readonly (readonly number[])[], padding: Padding | undefined, first: readonly number[]): Padded {
  const length = longestOf(lists, padding);
  const around = (list: readonly number[], values: readonly number[]): readonly number[] => {
    const start = startOf(list, length, padding);
    return [...zeros(start), ...values, ...zeros(length - start - values.length)];
  };
  return {
    ids: lists.map((list) => around(list, list)),
    positions: lists.map((list, l) =>
      around(
        list,
        list.map((_, i) => first[l]! + i),
      ),
    ),
    places: lists.map((list) => around(list, ones(list.length))),
    length,
  };
}

const ones = (count: number): readonly number[] => new Array<number>(count).fill(1);
const zeros = (count: number): readonly number[] => new Array<number>(count).fill(0);

const longestOf = (lists: readonly (readonly number[])[], padding: Padding | undefined): number =>
  largest(lists.map(({ length }) => length)) + (padding?.extra ?? 0);

const startOf = ({ length }: readonly number[], longest: number, padding: Padding | undefined): number =>
  padding?.side === 'left' ? longest - length : 0;

/** Share of a batch's places that hold no token. */
export function paddingOf(sequences: readonly (readonly number[])[]): number {
  const tokens = sequences.reduce((sum, ids) => sum + ids.length, 0);
  return 1 - tokens / (sequences.length * largest(sequences.map((ids) => ids.length)));
}

/** Where the tokens of all rows stand and one place of padding, and which of them stands where. */
export function packedFeeds({ sequences, padding }: Pick<SequenceLayout, 'sequences' | 'padding'>): Feeds {
  const longest = longestOf(sequences, padding);
  const tokens = sequences.flatMap((ids, b) => ids.map((_, i) => b * longest + startOf(ids, longest, padding) + i));
  const places = new Array<number>(sequences.length * longest).fill(tokens.length);
  tokens.forEach((place, token) => (places[place] = token));
  const packed = [...tokens, places.indexOf(tokens.length)];
  return {
    [names.packedPlaces]: int64s([packed.length], packed),
    [names.paddedPlaces]: int64s([places.length], places),
  };
}

/**
 * Where the hidden states stand that predict answer tokens.
 * @param positions sequence or, counted behind all of these, continuation, and token of it, the prefix counted
 */
export function answerFeeds(
  positions: readonly (readonly [number, number])[],
  { prefix, sequences, continuations, padding }: SequenceLayout,
): Feeds {
  const placeIn = (lists: SequenceLayout['sequences'], list: number, token: number): readonly [number, number] => [
    list,
    token + startOf(lists[list]!, longestOf(lists, padding), padding),
  ];
  const own = positions.flatMap(([sequence, token]) =>
    sequence < sequences.length ? placeIn(sequences, sequence, token - prefix.length) : [],
  );
  const behind = positions.flatMap(([sequence, token]) =>
    sequence < sequences.length ? [] : placeIn(continuations, sequence - sequences.length, token),
  );
  return {
    [names.answerPositions]: int64s([own.length / 2, 2], own),
    ...(continuations.length > 0 && { [names.continuedPositions]: int64s([behind.length / 2, 2], behind) }),
  };
}
