import * as l10n from '@vscode/l10n';
import { enumerated } from '../../words/listed';
import {
  describeOption,
  metricKind,
  metricKinds,
  optionsOf,
  type MetricKindEntry,
  type MetricOption,
} from '../../metrics/metricKinds';
import { usualName } from './writtenMetrics';
import type { MetricSetting } from '../../metrics/metricSetting';
import { patternProblem } from '../../metrics/text/regex';
import { isMapping } from '../syntax/schema';
import { nearest, orNearest } from '../text/suggest';
import { shownValue } from '../text/shownValue';

/** What is wrong in `tune.metrics`, and where: at the key or the value that a path leads to. */
export interface MetricProblem {
  readonly problem: string;
  /** Steps below `tune.metrics`, list positions as decimal text. */
  readonly path: readonly string[];
  readonly at: 'key' | 'value';
  /** What may have been meant, or may be written. */
  readonly choices?: readonly string[];
}

/** Where the name of a metric's kind stands. */
export type MetricPlace = Pick<MetricProblem, 'path' | 'at'>;

export interface ReadMetrics {
  readonly metrics: readonly MetricSetting[];
  /** One for each metric. */
  readonly places: readonly MetricPlace[];
  readonly problems: readonly MetricProblem[];
}

/** A metric as it is written: its kind, its options, and where they stand. */
interface WrittenMetric {
  readonly kind: string;
  readonly options: unknown;
  readonly path: readonly string[];
  /** Where the kind stands: the key of a mapping, or a text. */
  readonly at: 'key' | 'value';
}

/**
 * Reads `tune.metrics`: a name, a mapping of one name to its options, or a list of both. What cannot be used is
 * reported and left out. A list of metrics as runs record them (`{ kind, name, … }`) reads as itself.
 */
export function readMetrics(written: unknown): ReadMetrics {
  const problems: MetricProblem[] = [];
  const metrics: MetricSetting[] = [];
  const places: MetricPlace[] = [];
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (list.length === 0)
    problems.push({
      problem: l10n.t`tune.metrics is an empty list; name a metric, such as exact.`,
      path: [],
      at: 'value',
    });
  list.forEach((each, index) => {
    const path = Array.isArray(written) ? [String(index)] : [];
    const found = writtenMetric(each, path);
    if ('problem' in found) return problems.push(found);
    const read = readMetric(found);
    if ('problem' in read) return problems.push(read);
    if (metrics.some(({ name }) => name === read.name)) return problems.push(twice(read, path));
    metrics.push(read);
    return places.push({ path: found.path, at: found.at });
  });
  return { metrics, places, problems };
}

/** Where a path is to be pointed at when a metric stands there a second time. */
const twice = ({ kind, name }: MetricSetting, path: readonly string[]): MetricProblem => ({
  problem: l10n.t`tune.metrics names "${name}" twice; give one of them a name of its own, such as \
${`{ ${kind}: { name: ${name}2, … } }`}.`,
  path,
  at: 'value',
});

function writtenMetric(written: unknown, path: readonly string[]): WrittenMetric | MetricProblem {
  if (typeof written === 'string') return { kind: written, options: undefined, path, at: 'value' };
  if (!isMapping(written))
    return {
      problem: l10n.t`tune.metrics must be a name, or a list of names, not ${shownValue(written)}.`,
      path,
      at: 'value',
    };
  const { kind: recorded, ...rest } = written;
  if (typeof recorded === 'string') return { kind: recorded, options: rest, path, at: 'value' };
  const [kind, ...more] = Object.keys(written);
  if (kind === undefined || more.length > 0)
    return {
      problem:
        kind === undefined
          ? l10n.t`tune.metrics has an empty mapping; write the name of a metric.`
          : l10n.t`Each metric is an entry of the list of its own: write - ${kind}: … and - ${more[0]!}: … .`,
      path,
      at: 'value',
    };
  return { kind, options: written[kind], path: [...path, kind], at: 'key' };
}

function readMetric({ kind, options: written, path, at }: WrittenMetric): MetricSetting | MetricProblem {
  const entry = metricKind(kind);
  if (!entry) {
    const names = metricKinds.map((each) => each.kind);
    const meant = nearest(kind, names);
    const known = meant === undefined ? l10n.t` The metrics are ${enumerated(names)}.` : '';
    return {
      problem: l10n.t`There is no metric "${kind}"${orNearest(meant)}${known}`,
      path,
      at,
      choices: meant === undefined ? [] : [meant],
    };
  }
  const options = inMapping(entry, written);
  if (!options) {
    const short = optionsOf(entry).find(({ name }) => name === entry.short);
    const range = short ? l10n.t`${describeOption(short)}, or a mapping` : l10n.t`a mapping`;
    return { problem: l10n.t`The value of ${kind} must be ${range}, not ${shownValue(written)}.`, path, at: 'value' };
  }
  const isShort = written !== undefined && written !== null && !isMapping(written);
  const wrong = problemOf(entry, options);
  if (wrong) {
    const { option, ...problem } = wrong;
    if (option === undefined) return { ...problem, path };
    return { ...problem, path: isShort ? path : [...path, option], at: isShort ? 'value' : problem.at };
  }
  return { kind, name: nameOf(entry, options), ...normalised(entry, options) } as MetricSetting;
}

