import * as l10n from '@vscode/l10n';
import type { MetricKind } from './metricSetting';

/** What may be written for an option of a metric. */
export type OptionType =
  | { readonly kind: 'switch' }
  | { readonly kind: 'text' }
  | { readonly kind: 'texts' }
  | { readonly kind: 'whole'; readonly minimum: number }
  | { readonly kind: 'number'; readonly minimum: number; readonly above?: true }
  | { readonly kind: 'choice'; readonly values: readonly string[] };

/** A key of a metric's mapping. */
export interface MetricOption {
  readonly name: string;
  readonly type: OptionType;
  readonly meaning: () => string;
}

/** One kind of metric, as `tune.metrics` names it. */
export interface MetricKindEntry {
  readonly kind: MetricKind;
  readonly meaning: () => string;
  readonly options: readonly MetricOption[];
  /** The option that a value which is no mapping is written for: `regex: "^\\d+$"`. */
  readonly short?: string;
  /** The option without which the metric is nothing. */
  readonly required?: string;
  readonly paper?: string;
}

/** What every metric may be called. */
export const nameOption: MetricOption = {
  name: 'name',
  type: { kind: 'text' },
  meaning: () => l10n.t`Its name in tables and records, where one metric is used twice.`,
};

const not: MetricOption = {
  name: 'not',
  type: { kind: 'switch' },
  meaning: () => l10n.t`Whether the contrary scores 1.`,
};
const ignoreCase: MetricOption = {
  name: 'ignoreCase',
  type: { kind: 'switch' },
  meaning: () => l10n.t`Whether upper and lower case are one.`,
};
const texts: MetricOption = {
  name: 'texts',
  type: { kind: 'texts' },
  meaning: () => l10n.t`What is looked for; the expected answers where nothing is written.`,
};

const rajpurkar = 'Rajpurkar et al. 2016, SQuAD: 100,000+ Questions for Machine Comprehension of Text';
const lin = 'Lin 2004, ROUGE: A Package for Automatic Evaluation of Summaries';

