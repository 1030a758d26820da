import * as l10n from '@vscode/l10n';
import { jsonMetric } from './json/jsonMetric';
import { Unjudgeable, type Metric } from './metric';
import type { MetricKind, MetricSetting, SettingOf } from './metricSetting';
import { bleuMetric } from './text/bleu';
import { chrfMetric } from './text/chrf';
import { containsMetric, startsWithMetric } from './text/contains';
import { exactMetric } from './text/exact';
import { f1Metric } from './text/f1';
import { lengthMetric } from './text/length';
import { levenshteinMetric, similarityMetric } from './text/levenshtein';
import { numberMetric } from './text/number';
import { regexMetric } from './text/regex';
import { rougeMetric } from './text/rouge';

/** What of a template its metrics are told. */
export interface MetricContext {
  /** `output.schema` as JSON Schema, where the template has one. */
  readonly schema?: unknown;
}

/** The settings of metrics that are functions of texts; the others run in a process, see `openJudge`. */
export type TextMetricSetting = SettingOf<Exclude<MetricKind, 'javascript'>>;

/**
 * The metric of a setting. What an answer cannot be judged by, a score says.
 * @throws Failure `invalid-value` for `json: valid` without a schema that could be used; patterns are those that
 *   `readMetrics` has let through
 */
export function openMetric(setting: TextMetricSetting, { schema }: MetricContext = {}): Metric {
  const metric = metricOf(setting, schema);
  return {
    ...metric,
    score(answer, references) {
      if (metric.needsReference && references.length === 0) return { error: l10n.t`The row has no expected answer.` };
      try {
        return metric.score(answer, references);
      } catch (error) {
        if (error instanceof Unjudgeable) return { error: error.message };
        throw error;
      }
    },
  };
}

export const isTextMetric = (setting: MetricSetting): setting is TextMetricSetting => setting.kind !== 'javascript';

function metricOf(setting: TextMetricSetting, schema: unknown): Metric {
  switch (setting.kind) {
    case 'exact':
      return exactMetric(setting);
    case 'f1':
      return f1Metric(setting);
    case 'rouge1':
    case 'rouge2':
    case 'rougeL':
      return rougeMetric(setting);
    case 'bleu':
      return bleuMetric(setting);
    case 'chrf':
      return chrfMetric(setting);
    case 'contains':
      return containsMetric(setting);
    case 'startsWith':
      return startsWithMetric(setting);
    case 'regex':
      return regexMetric(setting);
    case 'number':
      return numberMetric(setting);
    case 'levenshtein':
      return levenshteinMetric(setting);
    case 'similarity':
      return similarityMetric(setting);
    case 'json':
      return jsonMetric(setting, schema);
    case 'length':
      return lengthMetric(setting);
  }
}
