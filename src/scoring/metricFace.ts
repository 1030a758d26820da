import * as l10n from '@vscode/l10n';
import { isFlag, isText, object, oneOf, type Infer } from '../channel/guards';

/** What a metric is called, how its numbers read, and which of two is the better one. */
export const metricFace = {
  /** As it stands in records, columns and settings. */
  name: isText,
  /** For people. */
  title: isText,
  /** From 0 to 1, from 0 to 100, or a count. */
  scale: oneOf('share', 'hundred', 'count'),
  better: oneOf('higher', 'lower', 'neither'),
  /** Each row is right or wrong, 1 or 0. */
  binary: isFlag,
} as const;
export const isMetricFace = object(metricFace);
export type MetricFace = Infer<typeof isMetricFace>;

/** The face alone of what has more. */
export const faceOf = ({ name, title, scale, better, binary }: MetricFace): MetricFace => ({
  ...{ name, title, scale, better, binary },
});

/** Rows that were given the right label: what decides where labels are chosen, unless the template says otherwise. */
export const labelAccuracy: MetricFace = {
  name: 'accuracy',
  get title() {
    return l10n.t`Accuracy`;
  },
  scale: 'share',
  better: 'higher',
  binary: true,
};

/** Answers that are the expected text: what decides for text, unless the template says otherwise. */
export const exactMatch: MetricFace = {
  name: 'exact',
  get title() {
    return l10n.t`Exact match`;
  },
  scale: 'share',
  better: 'higher',
  binary: true,
};

/** A title within a sentence: `token F1`, `exact match`, and `ROUGE-L` as it is. */
export const inSentence = (title: string): string =>
  title.replace(/^\p{Lu}\p{Ll}+(?![\p{L}\p{N}-])/u, (word) => word.toLowerCase());

/** Whether one value is better than another by so much; NaN where the metric prefers neither. */
export function advantage({ better }: Pick<MetricFace, 'better'>, value: number, over: number): number {
  if (better === 'neither') return Number.NaN;
  return better === 'higher' ? value - over : over - value;
}
