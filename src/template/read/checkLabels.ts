import { percent } from '../../formatNumbers';
import type { Analysis } from './analysis';
import { replacement } from '../text/finding';
import type { Draft } from '../text/finding';
import { entriesAt, entryAt, spanAt } from '../syntax/frontMatter';
import type { Entry } from '../syntax/frontMatter';
import { insertion } from '../syntax/insertion';
import type { Span } from '../text/position';
import { nearest, orNearest } from '../text/suggest';
import { labelWords, sharedWords } from '../settings/verbalizer';
import { yamlText } from '../text/yamlText';

const path = ['tune.labels'];

/** Rules on the labels that need no tokenizer: `label-unknown`, `label-missing`, `label-duplicate-word`. */
export function labelDrafts(analysis: Analysis): readonly Draft[] {
  const { frontMatter, output, written } = analysis;
  const labels = output?.values;
  if (!labels || frontMatter.broken) return [];
  const entries = entriesAt(frontMatter, path);
  const problems: Draft[] = [];
  for (const entry of entries) {
    if (!labels.includes(entry.key)) problems.push(unknownLabel(analysis, entry, labels));
    else if (written.labels?.[entry.key]?.length === 0) problems.push(labelWithoutWords(analysis, entry));
  }
  if (labels.length === 0) {
    problems.push({
      code: 'label-missing',
      severity: 'error',
      span: outputSpan(analysis),
      message: `The enum "${output.name}" lists no labels.`,
    });
  }
  for (const label of labels.filter((each, index) => labels.indexOf(each) !== index)) {
    problems.push({
      code: 'label-duplicate-word',
      severity: 'error',
      span: outputSpan(analysis),
      message: `The enum "${output.name}" lists "${label}" twice.`,
    });
  }
  for (const { word, first, second } of sharedWords(labelWords([...new Set(labels)], written.labels))) {
    const span =
      entryAt(frontMatter, [...path, second])?.valueSpan ??
      entryAt(frontMatter, [...path, first])?.valueSpan ??
      outputSpan(analysis);
    problems.push({
      code: 'label-duplicate-word',
      severity: 'error',
      span,
      message: `The word "${word}" stands for both "${first}" and "${second}".`,
    });
  }
  return problems;
}

function unknownLabel({ frontMatter, outputPath, output }: Analysis, entry: Entry, labels: readonly string[]): Draft {
  const suggestion = nearest(entry.key, labels);
  const edit = insertion(frontMatter, outputPath, yamlText(entry.key));
  return {
    code: 'label-unknown',
    severity: 'error',
    span: entry.keySpan,
    message: `"${entry.key}" is not a label of "${output!.name}"${orNearest(suggestion)}`,
    fixes: [
      ...(suggestion ? [replacement(`Replace with "${suggestion}"`, entry.keySpan, suggestion)] : []),
      ...(edit ? [{ title: `Add "${entry.key}" to the labels`, edits: [edit] }] : []),
    ],
  };
}

function labelWithoutWords({ text }: Analysis, entry: Entry): Draft {
  const word = JSON.stringify(` ${entry.key}`);
  const empty = entry.valueSpan === entry.keySpan;
  const colon = /^[ \t]*:/.exec(text.slice(entry.keySpan[1]))?.[0].length;
  const at = entry.keySpan[1] + (colon ?? 0);
  return {
    code: 'label-missing',
    severity: 'error',
    span: entry.valueSpan,
    message: `The label "${entry.key}" has no words.`,
    fixes: [
      replacement(
        `Use ${word}`,
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

/** Labels of the data that the enum does not list, and data where one label outweighs all others. */
export function dataLabelDrafts(analysis: Analysis, counts: Readonly<Record<string, number>>): readonly Draft[] {
  const { output, frontMatter, outputPath } = analysis;
  if (!output?.values) return [];
  const labels = output.values;
  const problems = Object.keys(counts)
    .filter((label) => !labels.includes(label))
    .map((label): Draft => {
      const edit = insertion(frontMatter, outputPath, yamlText(label));
      return {
        code: 'label-unknown',
        severity: 'error',
        span: outputSpan(analysis),
        message: `The data has the label "${label}", which "${output.name}" does not list.`,
        fixes: edit ? [{ title: `Add "${label}" to the labels`, edits: [edit] }] : [],
      };
    });
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const [largest] = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const imbalance = 0.8;
  if (largest && total > 0 && largest[1] / total > imbalance) {
    problems.push({
      code: 'data-imbalance',
      severity: 'information',
      span: outputSpan(analysis),
      message:
        `${percent(largest[1] / total)} of the rows are "${largest[0]}"; ` +
        'compare the accuracy with that of always answering so.',
    });
  }
  return problems;
}
