import * as l10n from '@vscode/l10n';
import type { MetricSetting } from '../../../metrics/metricSetting';
import { patternProblem } from '../../../metrics/text/regex';
import { append } from '../../../lists';
import { isMapping } from '../../syntax/schema';
import type { NewFile } from '../imported';
import { checkFileOf } from './promptfooChecks';
import type { Mapping } from './promptfooFiles';
import { lostOf } from './promptfooLimits';

/** The assertions of a row: what its answer was taken from, and the others. */
export interface RowAssertions {
  /** Type of the assertion whose value is the answer. */
  readonly type: string;
  readonly answer: string;
  readonly others: readonly Mapping[];
}

export interface FoundMetrics {
  /** The one of the answers first; empty where exact match is all there is. */
  readonly metrics: readonly MetricSetting[];
  /** Checks that are written beside the template. */
  readonly files: readonly NewFile[];
}

/** A metric without its name. */
type Unnamed = MetricSetting extends infer Each ? (Each extends MetricSetting ? Omit<Each, 'name'> : never) : never;

/**
 * The metrics that judge as the assertions of some rows do. A metric judges every row, so that only what all rows are
 * held to becomes one; everything else is listed by the name of its type.
 * @param base name of the template's file without its extension
 * @param isChoice whether answers are chosen among labels, which are right or wrong however they were asked for
 */
export function metricsOfRows(
  rows: readonly RowAssertions[],
  { base, isChoice, notCarried }: { readonly base: string; readonly isChoice: boolean; readonly notCarried: string[] },
): FoundMetrics {
  const found: Unnamed[] = rows.length === 0 ? [] : [isChoice ? { kind: 'exact' } : answerMetric(rows, notCarried)];
  const files: NewFile[] = [];
  for (const { assertion, count, isOfAnswer } of distinct(rows)) {
    const type = String(assertion.type);
    const read = constantMetric(assertion, isOfAnswer);
    if (read === undefined) {
      notCarried.push(l10n.t`Assertions of type "${type}".`);
      continue;
    }
    if ('reason' in read) {
      notCarried.push(l10n.t`Assertions of type "${type}", ${read.reason}.`);
      continue;
    }
    if (count < rows.length) {
      notCarried.push(
        l10n.t`Assertions of type "${type}" of ${count} of ${rows.length} rows: a metric judges every row.`,
      );
      continue;
    }
    append(notCarried, lostOf(assertion));
    if ('check' in read) {
      const path = `checks/${base}${files.length === 0 ? '' : files.length + 1}.mjs`;
      files.push({ path, text: read.check });
      found.push({ kind: 'javascript', file: path });
    } else {
      found.push(read.metric);
      if (read.lost !== undefined) notCarried.push(read.lost);
    }
  }
  const metrics = named(found);
  return { metrics: metrics.length === 1 && isPlain(metrics[0]!) ? [] : metrics, files };
}

const isPlain = (metric: MetricSetting): boolean => metric.kind === 'exact' && Object.keys(metric).length === 2;

/** By type, what an answer that was taken from such an assertion is judged by, the strictest first. */
const ofAnswers: Readonly<Record<string, Unnamed>> = {
  equals: { kind: 'exact' },
  'starts-with': { kind: 'startsWith' },
  contains: { kind: 'contains' },
  icontains: { kind: 'contains', ignoreCase: true },
  levenshtein: { kind: 'levenshtein' },
  'rouge-n': { kind: 'rouge1' },
  'rouge-l': { kind: 'rougeL' },
  bleu: { kind: 'bleu' },
};

/** Types whose value is an answer, the one that says most of it first. */
export const decidingTypes: readonly string[] = Object.keys(ofAnswers);

/** Types of which each lets through what those before it do. */
const everLooser = ['equals', 'starts-with', 'contains', 'icontains'];

/** One metric for the answers of all rows: where they were asked for in several ways, the loosest of them. */
function answerMetric(rows: readonly RowAssertions[], notCarried: string[]): Unnamed {
  const types = new Set(rows.map(({ type }) => type));
  const loosest = [...everLooser].reverse().find((type) => types.has(type));
  const chosen = loosest ?? rows[0]!.type;
  for (const type of types)
    if (type !== chosen) {
      const count = rows.filter((row) => row.type === type).length;
      notCarried.push(
        l10n.t`"${type}" of ${count} of ${rows.length} rows, which are judged by "${chosen}" as the others are.`,
      );
    }
  return ofAnswers[chosen]!;
}

interface Distinct {
  readonly assertion: Mapping;
  /** Rows that are held to it. */
  readonly count: number;
  /** Whether its value is the answer of each of them. */
  readonly isOfAnswer: boolean;
}

