import * as l10n from '@vscode/l10n';
import { enumerated } from '../../words/listed';
import { isMapping } from '../syntax/schema';
import { shownValue } from '../text/shownValue';
import { nearest, orNearest } from '../text/suggest';

/** How rows are chosen as examples: by the seed alone, for each row those most like it, or by a search. */
export const exampleChoices = ['random', 'similar', 'search'] as const;
export type ExampleChoice = (typeof exampleChoices)[number];

/** Rows of train that a prompt shows with their answers before the question. */
export interface ExamplesSetting {
  readonly count: number;
  readonly from: 'train';
  readonly choose: ExampleChoice;
  /** Tokens that all of them may have together; 0 for what the context leaves beside the longest row. */
  readonly tokens: number;
}

/** The value of `tune.examples`. */
export type Examples = 'none' | ExamplesSetting;

/** The setting where there are examples; runs of earlier versions lack it. */
export const examplesOf = ({ examples }: { readonly examples?: Examples }): ExamplesSetting | undefined =>
  examples === undefined || examples === 'none' ? undefined : examples;

const keys = ['count', 'from', 'choose', 'tokens'] as const;

type Result = { readonly value: Examples } | { readonly problem: string };

/** Reads `none`, a number of examples that the seed draws, or a mapping. */
export function readExamples(written: unknown): Result {
  if (written === 'none') return { value: 'none' };
  if (typeof written === 'number') return readExamples({ count: written });
  if (!isMapping(written))
    return {
      problem: l10n.t`tune.examples must be none, a number, or { count, from, choose, tokens }, not \
${shownValue(written)}.`,
    };
  const unknown = Object.keys(written).find((key) => !keys.some((known) => known === key));
  if (unknown !== undefined)
    return {
      problem: l10n.t`tune.examples knows ${enumerated(keys)}, not "${unknown}"${orNearest(nearest(unknown, keys))}`,
    };
  const { count, from = 'train', choose = 'random', tokens = 0 } = written;
  if (!isWhole(count, 1))
    return {
      problem: l10n.t`tune.examples: count must be a whole number, at least 1, not ${shownValue(count)}; write none \
for no examples.`,
    };
  if (from === 'dev' || from === 'test')
    return { problem: l10n.t`tune.examples takes rows of train alone: rows of ${from} measure, and are never shown.` };
  if (from !== 'train') return { problem: l10n.t`tune.examples: from must be train, not ${shownValue(from)}.` };
  const choice = exampleChoices.find((known) => known === choose);
  if (!choice)
    return {
      problem: l10n.t`tune.examples: choose must be one of ${enumerated(exampleChoices)}, not ${shownValue(choose)}.`,
    };
  if (!isWhole(tokens, 0))
    return { problem: l10n.t`tune.examples: tokens must be a whole number, at least 0, not ${shownValue(tokens)}.` };
  return { value: { count, from, choose: choice, tokens } };
}

const isWhole = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

/** As it is written: `none`, or `{ count: 4, choose: search }` without what is left at its default. */
export function examplesText(examples: Examples): string {
  if (examples === 'none') return 'none';
  const { count, choose, tokens } = examples;
  const entries = [`count: ${count}`, `choose: ${choose}`, ...(tokens > 0 ? [`tokens: ${tokens}`] : [])];
  return `{ ${entries.join(', ')} }`;
}

/** Whether a setting's value is one of examples. */
export const isExamples = (value: unknown): value is ExamplesSetting => isMapping(value) && 'choose' in value;
