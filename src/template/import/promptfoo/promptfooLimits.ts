import * as l10n from '@vscode/l10n';
import type { Mapping } from './promptfooFiles';

/** What an assertion of a type asks of its score where it is told so much, and where it is told nothing. */
interface Limit {
  readonly asks: (threshold: number) => string;
  readonly unsaid: number;
}

const atLeast = (threshold: number): string => l10n.t`a score of at least ${threshold}`;

/** As promptfoo has them: of a distance, 0 stands for nothing. */
const limits: Readonly<Record<string, Limit>> = {
  levenshtein: { asks: (threshold) => l10n.t`a distance of at most ${threshold || 5}`, unsaid: 5 },
  'rouge-n': { asks: atLeast, unsaid: 0.75 },
  'rouge-l': { asks: atLeast, unsaid: 0.75 },
  bleu: { asks: atLeast, unsaid: 0.5 },
};

/**
 * What of an assertion its metric does not keep, as sentences: promptfoo passes an answer from a limit on, said or not,
 * where a metric gives each answer its score.
 */
export function lostOf(assertion: Mapping): readonly string[] {
  const type = String(assertion.type);
  const { threshold } = assertion;
  const limit =
    limits[type] ?? (type === 'javascript' && threshold !== undefined ? { asks: atLeast, unsaid: 0 } : null);
  const number = typeof threshold === 'number' ? threshold : limit?.unsaid;
  return [
    ...(limit
      ? [l10n.t`The limit of "${type}", ${limit.asks(number!)}: metrics give scores, and pass no answer.`]
      : []),
    ...Object.keys(assertion)
      .filter((key) => key !== 'type' && key !== 'value' && !(limit && key === 'threshold'))
      .map((key) => l10n.t`"${key}" of assertions, which has no counterpart.`),
  ];
}

/** A key of a test that nothing here stands for. */
export const lostOfTest = (key: string, value: unknown): string =>
  key === 'threshold' && typeof value === 'number'
    ? l10n.t`"threshold" of tests, ${atLeast(value)} over all assertions of a test: each metric stands by itself.`
    : l10n.t`"${key}" of tests, which has no counterpart.`;
