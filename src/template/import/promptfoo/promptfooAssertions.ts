import * as l10n from '@vscode/l10n';
import { extname } from 'node:path';
import { valueText } from '../../../data/valueText';
import { append } from '../../../lists';
import { isMapping } from '../../syntax/schema';
import { pathsMatching } from '../importFiles';
import { readDataFile, type Mapping, type Reading } from './promptfooFiles';
import { lostOf } from './promptfooLimits';
import { decidingTypes, type RowAssertions } from './promptfooMetrics';

/** Types of promptfoo's assertions, without those that ask for the contrary (`not-`). */
const types: readonly string[] = [
  ...['equals', 'contains', 'icontains', 'starts-with', 'regex', 'contains-all', 'contains-any', 'icontains-all'],
  ...['icontains-any', 'contains-html', 'contains-json', 'contains-sql', 'contains-xml', 'is-html', 'is-json'],
  ...['is-sql', 'is-xml', 'is-refusal', 'is-valid-function-call', 'is-valid-openai-function-call'],
  ...['is-valid-openai-tools-call', 'javascript', 'fn', 'eval', 'python', 'ruby', 'webhook', 'cost', 'latency'],
  ...['levenshtein', 'rouge-n', 'rouge-l', 'rouge-s', 'bleu', 'gleu', 'meteor', 'perplexity', 'perplexity-score'],
  ...['similar', 'similar:cosine', 'similar:dot', 'similar:euclidean', 'llm-rubric', 'grade', 'g-eval', 'factuality'],
  ...['model-graded-closedqa', 'model-graded-factuality', 'answer-relevance', 'context-faithfulness', 'context-recall'],
  ...['context-relevance', 'conversation-relevance', 'classifier', 'moderation', 'guardrails', 'finish-reason', 'pi'],
  ...['select-best', 'max-score', 'human', 'search-rubric', 'skill-used', 'tool-call-f1', 'trace-error-spans'],
  ...['trace-span-count', 'trace-span-duration', 'word-count'],
];

const escaped = [...types].sort((a, b) => b.length - a.length).map((type) => type.replace(/[-:]/g, '\\$&'));
const inShort = new RegExp(`^((?:not-)?(?:${escaped.join('|')}))(?:\\((\\d+(?:\\.\\d+)?)\\))?(?::\\s*([\\s\\S]*))?$`);

/** What a cell writes in short: `equals: good`, `similar(0.8): x`; a text without a type is to be equalled. */
export function assertionOf(written: string): Mapping {
  const [, type, threshold, value] = inShort.exec(written) ?? [];
  if (type !== undefined) return { type, value, ...(threshold !== undefined && { threshold: Number(threshold) }) };
  if (/^file:\/\/.*\.(?:py|[cm]?[jt]s)(?::\w+)?$/.test(written)) return { type: 'javascript', value: written };
  return { type: 'equals', value: written };
}

/** Assertions in a list, in a file, or in sets. */
export function assertionsOf(value: unknown, reading: Reading): readonly Mapping[] {
  if (typeof value === 'string' && value.startsWith('file://')) {
    const path = value.slice('file://'.length);
    const read = readDataFile(path, reading, l10n.t`The assertions`);
    return read === undefined ? [] : assertionsOf(read, reading);
  }
  if (isMapping(value)) return assertionsOf([value], reading);
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown): readonly Mapping[] => {
    if (typeof each === 'string') return assertionsOf(each, reading);
    if (!isMapping(each)) return [];
    return each.type === 'assert-set' ? assertionsOf(each.assert, reading) : [each];
  });
}

/**
 * The answer that a test asks for: what it is to equal, to hold or to be like; undefined where no assertion says it,
 * and every assertion is listed.
 */
export function answerAmong(asserts: readonly Mapping[], reading: Reading): RowAssertions | undefined {
  const answers = asserts.map((assert) => answerOf(assert, reading));
  const [best] = decidingTypes.flatMap((type) =>
    asserts.flatMap((assert, index) => (assert.type === type && answers[index] !== undefined ? [index] : [])),
  );
  if (best === undefined) {
    for (const { type } of asserts) reading.notCarried.push(l10n.t`Assertions of type "${String(type)}".`);
    return undefined;
  }
  append(reading.notCarried, lostOf(asserts[best]!));
  return {
    type: String(asserts[best]!.type),
    answer: answers[best]!,
    others: asserts.filter((_, index) => index !== best),
  };
}

function answerOf({ type, value }: Mapping, reading: Reading): string | undefined {
  if (!decidingTypes.includes(String(type)) || value === undefined || value === null) return undefined;
  if (typeof value === 'object') return type === 'equals' ? valueText(value) : undefined;
  const path = typeof value === 'string' ? /^file:\/\/(.+)$/s.exec(value)?.[1] : undefined;
  if (path === undefined) return valueText(value);
  const [only, ...more] = pathsMatching(path, reading.files);
  if (only === undefined || more.length > 0) return undefined;
  if (['.json', '.yaml', '.yml'].includes(extname(only))) {
    const read = readDataFile(only, reading, l10n.t`The answer`);
    return read === undefined ? undefined : valueText(read);
  }
  return extname(only) === '.txt' || extname(only) === '.md' ? reading.files.readFile?.(only)?.trim() : undefined;
}
