import type { LanguageModel } from '../model/openModel';
import { floats, int64s, type Feeds } from '../onnx/runtime/session';
import type { Objective } from '../template/settings/settings';
import type { Example } from './example';
import { names } from './objectiveNames';
import type { Task, Verbalizer } from './task';

/** A sequence to run, and the answer tokens to read from it. */
interface Line {
  readonly ids: readonly number[];
}

/** A read: the log-likelihood of `token` by the hidden state at `place` of sequence `line`; absent where padded. */
interface Read {
  readonly line: number;
  readonly place: number;
  readonly token: number;
}

/** What a batch asks the model, before it is laid out as tensors. `reads[example][label][word][token]`. */
interface Questions {
  readonly lines: readonly Line[];
  readonly reads: readonly (readonly (readonly (readonly Read[])[])[])[];
}

/** A batch laid out for an objective graph. */
export interface Batch {
  readonly objective: Objective;
  readonly examples: readonly Example[];
  readonly feeds: Feeds;
  /** Length of the opening shared by all sequences that is run once; 0 when nothing is shared. */
  readonly prefixLength: number;
  readonly virtualInPrefix: boolean;
  readonly virtualInSequences: boolean;
  /** What the batch's mean loss is a mean over: examples (`label`) or answer tokens (`token`). */
  readonly weight: number;
  /** Tokens the model runs through, shared ones counted once, padding not counted. */
  readonly tokens: number;
  /** For each example, where its expected answer's reads begin and how many they are, in `log_likelihoods`. */
  readonly expectedTokens: readonly (readonly [number, number])[];
}

export interface BatchOptions {
  readonly objective: Objective;
  readonly verbalizer: Verbalizer;
  readonly vocabularySize: number;
  readonly sharePrefix: boolean;
  /** Positions that a prefix of keys and values takes in front of every sequence. */
  readonly deepRows: number;
  /** Changes no number; exists so that tests can show it. */
  readonly padding?: { readonly side: 'left' | 'right'; readonly extra: number };
}

/** Sharing an opening shorter than this costs more than it saves. */
const shortestSharedPrefix = 4;

/** Lays examples out as the inputs of an objective graph. */
export function layOut(examples: readonly Example[], options: BatchOptions): Batch {
  const questions = options.objective === 'label' ? askLabels(examples, options.verbalizer) : askAnswers(examples);
  // A masked model reads what follows too, so that no opening is the same in two sequences.
  const prefixLength =
    options.sharePrefix && examples.every(({ masks }) => masks === undefined)
      ? sharedPrefix(questions.lines, examples)
      : 0;
  const isVirtual = (id: number): boolean => id >= options.vocabularySize;
  const prefix = questions.lines[0]!.ids.slice(0, prefixLength);
  const sequences = questions.lines.map((line) => line.ids.slice(prefixLength));
  const reads = layOutReads(questions, examples, options);
  return {
    objective: options.objective,
    examples,
    feeds: {
      ...sequenceFeeds(prefix, sequences, {
        ...options,
        firstPosition: examples[0]!.masks === undefined ? options.deepRows : 0,
      }),
      ...answerFeeds(reads, { prefixLength, sequences, padding: options.padding }),
      ...reads.feeds,
    },
    prefixLength,
    virtualInPrefix: prefix.some(isVirtual),
    virtualInSequences: sequences.some((ids) => ids.some(isVirtual)),
    weight:
      options.objective === 'label'
        ? examples.length
        : examples.reduce((sum, example) => sum + example.answer.length, 0),
    tokens: prefixLength + sequences.reduce((sum, ids) => sum + ids.length, 0),
    expectedTokens: reads.expected,
  };
}

/** Every word of every label, asked after each prompt; words that begin alike share a sequence. */
function askLabels(examples: readonly Example[], verbalizer: Verbalizer): Questions {
  if (examples[0]!.masks !== undefined) return askMasks(examples, () => verbalizer);
  const continuations = continuationsOf(verbalizer);
  const lines = examples.flatMap((example) => continuations.map((tokens) => ({ ids: [...example.prompt, ...tokens] })));
  const reads = examples.map((example, i) =>
    verbalizer.map((words) =>
      words.map((word) =>
        word.map((token, t): Read => {
          const line = continuations.findIndex((tokens) => word.slice(0, t).every((id, j) => tokens[j] === id));
          return { line: i * continuations.length + line, place: example.prompt.length + t - 1, token };
        }),
      ),
    ),
  );
  return { lines, reads };
}

