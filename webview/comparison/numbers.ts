import type { ComparisonMeasures } from '../../src/views/comparisonContract';

const missing = '–';

/** `0.833`, or a dash for a rate that a task does not have. */
export function rate(value: number | null | undefined): string {
  return typeof value === 'number' ? value.toFixed(3) : missing;
}

/** `0.742–0.896` */
export function interval(range: readonly [number, number] | null | undefined): string {
  return range ? `${range[0].toFixed(3)}–${range[1].toFixed(3)}` : missing;
}

/** `15,360` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `0.8 s`, `42 s`, `3 min 5 s`, `1 h 2 min` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `512 MB`, `1.4 GB` */
export function bytes(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${Math.round(value / 1e6)} MB`;
}

/** The measures of a run as the table's cells, in the order of {@link measureHeadings}. */
export function measureCells(measures: ComparisonMeasures | undefined): readonly string[] {
  if (!measures) return measureHeadings.map(() => missing);
  return [
    rate(measures.accuracy),
    interval(measures.accuracyInterval),
    rate(measures.macroF1),
    rate(measures.loss),
    count(measures.trainedParameters),
    duration(measures.seconds),
    bytes(measures.peakMemoryBytes),
  ];
}

export const measureHeadings = ['Accuracy', '95 % interval', 'Macro-F1', 'Loss', 'Trained numbers', 'Time', 'Memory'] as const;
