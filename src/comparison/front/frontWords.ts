import * as l10n from '@vscode/l10n';
import {
  count,
  counted,
  fraction,
  interval,
  metricInterval,
  metricNumber,
  pValue,
  signed,
  signedInterval,
  signedMetric,
  signedMetricInterval,
} from '../../words/formatNumbers';
import type { ShownFront, ShownText } from './shownFront';

/** Where texts whose answers have no accuracy stand: by the loss that they save. */
export const heightOf = ({ accuracy, saved }: ShownText): ShownText['saved'] =>
  accuracy ? { mean: accuracy.value, interval: accuracy.interval } : saved;

/** What a text came to on test, where that is in the unit of the axis. */
export function testHeight({ metric }: ShownFront, { accuracy, test }: ShownText): ShownText['saved'] | undefined {
  if (!accuracy || !test || test.value === null || !test.interval || metric.name !== 'accuracy') return undefined;
  return { mean: test.value, interval: test.interval };
}

/** The name of the rows that chose, as an axis and a column have it. */
export function heightTitle({ texts, chosenOn: { split } }: ShownFront): string {
  const hasAccuracy = texts.some(({ accuracy }) => accuracy);
  if (split === 'dev') return hasAccuracy ? l10n.t`Accuracy on dev` : l10n.t`Loss saved on dev, nats`;
  return hasAccuracy ? l10n.t`Accuracy on rows of train held out` : l10n.t`Loss saved on rows of train held out, nats`;
}

/** A number on the rows that chose, with its interval. */
export function heightText(text: ShownText): string {
  const { mean, interval: between } = heightOf(text);
  return text.accuracy ? `${fraction(mean)} (${interval(between)})` : `${signed(mean)} ${signedInterval(between)}`;
}

/** What a text is, beside its number: the original, the chosen one, or both. */
export function roleOf({ isOriginal, isChosen }: Pick<ShownText, 'isOriginal' | 'isChosen'>): string {
  if (isOriginal) return isChosen ? l10n.t`Original, chosen` : l10n.t`Original`;
  return isChosen ? l10n.t`Chosen` : '';
}

/** The columns of a table of the texts: the title of each, its numbers, its words. */
export const frontHeadings = (front: ShownFront): readonly string[] => [
  l10n.t`Text`,
  l10n.t`Nats a token`,
  l10n.t`Tokens`,
  heightTitle(front),
  l10n.t`Loss`,
  l10n.t`${front.metric.title} on test`,
  l10n.t`Words`,
];

/** `3: Chosen`, in the first column. */
export function rowTitle(text: ShownText, number: number): string {
  const role = roleOf(text);
  return role === '' ? count(number) : l10n.t`${count(number)}: ${role}`;
}

/** The numbers of a text, in the columns between its title and its words. */
export const frontNumbers = (front: ShownFront, text: ShownText): readonly string[] => [
  signed(text.readability),
  count(text.tokens),
  heightText(text),
  fraction(text.loss),
  testText(front, text),
];

/** `Text 3: Chosen`. */
export function textTitle(text: ShownText, number: number): string {
  const role = roleOf(text);
  return role === '' ? l10n.t`Text ${number}` : l10n.t`Text ${number}: ${role}`;
}

/** A text in a sentence, for those who do not see the point. */
export function textInWords(text: ShownText, number: number): string {
  const { mean, interval: between } = heightOf(text);
  const place = l10n.t`${signed(text.readability)} nats a token, ${fraction(mean)} (${fraction(between[0])} to \
${fraction(between[1])})`;
  const role = roleOf(text);
  return role === '' ? l10n.t`Text ${number}: ${place}` : l10n.t`Text ${number}, ${role.toLowerCase()}: ${place}`;
}

/** How the drawing reads, and which rows have chosen. */
export function frontNote(front: ShownFront): string {
  const what = l10n.t`Each point is the best text that the search found at its readability and length. Up and to the \
left is better; the diamond is the chosen text, the square the original, and what is hollow was measured on test.`;
  return `${what} ${choosingNote(front)}`;
}

/** Which rows have chosen, and what that makes of their numbers. */
export const choosingNote = ({ chosenOn: { split, rows } }: ShownFront): string =>
  split === 'dev'
    ? l10n.t`The ${counted(rows, 'row')} of dev have chosen among them, so that their numbers here are no results; \
those on test are.`
    : l10n.t`The ${counted(rows, 'row')} of train that were held out have chosen among them, so that their numbers \
here are no results; those on test are.`;

/** How many comparisons the p-values of a person's texts are corrected for. */
export function lookedAtText({ lookedAt, unmeasurable }: ShownFront): string {
  if (lookedAt === 0)
    return unmeasurable ?? l10n.t`No text but the original and the chosen one has been measured on test.`;
  return lookedAt === 1
    ? l10n.t`1 other text was looked at on test. With every further one its p-value is corrected by Holm.`
    : l10n.t`${count(lookedAt)} other texts were looked at on test; their p-values are corrected by Holm for as many \
comparisons with the original.`;
}

export function readabilityText({ readability, isOriginal }: ShownText): string {
  if (isOriginal) return l10n.t`that of the original`;
  return readability > 0
    ? l10n.t`${signed(readability)} nats a token: harder to read than the original`
    : l10n.t`${signed(readability)} nats a token: as easy to read as the original, or easier`;
}

/** A number on test with its interval, and what it is against the original. */
export function testText({ metric: { scale }, lookedAt }: ShownFront, { test, isChosen }: ShownText): string {
  if (!test) return l10n.t`not measured`;
  const between = test.interval ? ` (${metricInterval(test.interval, scale)})` : '';
  const value = `${metricNumber(test.value, scale)}${between}`;
  if (!test.gain) return value;
  const gain = `${signedMetric(test.gain.mean, scale)} ${signedMetricInterval(test.gain.interval, scale)}`;
  if (test.p === null) return l10n.t`${value}; ${gain} against the original`;
  const p = pValue(test.p);
  return isChosen || lookedAt < 2
    ? l10n.t`${value}; ${gain} against the original, ${p}`
    : l10n.t`${value}; ${gain} against the original, ${p} by Holm for ${count(lookedAt)} texts looked at`;
}
