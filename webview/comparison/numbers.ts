/** What stands for a number that there is not. */
export const missing = '–';

/** `0.833`, or a dash for a rate that a task does not have. */
export function rate(value: number | null | undefined): string {
  return typeof value === 'number' && Number.isFinite(value) ? value.toFixed(3) : missing;
}

/** `0.742–0.896` */
export function interval(range: readonly [number, number] | null | undefined): string {
  return range ? `${range[0].toFixed(3)}–${range[1].toFixed(3)}` : missing;
}

/** `+0.120`, `−0.034`, `0.000`: the sign is a minus, not a hyphen. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(3);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

/** `p = 0.013`, `p < 0.001` */
export function pValue(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

/** `15,360` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `12 ms`, `0.8 s`, `42 s`, `3 min 5 s`, `1 h 2 min` */
export function duration(seconds: number): string {
  if (seconds < 0.1) return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `22 kB`, `512 MB`, `1.4 GB` */
export function bytes(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} GB`;
  if (value >= 1e6) return `${value >= 1e7 ? Math.round(value / 1e6) : (value / 1e6).toFixed(1)} MB`;
  return value >= 1000 ? `${Math.round(value / 1000)} kB` : `${value} B`;
}