/** Every token of a word read at its own mask, in one pass; surplus masks are not read (PET, Schick & Schütze 2021, eq. 5). */
function askMasks(examples: readonly Example[], wordsOf: (example: Example) => Verbalizer): Questions {
  return {
    lines: examples.map(({ prompt }) => ({ ids: prompt })),
    reads: examples.map((example, i) =>
      wordsOf(example).map((words) =>
        words.map((word) => word.map((token, t) => ({ line: i, place: example.masks! + t, token }))),
      ),
    ),
  };
}

/** The beginnings of words that must be run to read every word: none but the empty one when all words are single tokens. */
function continuationsOf(verbalizer: Verbalizer): readonly (readonly number[])[] {
  const beginnings = verbalizer
    .flat()
    .map((word) => word.slice(0, -1))
    .sort((a, b) => b.length - a.length);
  const kept: (readonly number[])[] = [];
  for (const tokens of beginnings)
    if (!kept.some((longer) => tokens.every((id, i) => longer[i] === id))) kept.push(tokens);
  return kept;
}

/** The expected answer of each example, as one row of reads. */
function askAnswers(examples: readonly Example[]): Questions {
  if (examples[0]!.masks !== undefined) return askMasks(examples, ({ answer }) => [[answer]]);
  return {
    lines: examples.map(({ prompt, answer }) => ({ ids: [...prompt, ...answer.slice(0, -1)] })),
    reads: examples.map(({ prompt, answer }, i) => [
      [answer.map((token, t) => ({ line: i, place: prompt.length + t - 1, token }))],
    ]),
  };
}

/** Length of the common opening, short of the first position that any read needs. */
function sharedPrefix(lines: readonly Line[], examples: readonly Example[]): number {
  let length = Math.min(...examples.map((example) => example.prompt.length - 1));
  const [first, ...others] = lines;
  for (const { ids } of others) {
    let common = 0;
    while (common < length && ids[common] === first!.ids[common]) common++;
    length = common;
  }
  return length >= shortestSharedPrefix ? length : 0;
}

type Padding = BatchOptions['padding'];

/** A prefix of keys and values moves the positions of a causal model on, those of a masked one not. */
function sequenceFeeds(
  prefix: readonly number[],
  sequences: readonly (readonly number[])[],
  { padding, deepRows, firstPosition }: BatchOptions & { readonly firstPosition: number },
): Feeds {
  const batch = sequences.length;
  const longest = Math.max(...sequences.map((ids) => ids.length)) + (padding?.extra ?? 0);
  const before = deepRows + prefix.length;
  const total = before + longest;
  const ids = new Array<number>(batch * longest).fill(0);
  const positions = new Array<number>(batch * longest).fill(0);
  const mask = new Array<number>(batch * total).fill(0);
  sequences.forEach((sequence, b) => {
    const start = startOf(sequence, longest, padding);
    mask.fill(1, b * total, b * total + before);
    sequence.forEach((id, i) => {
      ids[b * longest + start + i] = id;
      positions[b * longest + start + i] = firstPosition + prefix.length + i;
      mask[b * total + before + start + i] = 1;
    });
  });
  return {
    [names.prefixIds]: int64s([1, prefix.length], prefix),
    [names.prefixPositions]: int64s(
      [1, prefix.length],
      prefix.map((_, i) => deepRows + i),
    ),
    [names.inputIds]: int64s([batch, longest], ids),
    [names.attentionMask]: int64s([batch, total], mask),
    [names.positionIds]: int64s([batch, longest], positions),
  };
}

const startOf = (sequence: readonly number[], longest: number, padding: Padding): number =>
  padding?.side === 'left' ? longest - sequence.length : 0;

