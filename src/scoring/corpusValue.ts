import { isTextMetric, openMetric } from '../metrics/openMetric';
import type { Settings } from '../template/settings/settings';

/**
 * How the value of a split is made of the counts of its rows, by a metric of a run that is no mean of them.
 * @throws RangeError where the settings know no such metric
 */
export function corpusValue(
  { metrics = [] }: Pick<Settings, 'metrics'>,
  name: string,
): (counts: ArrayLike<number>) => number {
  const setting = metrics.find((metric) => metric.name === name);
  if (!setting || !isTextMetric(setting))
    throw new RangeError(`The settings of the run know no such metric as "${name}".`);
  const metric = openMetric(setting);
  return (counts) => metric.value(counts);
}
