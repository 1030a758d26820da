import { createHash } from 'node:crypto';
import { rowKey, type KeyColumns } from './rowKey';

type Row = Readonly<Record<string, unknown>>;

/** What the rows of one file are divided into. */
export type PartName = 'train' | 'dev' | 'test';

/** Percent of the rows that are held out, above 0 and together below 100; 0 where nothing is. */
export interface HeldOut {
  readonly dev: number;
  readonly test: number;
}

/**
 * The rows of a file that one split takes. Where a row goes depends on nothing but its own inputs and the seed, so that
 * no other row, and no order of them, ever moves it.
 */
export interface RowPart extends HeldOut {
  readonly take: PartName;
  readonly seed: number;
  /** The columns by which rows are the same, and stay together. */
  readonly key: KeyColumns;
  /** The column of the answer; where a row has none, the last message of its conversation is the answer. */
  readonly answer?: string;
}

/** Says of a row whether a split takes it. */
export function openPart({ take, seed, key, answer, ...held }: RowPart): (row: Row) => boolean {
  return (row) => partAt(placeOfKey(keyWords(rowKey(withoutAnswer(row, answer), key)), seed), held) === take;
}

/**
 * The part for a place from 0 to 1: test from below, dev from above, so that a share that is changed moves no row from
 * one of them to the other before they meet.
 */
export function partAt(place: number, { dev, test }: HeldOut): PartName {
  if (place < test / 100) return 'test';
  return place >= 1 - dev / 100 ? 'dev' : 'train';
}

/** 64 bits of the SHA-256 of a row's key, as two words. */
export type KeyWords = readonly [number, number];

export function keyWords(key: string): KeyWords {
  const digest = createHash('sha256').update(key).digest();
  return [digest.readUInt32BE(0), digest.readUInt32BE(4)];
}

/** The place of a key from 0 to 1 under a seed: MurmurHash3 (x86, 32 bits; Appleby 2011) of both words. */
export function placeOfKey([first, second]: KeyWords, seed: number): number {
  let hash = withWord(withWord(withWord(seed | 0, Math.floor(seed / 2 ** 32) | 0), first), second) ^ 12;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

function withWord(hash: number, word: number): number {
  const mixed = Math.imul(rotateLeft(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotateLeft(hash ^ mixed, 13), 5) + 0xe6546b64) | 0;
}

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** Whose conversations differ only in what the model says last ask the same. */
function withoutAnswer(row: Row, answer: string | undefined): Row {
  const { messages } = row;
  if (answer === undefined || (row[answer] ?? null) !== null || !Array.isArray(messages)) return row;
  const last: unknown = messages.at(-1);
  const role = typeof last === 'object' && last !== null && 'role' in last ? last.role : undefined;
  return role === 'model' || role === 'assistant' ? { ...row, messages: messages.slice(0, -1) } : row;
}
