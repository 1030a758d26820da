/** A value as an error repeats it, cut where it is long. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'empty';
  const text =
    JSON.stringify(value, (_key, each: unknown) => (isUnbounded(each) ? `${mark}${inYaml(each)}` : each))?.replace(
      marked,
      '$1',
    ) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** JSON has no numbers without end and would say `null` for them. */
const isUnbounded = (value: unknown): value is number => typeof value === 'number' && !Number.isFinite(value);

const inYaml = (value: number): string => (Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf');

/** Begins what is to stand without quotes; a character that no text of a template keeps. */
const mark = '\u{F0000}';
const marked = new RegExp(`"${mark}([^"]*)"`, 'gu');
