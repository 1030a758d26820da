import { basename, extname } from 'node:path';
import type { MetricSetting } from '../../metrics/metricSetting';

/** Metrics as a template writes them, on one line: `exact`, `[exact, { regex: { pattern: "^a" } }]`. */
export function writtenMetrics(metrics: readonly MetricSetting[]): string {
  const written = metrics.map(writtenMetric);
  return written.length === 1 ? written[0]! : `[${written.join(', ')}]`;
}

function writtenMetric({ kind, name, ...options }: MetricSetting): string {
  const file = 'file' in options ? options.file : undefined;
  const named = { ...options, ...(name !== usualName(kind, file) && { name }) };
  const entries = Object.entries(named).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return entries.length === 0 ? kind : `{ ${kind}: { ${entries.join(', ')} } }`;
}

/** What a metric is called that is given no name: as its file where it is a check, else as its kind. */
export const usualName = (kind: string, file: unknown): string =>
  kind === 'javascript' && typeof file === 'string' ? basename(file, extname(file)) : kind;

/** Whether a value of `Settings` is a list of metrics. */
export const isMetrics = (value: unknown): value is readonly MetricSetting[] =>
  Array.isArray(value) && value.length > 0 && value.every(isMetric);

const isMetric = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && 'name' in value;
