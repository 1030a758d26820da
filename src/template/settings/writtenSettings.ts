import * as l10n from '@vscode/l10n';
import { append } from '../../lists';
import type { Draft, Fix } from '../text/finding';
import { replacement } from '../text/finding';
import { entriesAt, entryAt } from '../syntax/frontMatter';
import type { Entry, FrontMatter } from '../syntax/frontMatter';
import { isMapping } from '../syntax/schema';
import { settingKey, settingKeys } from './settingKeys';
import { splits, type Settings } from './settings';
import { metricSpan } from '../metrics/metricSpan';
import { readMetrics, type MetricProblem } from '../metrics/readMetrics';
import { dataFileKey, type SourceProblem } from './data/dataSource';
import { isShare, readSplit, sharesProblem, type WrittenData, type WrittenSource } from './data/dataShares';
import { readSettingValue } from './readSettingValue';
import { nearest, orNearest } from '../text/suggest';

/** The `tune.*` keys that a template sets, validated; the defaults of the method fill in the others. */
export type WrittenSettings = Partial<Omit<Settings, 'data'>> & { readonly data?: WrittenData };

const prefix = 'tune.';

/** Keys that dotprompt defines (js/src/parse.ts, RESERVED_METADATA_KEYWORDS, and `metadata` of its reference). */
export const reservedKeys: readonly string[] = [
  'config',
  'description',
  'ext',
  'input',
  'metadata',
  'model',
  'name',
  'output',
  'raw',
  'toolDefs',
  'tools',
  'variant',
  'version',
];

/** Keys that Genkit adds to dotprompt's (genkit js/ai/src/prompt.ts, PromptConfig). */
export const genkitKeys: readonly string[] = ['maxTurns', 'returnToolRequests', 'toolChoice', 'use'];

/** Reads the settings of a front matter; what cannot be used is reported and left out. */
export function readWrittenSettings(frontMatter: FrontMatter): {
  written: WrittenSettings;
  problems: readonly Draft[];
} {
  const written: Record<string, unknown> = {};
  const problems: Draft[] = [];
  for (const entry of entriesAt(frontMatter, [])) {
    if (!entry.key.startsWith(prefix)) {
      append(problems, unknownPlainKey(entry, frontMatter));
      continue;
    }
    const name = entry.key.slice(prefix.length);
    const key = settingKey(name);
    if (!key) {
      problems.push(unknownSetting(entry, name, frontMatter));
      continue;
    }
    const value = frontMatter.value[entry.key];
    if (key.type.kind === 'data' && isMapping(value)) {
      const data = readDataEntries(frontMatter, value);
      written.data = data.files;
      append(problems, data.problems);
      continue;
    }
    if (key.type.kind === 'metrics') {
      const { metrics, problems: wrong } = readMetrics(value);
      if (metrics.length > 0) written.metrics = metrics;
      append(
        problems,
        wrong.map((problem) => invalidMetric(problem, frontMatter, entry)),
      );
      continue;
    }
    const result = readSettingValue(key, value);
    if ('value' in result) written[name] = result.value;
    else problems.push(invalidValue(result.problem, entry, result.choices));
  }
  return { written, problems };
}

function invalidValue(message: string, entry: Entry, choices: readonly string[] = []): Draft {
  const empty = entry.valueSpan === entry.keySpan;
  const fixes = empty ? [] : choices.map((choice) => replacement(l10n.t`Use ${choice}`, entry.valueSpan, choice));
  return { code: 'invalid-value', severity: 'error', span: entry.valueSpan, message, fixes };
}

function invalidMetric({ problem, choices, ...place }: MetricProblem, frontMatter: FrontMatter, whole: Entry): Draft {
  return invalidValue(problem, { ...whole, valueSpan: metricSpan(frontMatter, place) ?? whole.valueSpan }, choices);
}

function readDataEntries(
  frontMatter: FrontMatter,
  data: Readonly<Record<string, unknown>>,
): { files: Record<string, WrittenSource>; problems: readonly Draft[] } {
  const files: Record<string, WrittenSource> = {};
  const problems: Draft[] = [];
  for (const entry of entriesAt(frontMatter, [`${prefix}data`])) {
    const file = data[entry.key];
    if (!splits.some((split) => split === entry.key)) {
      const suggestion =
        entry.key.startsWith('eval') || entry.key.startsWith('val') ? 'dev' : nearest(entry.key, splits);
      problems.push({
        code: 'unknown-key',
        severity: 'warning',
        span: entry.keySpan,
        message: l10n.t`tune.data knows train, dev and test, not "${entry.key}"${orNearest(suggestion)}`,
        fixes: suggestion ? [replacement(l10n.t`Replace with "${suggestion}"`, entry.keySpan, suggestion)] : [],
      });
    } else {
      const read = readSplit(entry.key, file);
      if ('value' in read) files[entry.key] = read.value;
      else problems.push(invalidSource(read, entry, frontMatter));
    }
  }
  const shared = sharesProblem(files);
  if (shared) {
    problems.push(invalidValue(shared.problem, entryAt(frontMatter, [`${prefix}data`, shared.split])!));
    return { files: Object.fromEntries(Object.entries(files).filter(([, source]) => !isShare(source))), problems };
  }
  return { files, problems };
}

