/** A value as an error repeats it, cut where it is long. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'empty';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