/** Every kind of metric; reading, completion, hover and documentation all read this list. */
export const metricKinds: readonly MetricKindEntry[] = [
  {
    kind: 'exact',
    meaning: () =>
      l10n.t`Whether the answer equals an expected one, character by character. With all of its three switches, the \
exact match of SQuAD; with any of them, runs of white space are one space. Answers that are JSON are compared by \
their values with json.`,
    options: [
      ignoreCase,
      {
        name: 'ignorePunctuation',
        type: { kind: 'switch' },
        meaning: () => l10n.t`Whether the 32 ASCII punctuation characters are left out.`,
      },
      {
        name: 'articles',
        type: { kind: 'switch' },
        meaning: () => l10n.t`Whether the words a, an and the are left out.`,
      },
      not,
    ],
    paper: rajpurkar,
  },
  {
    kind: 'f1',
    meaning: () =>
      l10n.t`F1 over the words of answer and expected answer, normalised as in SQuAD; 1 where neither has any.`,
    options: [],
    paper: rajpurkar,
  },
  { kind: 'rouge1', meaning: () => l10n.t`F-measure of the ASCII words that both have.`, options: [], paper: lin },
  {
    kind: 'rouge2',
    meaning: () => l10n.t`F-measure of the pairs of ASCII words that both have.`,
    options: [],
    paper: lin,
  },
  {
    kind: 'rougeL',
    meaning: () => l10n.t`F-measure of the longest sequence of ASCII words that both have in this order.`,
    options: [],
    paper: lin,
  },
  {
    kind: 'bleu',
    meaning: () =>
      l10n.t`BLEU from 0 to 100 as sacreBLEU has it; of several rows that of the corpus, which is no mean of rows.`,
    options: [
      {
        name: 'tokenise',
        type: { kind: 'choice', values: ['13a', 'zh'] },
        meaning: () => l10n.t`How words are told apart: 13a (the default), or zh for Chinese.`,
      },
    ],
    paper: 'Papineni et al. 2002, BLEU; Post 2018, A Call for Clarity in Reporting BLEU Scores',
  },
  {
    kind: 'chrf',
    meaning: () =>
      l10n.t`chrF from 0 to 100 as sacreBLEU has it, for any language; of several rows that of the corpus.`,
    options: [
      {
        name: 'wordOrder',
        type: { kind: 'whole', minimum: 0 },
        meaning: () => l10n.t`Length of n-grams of words beside those of characters: 0 (the default); 2 is chrF++.`,
      },
    ],
    paper: 'Popović 2015, chrF; Popović 2017, chrF++',
  },
  {
    kind: 'contains',
    meaning: () => l10n.t`Whether the answer holds an expected answer, or texts that are named here.`,
    options: [
      texts,
      {
        name: 'need',
        type: { kind: 'choice', values: ['all', 'any'] },
        meaning: () =>
          l10n.t`Whether all texts must be there (the default for named texts), or any (for expected answers).`,
      },
      ignoreCase,
      not,
    ],
    short: 'texts',
  },
  {
    kind: 'startsWith',
    meaning: () =>
      l10n.t`Whether the answer begins with an expected answer, or with one of the texts that are named here.`,
    options: [texts, ignoreCase, not],
    short: 'texts',
  },
  {
    kind: 'regex',
    meaning: () => l10n.t`Whether a regular expression of JavaScript matches somewhere in the answer, within a second.`,
    options: [
      { name: 'pattern', type: { kind: 'text' }, meaning: () => l10n.t`The pattern, without slashes.` },
      { name: 'flags', type: { kind: 'text' }, meaning: () => l10n.t`Flags, such as i for any case.` },
      not,
    ],
    short: 'pattern',
    required: 'pattern',
  },
  {
    kind: 'number',
    meaning: () => l10n.t`Whether the number in the answer is the expected one, within a tolerance.`,
    options: [
      {
        name: 'absolute',
        type: { kind: 'number', minimum: 0 },
        meaning: () => l10n.t`How far it may be from the expected one; 0 by default.`,
      },
      {
        name: 'relative',
        type: { kind: 'number', minimum: 0 },
        meaning: () =>
          l10n.t`The same in shares of the expected one, such as 0.01; 0 by default. One of both is enough.`,
      },
      {
        name: 'find',
        type: { kind: 'choice', values: ['only', 'first', 'last'] },
        meaning: () => l10n.t`Which number counts: the only one (the default; several score 0), the first or the last.`,
      },
      not,
    ],
  },
  {
    kind: 'levenshtein',
    meaning: () =>
      l10n.t`Characters to put in, take out or exchange until the answer is the expected one; fewer are better.`,
    options: [],
  },
  {
    kind: 'similarity',
    meaning: () => l10n.t`1 less the Levenshtein distance in shares of the longer side.`,
    options: [],
  },
  {
    kind: 'json',
    meaning: () =>
      l10n.t`How much of the expected JSON the answer has: the F1 over all values in it, of several rows together. \
With measure, whether it is equal, valid or JSON at all.`,
    options: [
      {
        name: 'measure',
        type: { kind: 'choice', values: ['f1', 'equal', 'valid', 'parses'] },
        meaning: () =>
          l10n.t`f1 (the default); equal to the expected value; valid against output.schema; parses, whatever it \
holds.`,
      },
      {
        name: 'reading',
        type: { kind: 'choice', values: ['lenient', 'strict'] },
        meaning: () =>
          l10n.t`lenient (the default) takes the first complete object or array in the answer; strict wants JSON \
alone.`,
      },
      {
        name: 'loose',
        type: { kind: 'switch' },
        meaning: () => l10n.t`Whether texts are compared trimmed and in lower case.`,
      },
      {
        name: 'ignoreNulls',
        type: { kind: 'switch' },
        meaning: () => l10n.t`Whether a key whose value is null is as good as none.`,
      },
      not,
    ],
    short: 'measure',
  },
  {
    kind: 'length',
    meaning: () => l10n.t`The length of the answer; with bounds, whether it is within them.`,
    options: [
      {
        name: 'unit',
        type: { kind: 'choice', values: ['words', 'characters'] },
        meaning: () => l10n.t`What is counted: words between white space (the default), or characters.`,
      },
      { name: 'min', type: { kind: 'whole', minimum: 0 }, meaning: () => l10n.t`The smallest length that is within.` },
      { name: 'max', type: { kind: 'whole', minimum: 0 }, meaning: () => l10n.t`The largest length that is within.` },
    ],
    short: 'unit',
  },
  {
    kind: 'javascript',
    meaning: () =>
      l10n.t`What a function of yours says: it is given the answer and the row, and returns true or false, a number, \
or { score, reason }. It runs in a process of its own, in trusted workspaces only.`,
    options: [
      {
        name: 'file',
        type: { kind: 'text' },
        meaning: () => l10n.t`The file whose default export is the function, relative to the template.`,
      },
      {
        name: 'timeLimit',
        type: { kind: 'number', minimum: 0, above: true },
        meaning: () => l10n.t`Seconds for one answer; 5 by default.`,
      },
      {
        name: 'scale',
        type: { kind: 'choice', values: ['share', 'count'] },
        meaning: () => l10n.t`share (the default) for scores from 0 to 1, count for any other number.`,
      },
      {
        name: 'better',
        type: { kind: 'choice', values: ['higher', 'lower', 'neither'] },
        meaning: () => l10n.t`Which scores are better; higher by default.`,
      },
    ],
    short: 'file',
    required: 'file',
  },
];

export const metricKind = (name: string): MetricKindEntry | undefined => metricKinds.find(({ kind }) => kind === name);

/** The options of a kind, with those that all have. */
export const optionsOf = ({ options }: MetricKindEntry): readonly MetricOption[] => [...options, nameOption];

/** What may be written for an option, in a few words. */
export function describeOption({ type }: MetricOption): string {
  switch (type.kind) {
    case 'switch':
      return l10n.t`true or false`;
    case 'text':
      return l10n.t`a text`;
    case 'texts':
      return l10n.t`a text, or a list of texts`;
    case 'whole':
      return l10n.t`a whole number, at least ${type.minimum}`;
    case 'number':
      return type.above ? l10n.t`a number above ${type.minimum}` : l10n.t`a number, at least ${type.minimum}`;
    case 'choice':
      return type.values.join(', ');
  }
}