function invalidSource({ problem, key, meant }: SourceProblem, entry: Entry, frontMatter: FrontMatter): Draft {
  const inner = key === undefined ? undefined : entryAt(frontMatter, [`${prefix}data`, entry.key, key]);
  if (!inner) return invalidValue(problem, entry);
  const known = dataFileKey(key!);
  if (known) return invalidValue(problem, inner, known.values);
  return {
    code: 'invalid-value',
    severity: 'error',
    span: inner.keySpan,
    message: problem,
    fixes: meant === undefined ? [] : [replacement(l10n.t`Replace with "${meant}"`, inner.keySpan, meant)],
  };
}

function unknownPlainKey(entry: Entry, frontMatter: FrontMatter): readonly Draft[] {
  if ([...reservedKeys, ...genkitKeys].includes(entry.key) || entry.key.includes('.')) return [];
  if (entry.key === 'tune' && isMapping(frontMatter.value.tune)) {
    const [first] = Object.keys(frontMatter.value.tune);
    return [
      {
        code: 'unknown-key',
        severity: 'warning',
        span: entry.keySpan,
        message: l10n.t`Settings are read from dotted keys at the left margin, such as "tune.${first ?? 'length'}: \
…"; what is under "tune" is ignored.`,
      },
    ];
  }
  const suggestion = nearest(entry.key, reservedKeys);
  return [
    {
      code: 'unknown-key',
      severity: 'information',
      span: entry.keySpan,
      message: l10n.t`dotprompt gives "${entry.key}" no meaning${orNearest(suggestion)}`,
      fixes: suggestion ? [replacement(l10n.t`Replace with "${suggestion}"`, entry.keySpan, suggestion)] : [],
    },
  ];
}

function unknownSetting(entry: Entry, name: string, frontMatter: FrontMatter): Draft {
  const [group, ...rest] = name.split('.');
  if (rest.length > 0 && settingKey(group!)) {
    return {
      code: 'unknown-key',
      severity: 'warning',
      span: entry.keySpan,
      fixes: nestDottedKeys(group!, frontMatter),
      message: l10n.t`dotprompt splits "${entry.key}" at its last dot; write "tune.${String(group)}: \
${`{ ${rest.join('.')}: … }`}".`,
    };
  }
  const suggestion = nearest(
    name,
    settingKeys.map((key) => key.name),
  );
  return {
    code: 'unknown-key',
    severity: 'warning',
    span: entry.keySpan,
    message: l10n.t`There is no setting "${entry.key}"${orNearest(suggestion && prefix + suggestion)}`,
    fixes: suggestion
      ? [replacement(l10n.t`Replace with "${prefix}${suggestion}"`, entry.keySpan, prefix + suggestion)]
      : [],
  };
}

/**
 * Gathers `tune.data.train: …`, `tune.data.dev: …` into one `tune.data: { … }`; only for values that fit a line.
 */
function nestDottedKeys(group: string, frontMatter: FrontMatter): readonly Fix[] {
  const start = `${prefix}${group}.`;
  const entries = entriesAt(frontMatter, []).filter((entry) => entry.key.startsWith(start));
  const valueText = (entry: Entry) =>
    frontMatter.text.slice(entry.valueSpan[0] - frontMatter.start, entry.valueSpan[1] - frontMatter.start);
  const simple = entries.every((entry) => entry.valueSpan !== entry.keySpan && !/[\r\n{},#]/.test(valueText(entry)));
  if (!simple || entryAt(frontMatter, [prefix + group])) return [];
  const inner = entries.map((entry) => `${entry.key.slice(start.length)}: ${valueText(entry)}`).join(', ');
  const edits = entries.map((entry, index) => {
    if (index === 0)
      return { start: entry.keySpan[0], end: entry.valueSpan[1], text: `${prefix}${group}: { ${inner} }` };
    const before = frontMatter.text.slice(0, entry.keySpan[0] - frontMatter.start);
    return { start: frontMatter.start + before.trimEnd().length, end: entry.valueSpan[1], text: '' };
  });
  return [{ title: l10n.t`Gather under ${prefix}${group}`, edits }];
}
