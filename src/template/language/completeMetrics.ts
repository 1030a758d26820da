import * as l10n from '@vscode/l10n';
import { describeOption, metricKind, metricKinds, optionsOf, type MetricKindEntry } from '../../metrics/metricKinds';
import type { Proposal } from './completionItem';

/** Steps below `tune.metrics`, without the position in a list. */
const stepsOf = (path: readonly string[]): readonly string[] => (/^\d+$/.test(path[0] ?? '') ? path.slice(1) : path);

/** Keys that fit below `tune.metrics`: kinds of metrics, and their options. */
export function proposeMetricKeys(path: readonly string[]): readonly Proposal[] {
  const [kind, ...more] = stepsOf(path);
  if (kind === undefined)
    return metricKinds.map((entry) => ({
      label: entry.kind,
      kind: 'setting',
      documentation: describeMetric(entry),
      insert: `${entry.kind}: `,
    }));
  const entry = metricKind(kind);
  if (!entry || more.length > 0) return [];
  return optionsOf(entry).map((option) => ({
    label: option.name,
    kind: 'setting',
    detail: describeOption(option),
    documentation: option.meaning(),
    insert: `${option.name}: `,
  }));
}

/** Values that fit in `tune.metrics`: names of metrics, and what an option may be. */
export function proposeMetricValues(path: readonly string[]): readonly Proposal[] {
  const [kind, name] = stepsOf(path);
  if (kind === undefined) return metricKinds.map(proposalOf);
  const entry = metricKind(kind);
  const option = entry && optionsOf(entry).find((each) => each.name === (name ?? entry.short));
  if (option?.type.kind === 'switch') return ['true', 'false'].map((label) => ({ label, kind: 'value' }));
  return option?.type.kind === 'choice' ? option.type.values.map((label) => ({ label, kind: 'value' })) : [];
}

function proposalOf(entry: MetricKindEntry): Proposal {
  const common = { kind: 'value', documentation: describeMetric(entry) } as const;
  return entry.required === undefined
    ? { ...common, label: entry.kind }
    : { ...common, label: `{ ${entry.kind}: … }`, insert: `{ ${entry.kind}: "$1" }`, snippet: true };
}

/** Meaning, options and paper of a metric. Markdown. */
function describeMetric(entry: MetricKindEntry): string {
  const options = optionsOf(entry).map(
    (option) => `- \`${option.name}\` (${describeOption(option)}): ${option.meaning()}`,
  );
  return [`**${entry.kind}**`, entry.meaning(), options.join('\n'), ...(entry.paper ? [`*${entry.paper}*`] : [])].join(
    '\n\n',
  );
}

/** The meaning of a key below `tune.metrics`, in Markdown. */
export function meaningOfMetricKey(path: readonly string[]): string | undefined {
  const [kind, name] = stepsOf(path);
  const entry = kind === undefined ? undefined : metricKind(kind);
  if (!entry || name === undefined) return entry && describeMetric(entry);
  const option = optionsOf(entry).find((each) => each.name === name);
  return option && l10n.t`**${name}**\n\n${option.meaning()}\n\nValue: ${describeOption(option)}.`;
}
