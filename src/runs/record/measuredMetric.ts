import { isNumber, isText, object, optional, tableOf, type Infer } from '../../channel/guards';
import { metricFace } from '../../scoring/metricFace';
import { isStoredInterval, isStoredNumber } from '../../channel/storedNumber';

const { title, scale, better, binary } = metricFace;

/** What a metric came to on the rows of a split. */
export const isMeasuredMetric = object({
  title,
  scale,
  better,
  binary,
  /** Of all rows that it could judge. */
  value: isStoredNumber,
  /** 95 %; absent for rows that were trained on, of which it says nothing. */
  interval: optional(isStoredInterval),
  /** Rows that it could not judge, and why it failed on the first of them. */
  failed: optional(object({ rows: isNumber, reason: isText })),
});
export type MeasuredMetric = Infer<typeof isMeasuredMetric>;

/** By the names of the metrics, in their order: the first decides. */
export const isMeasuredMetrics = tableOf(isMeasuredMetric);
