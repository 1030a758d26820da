import * as l10n from '@vscode/l10n';
import { percent } from '../../../words/formatNumbers';
import type { Analysis } from '../analysis';
import { replacement } from '../../text/finding';
import type { Draft } from '../../text/finding';
import { entriesAt, entryAt, spanAt } from '../../syntax/frontMatter';
import { onlyInText } from './onlyInText';
import type { Entry } from '../../syntax/frontMatter';
import { insertion } from '../../syntax/insertion';
import { removal } from '../../syntax/removal';
import type { Span } from '../../text/position';
import { listed } from '../../../words/listed';
import { sameLetters } from '../../text/sameLetters';
import { nearest, orNearest } from '../../text/suggest';
import { enumSpan } from '../../edit/labelEdits';
import { labelWords, sharedWords, writtenWords } from '../../settings/verbalizer';
import { spaceBetween } from '../../text/unspaced';
import { yamlText } from '../../text/yamlText';

const path = ['tune.labels'];

/** Where the answer stands, as far as it is known. */
export interface LabelPlace {
  /** The words of the labels there. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** What a word there begins with: a space, or nothing. */
  lead(word: string): string;
}

/**
 * Rules on the labels that need no tokenizer: `label-unknown`, `label-missing`, `label-duplicate-word`.
 * @param place where the model is known; without it an answer in the middle of a text, unless the template is a chat;
 * `either` where the model decides and could not be read: what holds only in a text is a warning that says so
 */
export function labelDrafts(
  analysis: Analysis,
  place: LabelPlace | 'either' = analysis.written.format === 'chat' ? placeInChat(analysis) : placeInText(analysis),
): readonly Draft[] {
  if (place !== 'either') return draftsInPlace(analysis, place);
  const inChat = draftsInPlace(analysis, placeInChat(analysis));
  // What shares a word in a chat shares it in a text too.
  return draftsInPlace(analysis, placeInText(analysis)).map((draft) => {
    const same = inChat.find(({ code, message }) => code === draft.code && message === draft.message);
    return same ? withFixesOf(draft, same) : onlyInText(draft);
  });
}

function withFixesOf(draft: Draft, { fixes = [] }: Draft): Draft {
  const own = draft.fixes ?? [];
  const all = [...own, ...fixes.filter(({ title }) => !own.some((fix) => fix.title === title))];
  return all.length === 0 ? draft : { ...draft, fixes: all };
}

function draftsInPlace(analysis: Analysis, place: LabelPlace): readonly Draft[] {
  const { frontMatter, output, written } = analysis;
  const labels = output?.values;
  if (!labels || frontMatter.broken) return [];
  const entries = entriesAt(frontMatter, path);
  const problems: Draft[] = [];
  for (const entry of entries) {
    if (!labels.includes(entry.key)) problems.push(unknownLabel(analysis, entry, labels));
    else if (written.labels?.[entry.key]?.length === 0) problems.push(labelWithoutWords(analysis, entry, place));
  }
  if (labels.length === 0) {
    problems.push({
      code: 'label-missing',
      severity: 'error',
      span: outputSpan(analysis),
      message: l10n.t`The enum "${output.name}" lists no labels.`,
    });
  }
  for (const label of labels.filter((each, index) => labels.indexOf(each) !== index)) {
    problems.push({
      code: 'label-duplicate-word',
      severity: 'error',
      span: outputSpan(analysis),
      message: l10n.t`The enum "${output.name}" lists "${label}" twice.`,
    });
  }
  for (const label of labels.filter((each, index) => labels.findIndex((one) => sameForm(one, each)) < index))
    if (labels.filter((each) => each === label).length === 1)
      problems.push({
        code: 'label-duplicate-word',
        severity: 'warning',
        span: enumSpan(analysis, label) ?? outputSpan(analysis),
        message: l10n.t`"${label}" is listed twice, in two Unicode forms: the letters are the same, the characters \
are not.`,
      });
  for (const [label, other] of alikePairs(labels))
    problems.push({
      code: 'label-duplicate-word',
      severity: 'warning',
      span: enumSpan(analysis, label) ?? outputSpan(analysis),
      message: l10n.t`The labels ${JSON.stringify(other)} and ${JSON.stringify(label)} differ only in upper and lower \
case or in white space, and count as different answers.`,
    });
  for (const { word, first, second } of sharedWords(place.words)) {
    const span =
      entryAt(frontMatter, [...path, second])?.valueSpan ??
      entryAt(frontMatter, [...path, first])?.valueSpan ??
      outputSpan(analysis);
    problems.push({
      code: 'label-duplicate-word',
      severity: 'error',
      span,
      message: l10n.t`The word "${word}" stands for both "${first}" and "${second}".`,
    });
  }
  return problems;
}

/** Labels that are the same to a reader, each with the first that it is like. */
function alikePairs(labels: readonly string[]): readonly (readonly [label: string, other: string])[] {
  const formOf = (label: string): string => label.normalize().trim().replace(/\s+/gu, ' ').toLowerCase();
  const first = new Map<string, string>();
  return [...new Set(labels)].flatMap((label): readonly (readonly [string, string])[] => {
    const other = first.get(formOf(label));
    if (other === undefined) first.set(formOf(label), label);
    return other === undefined || sameForm(label, other) ? [] : [[label, other]];
  });
}

const placeInText = ({ output, written }: Analysis): LabelPlace => ({
  words: labelWords([...new Set(output?.values ?? [])], written.labels),
  lead: (word) => spaceBetween('', word),
});