interface ReadLayout {
  /** Distinct (sequence, place) pairs in order of first use. */
  readonly places: readonly (readonly [number, number])[];
  readonly feeds: Feeds;
  readonly expected: readonly (readonly [number, number])[];
}

function layOutReads(
  { reads }: Questions,
  examples: readonly Example[],
  { objective, verbalizer }: BatchOptions,
): ReadLayout {
  const grouped = objective === 'label' ? reads : [[[reads.flatMap((example) => example[0]![0]!)]]];
  const labels = grouped[0]!.length;
  const words = Math.max(...grouped.flatMap((example) => example.map((label) => label.length)));
  const tokens = Math.max(
    ...grouped.flatMap((example) => example.flatMap((label) => label.map((word) => word.length))),
  );
  const count = grouped.length * labels * words * tokens;
  const [pairs, rows, weights] = [
    new Array<number>(count * 2).fill(0),
    new Array<number>(count).fill(0),
    new Float32Array(count),
  ];
  const places = new Map<string, number>();
  grouped.forEach((example, e) =>
    example.forEach((label, l) =>
      label.forEach((word, w) =>
        word.forEach((read, t) => {
          const at = ((e * labels + l) * words + w) * tokens + t;
          const key = `${read.line} ${read.place}`;
          const row = places.get(key) ?? places.size;
          places.set(key, row);
          [pairs[2 * at], pairs[2 * at + 1], rows[at], weights[at]] = [row, read.token, row, 1 / word.length];
        }),
      ),
    ),
  );
  const expected =
    objective === 'label'
      ? examples.map(({ label, answer }, e): [number, number] => [(e * labels + label) * words * tokens, answer.length])
      : runningStarts(examples.map((example) => example.answer.length));
  return {
    places: [...places.keys()].map((key) => key.split(' ').map(Number) as [number, number]),
    expected,
    feeds: {
      [names.reads]: int64s([count, 2], pairs),
      [names.readRows]: int64s([count, 1], rows),
      [names.readWeights]: floats([grouped.length, labels, words, tokens], weights),
      ...(objective === 'label' && {
        [names.wordOffsets]: wordOffsets(verbalizer, words),
        [names.targets]: targets(examples, labels),
      }),
    },
  };
}

function runningStarts(lengths: readonly number[]): readonly (readonly [number, number])[] {
  let start = 0;
  return lengths.map((length) => [(start += length) - length, length]);
}

/** A label's score is the log of its words' mean likelihood; places without a word must not count. */
function wordOffsets(verbalizer: Verbalizer, words: number): Feeds[string] {
  const absent = -1e9;
  return floats(
    [1, verbalizer.length, words],
    Float32Array.from(
      verbalizer.flatMap((label) =>
        Array.from({ length: words }, (_, w) => (w < label.length ? -Math.log(label.length) : absent)),
      ),
    ),
  );
}

function targets(examples: readonly Example[], labels: number): Feeds[string] {
  const values = new Float32Array(examples.length * labels);
  examples.forEach((example, e) => (values[e * labels + example.label] = 1 / examples.length));
  return floats([examples.length, labels], values);
}

function answerFeeds(
  { places }: ReadLayout,
  {
    prefixLength,
    sequences,
    padding,
  }: { readonly prefixLength: number; readonly sequences: readonly (readonly number[])[]; readonly padding: Padding },
): Feeds {
  const longest = Math.max(...sequences.map((ids) => ids.length)) + (padding?.extra ?? 0);
  return {
    [names.answerPositions]: int64s(
      [places.length, 2],
      places.flatMap(([line, place]) => [line, place - prefixLength + startOf(sequences[line]!, longest, padding)]),
    ),
  };
}
/** How the batches of a task are laid out: for training by its objective, for scoring by its labels where it has any. */
export function batchOptions(task: Task, model: LanguageModel, purpose: 'training' | 'scoring'): BatchOptions {
  return {
    objective: purpose === 'training' ? task.settings.objective : task.labels.length > 0 ? 'label' : 'token',
    verbalizer: task.verbalizer,
    vocabularySize: model.tokenizer.vocabularySize,
    sharePrefix: task.settings.prefixSharing && model.signature.cache.length > 0,
    deepRows: task.prefixRows,
  };
}