type Options = Readonly<Record<string, unknown>>;

/** The options of a metric, whether written as a mapping, in short, or not at all. */
function inMapping({ short }: MetricKindEntry, written: unknown): Options | undefined {
  if (written === undefined || written === null) return {};
  if (isMapping(written)) return written;
  return short === undefined ? undefined : { [short]: written };
}

interface OptionProblem extends Omit<MetricProblem, 'path'> {
  /** The option that it concerns; absent where one is missing. */
  readonly option?: string;
}

function problemOf(entry: MetricKindEntry, options: Options): OptionProblem | undefined {
  const known = optionsOf(entry);
  for (const [name, value] of Object.entries(options)) {
    const option = known.find((each) => each.name === name);
    if (!option) {
      const names = known.map((each) => each.name);
      const meant = nearest(name, names);
      return {
        problem: l10n.t`${entry.kind} knows ${enumerated(names)}, not "${name}"${orNearest(meant)}`,
        option: name,
        at: 'key',
        choices: meant === undefined ? [] : [meant],
      };
    }
    if (!fits(option, value))
      return {
        problem: l10n.t`${entry.kind}.${name} must be ${describeOption(option)}, not ${shownValue(value)}.`,
        option: name,
        at: 'value',
        choices: option.type.kind === 'choice' ? option.type.values : [],
      };
  }
  if (entry.required !== undefined && options[entry.required] === undefined)
    return {
      problem: l10n.t`${entry.kind} needs ${entry.required}: write ${entry.kind}: ${`{ ${entry.required}: … }`}.`,
      at: 'value',
    };
  return togetherProblem(entry, options);
}

/** What is wrong with options that are each of their kind. */
function togetherProblem({ kind }: MetricKindEntry, options: Options): OptionProblem | undefined {
  if (kind === 'regex') {
    const { pattern, flags } = options as { readonly pattern: string; readonly flags?: string };
    const flagged = flags === undefined ? undefined : patternProblem('', flags);
    if (flagged !== undefined)
      return { problem: l10n.t`regex.flags cannot be used: ${flagged}.`, option: 'flags', at: 'value' };
    const reason = patternProblem(pattern, flags);
    if (reason !== undefined)
      return { problem: l10n.t`regex.pattern cannot be read: ${reason}.`, option: 'pattern', at: 'value' };
  }
  if (kind === 'javascript' && !/\.[cm]?js$/.test(String(options.file)))
    return {
      problem: l10n.t`javascript.file must name a .mjs, .cjs or .js file, not ${shownValue(options.file)}.`,
      option: 'file',
      at: 'value',
    };
  if (kind === 'length' && Number(options.min) > Number(options.max))
    return {
      problem: l10n.t`length.min is ${String(options.min)}, above max, which no answer can keep.`,
      option: 'min',
      at: 'value',
    };
  if (kind === 'json' && options.not === true && (options.measure ?? 'f1') === 'f1')
    return {
      problem: l10n.t`json.not has a meaning only with measure: equal, valid or parses.`,
      option: 'not',
      at: 'key',
    };
  if (kind === 'contains' && options.need !== undefined && options.texts === undefined && options.need === 'all')
    return {
      problem: l10n.t`contains.need: all is for texts; of expected answers, any one is enough.`,
      option: 'need',
      at: 'value',
    };
  return undefined;
}

function fits({ type }: MetricOption, value: unknown): boolean {
  switch (type.kind) {
    case 'switch':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'texts':
      return textsOf(value) !== undefined;
    case 'whole':
      return Number.isSafeInteger(value) && Number(value) >= type.minimum;
    case 'number':
      return (
        typeof value === 'number' &&
        Number.isFinite(value) &&
        (type.above ? value > type.minimum : value >= type.minimum)
      );
    case 'choice':
      return typeof value === 'string' && type.values.includes(value);
  }
}

function textsOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((each) => typeof each === 'string' && each !== '')
    ? (list as readonly string[])
    : undefined;
}

function normalised(entry: MetricKindEntry, options: Options): Options {
  const known = optionsOf(entry);
  return Object.fromEntries(
    Object.entries(options)
      .filter(([name]) => name !== 'name')
      .map(([name, value]) => [
        name,
        known.find((each) => each.name === name)?.type.kind === 'texts' ? textsOf(value) : value,
      ]),
  );
}

const nameOf = ({ kind }: MetricKindEntry, { name, file }: Options): string =>
  typeof name === 'string' ? name : usualName(kind, file);