/** The other assertions of all rows, each once; those that ask for the row's own answer are one of their type. */
function distinct(rows: readonly RowAssertions[]): readonly Distinct[] {
  const found = new Map<string, { assertion: Mapping; rows: Set<number>; isOfAnswer: boolean }>();
  rows.forEach(({ others, answer }, row) => {
    for (const assertion of others) {
      const isOfAnswer = Object.hasOwn(ofAnswers, String(assertion.type)) && assertion.value === answer;
      const key = JSON.stringify(isOfAnswer ? { ...assertion, value: undefined } : assertion);
      const entry = found.get(key) ?? { assertion, rows: new Set(), isOfAnswer };
      entry.rows.add(row);
      found.set(key, entry);
    }
  });
  return [...found.values()].map(({ assertion, rows: held, isOfAnswer }) => ({
    assertion,
    count: held.size,
    isOfAnswer,
  }));
}

type Read =
  | { readonly metric: Unnamed; readonly lost?: string }
  | { readonly check: string }
  | { readonly reason: string }
  | undefined;

/** The metric of an assertion that holds for any row; undefined for a type without counterpart. */
function constantMetric({ type: written, value }: Mapping, isOfAnswer: boolean): Read {
  const type = String(written).replace(/^not-/, '');
  const isNot = String(written).startsWith('not-');
  if (isOfAnswer && !isNot) return { metric: ofAnswers[type]! };
  if (type === 'javascript') return isNot ? { reason: l10n.t`since a check has no contrary` } : checkFileOf(value);
  if (mentionsRow(value)) return { reason: l10n.t`since it asks for a row's own value` };
  const not = isNot ? { not: true } : {};
  const texts = textsOf(type, value);
  if (texts) {
    const ignoreCase = type.startsWith('i') ? { ignoreCase: true } : {};
    if (type === 'starts-with') return { metric: { kind: 'startsWith', texts, ...not } };
    const need = type.endsWith('-any') ? { need: 'any' as const } : {};
    return { metric: { kind: 'contains', texts, ...need, ...ignoreCase, ...not } };
  }
  switch (type) {
    case 'regex': {
      if (typeof value !== 'string' || value === '') return { reason: l10n.t`since it has no pattern` };
      const problem = patternProblem(value, undefined);
      return problem === undefined
        ? { metric: { kind: 'regex', pattern: value, ...not } }
        : { reason: `since: ${problem}` };
    }
    case 'is-json':
    case 'contains-json':
      return {
        metric: { kind: 'json', measure: 'parses', ...(type === 'is-json' && { reading: 'strict' }), ...not },
        ...(value !== undefined &&
          value !== null && {
            lost: l10n.t`The schema of "${String(written)}": write it under output.schema, and json: valid.`,
          }),
      };
    case 'word-count':
      return wordCount(value, isNot);
    default:
      return decidingTypes.includes(type) ? { reason: l10n.t`since a row has one answer` } : undefined;
  }
}

/** Texts that an assertion looks for; a list in one text has commas. */
function textsOf(type: string, value: unknown): readonly string[] | undefined {
  if (['contains', 'icontains', 'starts-with'].includes(type))
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [String(value)] : undefined;
  if (!/^i?contains-(?:all|any)$/.test(type)) return undefined;
  const list: readonly unknown[] =
    typeof value === 'string' ? value.split(',').map((each) => each.trim()) : Array.isArray(value) ? value : [];
  const texts = list.filter((each) => typeof each === 'string' || typeof each === 'number').map(String);
  return texts.length > 0 && texts.length === list.length && texts.every((text) => text !== '') ? texts : undefined;
}

function wordCount(value: unknown, isNot: boolean): Read {
  if (isNot) return { reason: l10n.t`since a length has no contrary` };
  const exactly = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  const { min, max } = isMapping(exactly) ? exactly : { min: exactly, max: exactly };
  const isCount = (bound: unknown): bound is number | undefined =>
    bound === undefined || (Number.isSafeInteger(bound) && Number(bound) >= 0);
  if (!isCount(min) || !isCount(max) || (min === undefined && max === undefined))
    return { reason: l10n.t`since it has no number of words` };
  return { metric: { kind: 'length', ...(min !== undefined && { min }), ...(max !== undefined && { max }) } };
}

/** Whether a value holds what Nunjucks fills in, or a file that would have to be read. */
const mentionsRow = (value: unknown): boolean => {
  const text = JSON.stringify(value) ?? '';
  return /\{\{|\{%/.test(text) || text.includes('"file://');
};

/** Metrics with names that are each their own. */
function named(found: readonly Unnamed[]): readonly MetricSetting[] {
  const counts = new Map<string, number>();
  return found.map((metric) => {
    const usual = metric.kind === 'javascript' ? metric.file.replace(/^.*\/|\.mjs$/g, '') : metric.kind;
    const count = (counts.get(usual) ?? 0) + 1;
    counts.set(usual, count);
    return { ...metric, name: count === 1 ? usual : `${usual}${count}` };
  });
}
