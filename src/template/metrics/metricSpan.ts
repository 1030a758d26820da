import { entryAt, spanAt, type FrontMatter } from '../syntax/frontMatter';
import type { Span } from '../text/position';
import type { MetricPlace } from './readMetrics';

/** The span of a place in `tune.metrics`; undefined where nothing is written there. */
export function metricSpan(frontMatter: FrontMatter, { path, at }: MetricPlace): Span | undefined {
  const steps = ['tune.metrics', ...path];
  const entry = entryAt(frontMatter, steps);
  // A copy of the span, since one that is the key's own stands for an empty value.
  if (entry) return at === 'key' ? [...entry.keySpan] : entry.valueSpan;
  return spanAt(frontMatter, steps);
}
