import { isFlag, isNumber, isText, listOf, nullable, object, oneOf, tuple, type Infer } from '../../channel/guards';
import { isMetricFace } from '../../scoring/metricFace';

const isInterval = tuple(isNumber, isNumber);

/** What a text came to on test by the metric that decides. */
const isTestNumber = object({
  value: nullable(isNumber),
  interval: nullable(isInterval),
  /** Less the original on the same rows; null for the original, and where it is not known. */
  gain: nullable(object({ mean: isNumber, interval: isInterval })),
  /** Of no difference from the original; see `frontOfRun`. */
  p: nullable(isNumber),
});

const isShownText = object({
  text: isText,
  tokens: isNumber,
  /** Nats per token above the original. */
  readability: isNumber,
  /** On the rows that choose; null where answers are texts. */
  accuracy: nullable(object({ value: isNumber, interval: isInterval })),
  loss: isNumber,
  /** Mean loss saved against the original, nats, on the rows that choose. */
  saved: object({ mean: isNumber, interval: isInterval }),
  isOriginal: isFlag,
  isChosen: isFlag,
  test: nullable(isTestNumber),
});
export type ShownText = Infer<typeof isShownText>;

/** The texts that the search of a run has kept, as everything that shows them does. */
export const isShownFront = object({
  original: isText,
  /** The best to read first. */
  texts: listOf(isShownText),
  /** What chose among them: rows of dev, or rows of train that were held out. */
  chosenOn: object({ split: oneOf('dev', 'train'), rows: isNumber }),
  /** What test is judged by. */
  metric: isMetricFace,
  /** Texts beside the chosen one that were measured on test. */
  lookedAt: isNumber,
  /** In a sentence, why no text can be measured on test; null where one can. */
  unmeasurable: nullable(isText),
});
export type ShownFront = Infer<typeof isShownFront>;