/** What the other words are depends on what stands before the answer. */
const placeInChat = ({ output, written }: Analysis): LabelPlace => ({
  words: writtenWords(labelWords([...new Set(output?.values ?? [])], written.labels), written.labels),
  lead: () => '',
});

const sameForm = (one: string, other: string): boolean => one.normalize() === other.normalize();

function unknownLabel({ frontMatter, outputPath, output }: Analysis, entry: Entry, labels: readonly string[]): Draft {
  const otherForm = sameLetters(entry.key, labels);
  const suggestion = otherForm ?? nearest(entry.key, labels);
  const edit = otherForm === undefined ? insertion(frontMatter, outputPath, yamlText(entry.key)) : undefined;
  // An empty mapping is none, so that the last label goes with its key.
  const isOnly = entriesAt(frontMatter, path).length === 1;
  const cut = removal(frontMatter, isOnly ? path : [...path, entry.key]);
  return {
    code: 'label-unknown',
    severity: 'error',
    span: entry.keySpan,
    message:
      otherForm === undefined
        ? l10n.t`"${entry.key}" is not a label of "${output!.name}"${orNearest(suggestion)}`
        : l10n.t`"${entry.key}" has the letters of a label of "${output!.name}", but in another Unicode form.`,
    fixes: [
      ...(suggestion ? [replacement(l10n.t`Replace with "${suggestion}"`, entry.keySpan, suggestion)] : []),
      ...(edit ? [{ title: l10n.t`Add "${entry.key}" to the labels`, edits: [edit] }] : []),
      ...(cut ? [{ title: l10n.t`Remove "${entry.key}" from tune.labels`, edits: [cut] }] : []),
    ],
  };
}

function labelWithoutWords({ text }: Analysis, entry: Entry, { lead }: LabelPlace): Draft {
  const word = JSON.stringify(lead(entry.key) + entry.key);
  const empty = entry.valueSpan === entry.keySpan;
  const colon = /^[ \t]*:/.exec(text.slice(entry.keySpan[1]))?.[0].length;
  const at = entry.keySpan[1] + (colon ?? 0);
  return {
    code: 'label-missing',
    severity: 'error',
    span: entry.valueSpan,
    message: l10n.t`The label "${entry.key}" has no words.`,
    fixes: [
      replacement(
        l10n.t`Use ${word}`,
        empty ? [at, at] : entry.valueSpan,
        empty ? `${colon === undefined ? ':' : ''} ${word}` : word,
      ),
    ],
  };
}

/** The span in which the labels are listed. */
export function outputSpan({ frontMatter, outputPath }: Analysis): Span {
  return (
    spanAt(frontMatter, outputPath) ??
    entryAt(frontMatter, outputPath)?.keySpan ?? [frontMatter.start, frontMatter.start]
  );
}

/** `label-unknown`: labels of the data that the enum does not list, all of them at once. */
function unlistedLabels(analysis: Analysis, inData: readonly string[]): Draft[] {
  const { output, frontMatter, outputPath } = analysis;
  const labels = output!.values!;
  const known = new Set(labels);
  const unlisted = inData.filter((label) => !known.has(label));
  const otherForm = unlisted.filter((label) => sameLetters(label, labels) !== undefined);
  const others = unlisted.filter((label) => !otherForm.includes(label));
  const edit = others.length > 0 ? insertion(frontMatter, outputPath, ...others.map(yamlText)) : undefined;
  const what = listed(others.map((label) => `"${label}"`));
  const base = { code: 'label-unknown', severity: 'error', span: outputSpan(analysis) } as const;
  return [
    ...otherForm.map((label): Draft => {
      const written = sameLetters(label, labels)!;
      const span = inData.includes(written) ? undefined : enumSpan(analysis, written);
      return {
        ...base,
        message: l10n.t`The data writes the label "${label}" in another Unicode form than "${output!.name}" does: \
the letters are the same, the characters are not.`,
        fixes: span ? [replacement(l10n.t`Write it as the data does`, span, yamlText(label))] : [],
      };
    }),
    ...(others.length > 0
      ? [
          {
            ...base,
            message:
              others.length === 1
                ? l10n.t`The data has the label ${what}, which "${output!.name}" does not list.`
                : l10n.t`The data has the ${others.length} labels ${what}, which "${output!.name}" does not list.`,
            fixes: edit
              ? [
                  {
                    title:
                      others.length === 1
                        ? l10n.t`Add ${what} to the labels`
                        : l10n.t`Add all ${others.length} to the labels`,
                    edits: [edit],
                  },
                ]
              : [],
          },
        ]
      : []),
  ];
}

/** Labels of the data that the enum does not list, and data where one label outweighs all others. */
export function dataLabelDrafts(
  analysis: Analysis,
  counts: Readonly<Record<string, number>>,
  inOtherSplits: readonly string[] = [],
): readonly Draft[] {
  if (!analysis.output?.values) return [];
  const problems = unlistedLabels(analysis, [...new Set([...Object.keys(counts), ...inOtherSplits])]);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const [largest] = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const imbalance = 0.8;
  if (largest && total > 0 && largest[1] / total > imbalance) {
    problems.push({
      code: 'data-imbalance',
      severity: 'information',
      span: outputSpan(analysis),
      message: l10n.t`${percent(largest[1] / total)} of the rows are "${largest[0]}"; compare the accuracy with that \
of always answering so.`,
    });
  }
  return problems;
}
