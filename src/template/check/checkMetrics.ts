import * as l10n from '@vscode/l10n';
import { dirname, isAbsolute, join } from 'node:path';
import { outsideText } from '../../fileAccess';
import { counted } from '../../words/formatNumbers';
import type { MetricSetting } from '../../metrics/metricSetting';
import { isTextMetric, openMetric } from '../../metrics/openMetric';
import { tokenise13a, tokeniseZh } from '../../metrics/text/bleuTokens';
import { rougeWords } from '../../metrics/text/rouge';
import { metricSpan } from '../metrics/metricSpan';
import { writtenOutputSchema } from '../metrics/outputSchema';
import { problemOfSchema } from '../metrics/schemaProblem';
import { readMetrics } from '../metrics/readMetrics';
import type { Analysis } from '../read/analysis';
import type { TemplateContext } from '../read/templateContext';
import { expectedAnswers } from './rows/expectedAnswers';
import { entryAt } from '../syntax/frontMatter';
import { replacement, type Draft } from '../text/finding';
import type { Span } from '../text/position';

/** A metric of a template, and where its name stands. */
interface PlacedMetric {
  readonly setting: MetricSetting;
  readonly span: Span;
}

/** What is wrong with metrics in this template and for these rows; what is wrong in themselves, reading says. */
export function metricDrafts(analysis: Analysis, context: TemplateContext): readonly Draft[] {
  const { frontMatter } = analysis;
  if (entryAt(frontMatter, ['tune.metrics']) === undefined) return [];
  const { metrics, places } = readMetrics(frontMatter.value['tune.metrics']);
  const placed = metrics.flatMap((setting, index): readonly PlacedMetric[] => {
    const span = metricSpan(frontMatter, places[index]!);
    return span ? [{ setting, span }] : [];
  });
  return placed.flatMap((metric) => [
    ...withoutReference(metric, analysis),
    ...withoutSchema(metric, analysis),
    ...missingCheck(metric, analysis, context),
    ...blindMetric(metric, analysis, { ...context, kinds: metrics.map(({ kind }) => kind) }),
  ]);
}

/** `invalid-value`: a metric that compares, in a template that says nothing of what is answered. */
function withoutReference({ setting, span }: PlacedMetric, { output, frontMatter }: Analysis): readonly Draft[] {
  if (output || !isTextMetric(setting) || isOfSchema(setting)) return [];
  if (writtenOutputSchema(frontMatter) !== undefined || !openMetric(setting).needsReference) return [];
  const message = l10n.t`${setting.name} compares with an expected answer, and no field of output.schema says what \
that is.`;
  return [{ code: 'invalid-value', severity: 'error', span, message }];
}

const isOfSchema = (setting: MetricSetting): boolean => setting.kind === 'json' && setting.measure === 'valid';

/** `invalid-value`: answers are to be valid, and there is no schema, or none that could be used. */
function withoutSchema(
  { setting, span }: PlacedMetric,
  { frontMatter, answerObject, written: { data } }: Analysis,
): readonly Draft[] {
  // Of answers that are objects it is said once, where the schema stands.
  if (!isOfSchema(setting) || (answerObject && data)) return [];
  const written = writtenOutputSchema(frontMatter);
  if (written === undefined)
    return [
      {
        code: 'invalid-value',
        severity: 'error',
        span,
        message: l10n.t`json: valid needs an output.schema to be valid by.`,
      },
    ];
  const problem = problemOfSchema(written);
  if (problem === undefined) return [];
  const schema = entryAt(frontMatter, ['output', 'schema'])?.valueSpan ?? span;
  const message = l10n.t`Answers cannot be checked against output.schema, because ${problem}.`;
  return [{ code: 'invalid-value', severity: 'error', span: schema, message }];
}

/** `check-missing` and `outside-workspace`: a check whose file is not there, or may not be run. */
function missingCheck(
  { setting, span }: PlacedMetric,
  { path }: Analysis,
  { fileExists = () => true, mayRead = () => true }: TemplateContext,
): readonly Draft[] {
  if (setting.kind !== 'javascript') return [];
  const file = isAbsolute(setting.file) ? setting.file : join(dirname(path), setting.file);
  if (!mayRead(file))
    return [{ code: 'outside-workspace', severity: 'error', span, message: outsideText(l10n.t`The check`) }];
  if (fileExists(file)) return [];
  const message = l10n.t`There is no check "${setting.file}" beside the template.`;
  return [{ code: 'check-missing', severity: 'error', span, message }];
}

/** Words in a row that BLEU counts at most. */
const longestRun = 4;

const rouge: ReadonlySet<string> = new Set(['rouge1', 'rouge2', 'rougeL']);
const chinese = /\p{Script=Han}/u;

/** `metric-blind`: a metric that sees nothing, or one word, of the answers that the first rows expect. */
function blindMetric(
  { setting, span }: PlacedMetric,
  analysis: Analysis,
  { sampleRows = [], kinds }: TemplateContext & { readonly kinds: readonly string[] },
): readonly Draft[] {
  const expected = expectedAnswers(analysis, sampleRows);
  const blind = (isBlind: (reference: string) => boolean): number =>
    expected.filter((references) => references.length > 0 && references.every(isBlind)).length;
  const of = (rows: number): string => l10n.t`of ${rows} of the first ${counted(expected.length, 'row')}`;
  if (rouge.has(setting.kind)) {
    const rows = blind((reference) => /\S/.test(reference) && rougeWords(reference).length === 0);
    if (rows === 0) return [];
    const message = l10n.t`${setting.kind} reads ASCII letters and digits, and the answers ${of(rows)} have none: \
they score 0, even where they are right. chrf reads every script.`;
    const fixes = kinds.includes('chrf') ? [] : [replacement(l10n.t`Measure chrf instead`, span, 'chrf')];
    return [{ code: 'metric-blind', severity: 'warning', span, message, fixes }];
  }
  if (setting.kind !== 'bleu') return [];
  if (setting.tokenise !== 'zh') {
    const unparted = unpartedChinese(blind);
    if (unparted > 0) {
      const message = l10n.t`bleu tells words apart by spaces, and the answers ${of(unparted)} are Chinese without \
any: each is one word. Write bleu: { tokenise: zh }.`;
      return [{ code: 'metric-blind', severity: 'warning', span, message }];
    }
  }
  const tokens = setting.tokenise === 'zh' ? tokeniseZh : tokenise13a;
  const short = blind((reference) => /\S/.test(reference) && tokens(reference).length < longestRun);
  if (2 * short <= expected.length) return [];
  const message = l10n.t`bleu counts runs of up to ${longestRun} words, and the answers ${of(short)} have fewer: \
where all are so short, a split scores 0, even where every answer is right. chrf and f1 are made for short answers.`;
  const fixes =
    kinds.includes('chrf') || setting.tokenise !== undefined
      ? []
      : [replacement(l10n.t`Measure chrf instead`, span, 'chrf')];
  return [{ code: 'metric-blind', severity: 'warning', span, message, fixes }];
}

const unpartedChinese = (blind: (isBlind: (reference: string) => boolean) => number): number =>
  blind((reference) => chinese.test(reference) && !/\s/.test(reference.trim()));
