import { readFileSync } from 'node:fs';

type Row = readonly number[];

/** Values computed independently; `reference.py` beside it says how. */
export interface Reference {
  readonly student: readonly (readonly [t: number, degrees: number, p: number])[];
  readonly studentQuantile: readonly (readonly [confidence: number, degrees: number, t: number])[];
  readonly wilson: readonly (readonly [successes: number, n: number, confidence: number, low: number, high: number])[];
  readonly mcnemar: readonly (readonly [onlyA: number, onlyB: number, p: number])[];
  readonly holm: readonly (readonly [Row, Row])[];
  readonly paired: readonly (readonly [gained: number, lost: number, n: number, low: number, high: number])[];
  readonly macroF1: readonly {
    readonly labels: number;
    readonly expected: Row;
    readonly predicted: Row;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
    readonly deviation: number;
  }[];
  readonly calibration: {
    readonly probabilities: Row;
    readonly right: Row;
    readonly error: number;
    readonly counts: Row;
  };
  readonly seeds: readonly {
    readonly a: readonly Row[];
    readonly b: readonly Row[];
    readonly mean: number;
    readonly standardError: number;
    readonly degrees: number;
  }[];
}

export const reference = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8')) as Reference;
