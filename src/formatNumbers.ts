/** A fraction as people compare it: three decimals. */
export function fraction(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}

/** A difference of fractions, with its sign. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

/** A whole number with thin groups of three. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** A duration at the precision that matters: `0.42 s`, `12 s`, `3 min 05 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** The time of one pass: `2.6 s`, `87 ms`, `0.94 ms`. */
export const passTime = (seconds: number): string =>
  seconds >= 1 ? `${seconds.toFixed(1)} s` : `${Number((1000 * seconds).toPrecision(2))} ms`;

/** A number of bytes in kB, MB or GB (decimal). */
export function bytes(value: number): string {
  return value >= 1e9
    ? `${(value / 1e9).toFixed(2)} GB`
    : value >= 1e6
      ? `${Math.round(value / 1e6)} MB`
      : `${Math.ceil(value / 1e3)} kB`;
}

/** A p-value: never rounded to nothing. */
export function pValue(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

/** Columns of text, the first flush left and the others as told; cells of a column are padded to the widest. */
export function textTable(rows: readonly (readonly string[])[], alignment: readonly ('left' | 'right')[]): string {
  const widths = alignment.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      alignment
        .map((side, column) => {
          const cell = row[column] ?? '';
          return side === 'left' ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
