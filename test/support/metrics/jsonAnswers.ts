import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldStatus } from '../../../src/metrics/json/jsonScores';

/** Precision, recall and F1. */
type Scores = readonly [number, number, number];

interface LeafNumbers {
  readonly leaves: {
    readonly expected: number;
    readonly predicted: number;
    readonly equal: number;
    readonly equalLoosely: number;
    readonly expectedKnown: number;
    readonly predictedKnown: number;
    readonly equalKnown: number;
  };
  readonly exact: Scores;
  readonly loose: Scores;
  readonly nullsLeftOut: Scores;
}

interface JudgedCase extends LeafNumbers {
  readonly parses: boolean;
  readonly valid: boolean;
  readonly equal: boolean;
  /** The text that the lenient reading found. */
  readonly found?: string | null;
  readonly fields: Readonly<Record<string, FieldStatus>>;
}

interface JudgedTotal extends LeafNumbers {
  readonly parses: number;
  readonly valid: number;
  readonly equal: number;
}

type InBothReadings<T> = Readonly<Record<'strict' | 'lenient', T>>;

export interface JsonCase extends InBothReadings<JudgedCase> {
  readonly id: string;
  readonly kind: string;
  readonly schema: string;
  readonly expected: unknown;
  readonly text: string;
}

export interface JsonTotal extends InBothReadings<JudgedTotal> {
  readonly kind: string;
  readonly n: number;
}

interface FieldLine {
  readonly field: string;
  readonly expected: number;
  readonly predicted: number;
  readonly equal: number;
  readonly scores: Scores;
}

interface Recorded {
  readonly schemas: Readonly<Record<string, { readonly source: unknown; readonly schema: unknown }>>;
  readonly cases: readonly JsonCase[];
  readonly totals: readonly JsonTotal[];
  readonly table: InBothReadings<readonly FieldLine[]>;
}

/** Recorded with the versions and definitions that stand under `about` in the file. */
export const recordedAnswers = JSON.parse(
  readFileSync(join('test', 'support', 'metrics', 'jsonAnswers.json'), 'utf8'),
) as Recorded;
