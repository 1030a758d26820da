import * as l10n from '@vscode/l10n';
import { analysisOf, inForm } from '../read/analysisCache';
import { isOurs, type Analysis } from '../read/analysis';
import { metricDrafts } from './checkMetrics';
import { mediaDrafts, openPromptLines, softDrafts, unknownVariables, unusedInputs } from './checkBody';
import { constraintDrafts } from './answer/checkConstraint';
import { decodingDrafts } from './checkDecoding';
import { exampleDrafts } from './rows/checkExamples';
import { fieldsNeverAnswered } from './answer/checkAnswerFields';
import { answerFormDrafts } from './answer/checkAnswerForm';
import { answerLeaks, answerSpaces } from './answer/checkAnswer';
import { missingColumns } from './rows/checkColumns';
import { missingWeights } from './rows/checkWeights';
import { columnsThatTell } from './rows/checkTellingColumns';
import { labelsWithoutRows } from './rows/checkLabelRows';
import { missingData, unknownModel } from './rows/checkData';
import { dataLabelDrafts, type LabelPlace } from '../read/checks/checkLabels';
import { onlyInText } from '../read/checks/onlyInText';
import { isFormChosenByModel } from '../read/formChoice';
import { leadOf } from '../render/words/answerTokens';
import { answerPlace, wordsInPlace } from '../render/length/promptLength';
import { outsideWorkspace } from './checkReadable';
import { schemaTypeDrafts } from './answer/checkSchema';
import { roleDrafts } from './chat/checkRoles';
import { hostedDrafts } from './checkHosted';
import { maskedDrafts } from './checkMasked';
import { rowDrafts } from './rows/checkRows';
import { structuralDrafts } from '../read/checks/checkStructure';
import { wideSignDrafts } from './checkWideSigns';
import { workedExampleDrafts } from './checkWorkedExamples';
import { tokenDrafts } from './checkTokens';
import type { TemplateContext } from '../read/templateContext';
import { replacement, toFinding } from '../text/finding';
import type { Draft, Finding } from '../text/finding';
import { nearest } from '../text/suggest';

/**
 * Computes all findings of a prompt file, in the order of the text, for editor and command line. A rule whose data is
 * absent reports nothing, so that rules on rows and tokens can follow later. Errors in the file become findings, never
 * exceptions; every range is inside the file.
 */
export function checkTemplate(text: string, path: string, context: TemplateContext): readonly Finding[] {
  const analysis = inForm(analysisOf(text, path, context.readPartial), context.format);
  const structure = structuralDrafts(analysis, context, labelPlace(analysis, context)).map((draft) =>
    withPartialNames(draft, analysis, context),
  );
  const usable = !structure.some((draft) => draft.severity === 'error');
  const drafts = analysis.frontMatter.broken
    ? structure
    : [
        ...structure,
        ...rules(analysis, context),
        ...rowDrafts(analysis, context),
        ...tokenDrafts(analysis, usable, context),
      ];
  return drafts
    .map((draft) => toFinding(analysis.lines, asOthersMay(draft, analysis)))
    .sort((a, b) => a.range.start.offset - b.range.start.offset);
}

function rules(analysis: Analysis, context: TemplateContext): readonly Draft[] {
  const { fileExists, columns, dataLabels, contextLength } = context;
  return [
    ...unknownVariables(analysis, columns),
    ...unusedInputs(analysis),
    ...answerLeaks(analysis),
    ...columnsThatTell(analysis, context),
    ...softDrafts(analysis, contextLength),
    ...decodingDrafts(analysis, contextLength),
    ...answerSpaceDrafts(analysis, context),
    ...roleDrafts(analysis, context),
    ...maskedDrafts(analysis, context),
    ...hostedDrafts(analysis),
    ...schemaTypeDrafts(analysis),
    ...mediaDrafts(analysis),
    ...wideSignDrafts(analysis),
    ...metricDrafts(analysis, context),
    ...constraintDrafts(analysis),
    ...exampleDrafts(analysis),
    ...workedExampleDrafts(analysis),
    ...answerFormDrafts(analysis),
    ...openPromptLines(analysis),
    ...(fileExists ? missingData(analysis, { ...context, fileExists }) : []),
    ...missingColumns(analysis, context),
    ...fieldsNeverAnswered(analysis, context),
    ...missingWeights(analysis, context),
    ...(dataLabels ? dataLabelDrafts(analysis, dataLabels, labelsOfSplits(context)) : []),
    ...labelsWithoutRows(analysis, context),
    ...unknownModel(analysis, context),
    ...outsideWorkspace(analysis, context),
  ];
}

/** Spaces before the answer say something of one text alone, which the prompt may not be where the model is unknown. */
function answerSpaceDrafts(analysis: Analysis, context: TemplateContext): readonly Draft[] {
  if (context.encoder?.mask !== undefined) return [];
  const drafts = answerSpaces(analysis, context);
  return isPlaceUnknown(analysis, context) ? drafts.map(onlyInText) : drafts;
}

const isPlaceUnknown = (analysis: Analysis, { encoder, noTokens }: TemplateContext): boolean =>
  !encoder && noTokens !== undefined && isFormChosenByModel(analysis);

/** Where the answer stands in a chat; in a text the words are those that the template says. */
function labelPlace(analysis: Analysis, context: TemplateContext): LabelPlace | 'either' | undefined {
  const { encoder, sampleRows } = context;
  if (!analysis.output?.values || analysis.frontMatter.broken) return undefined;
  if (!encoder) return isPlaceUnknown(analysis, context) ? 'either' : undefined;
  const place = answerPlace(analysis, encoder, sampleRows?.[0]);
  return place.encoder.chat && { words: wordsInPlace(analysis, place), lead: (word) => leadOf(place.before, word) };
}

/** The labels that occur in any of the data files. */
function labelsOfSplits({ splits = {} }: TemplateContext): readonly string[] {
  return Object.values(splits).flatMap(({ labels }) => Object.keys(labels));
}

/**
 * Programs may register helpers of their own, and read more of `config`, so that only a template that would be trained
 * is wrong to name them.
 */
function asOthersMay(draft: Draft, analysis: Analysis): Draft {
  if (isOurs(analysis)) return draft;
  if (draft.code === 'unknown-key' && draft.severity === 'error') return { ...draft, severity: 'information' };
  if (draft.code !== 'unknown-helper') return draft;
  return {
    ...draft,
    severity: 'information',
    message: l10n.t`${draft.message} A program may register it; here it cannot be rendered.`,
  };
}

/** The name of a missing partial may be a misspelling of an existing one. */
function withPartialNames(draft: Draft, { text }: Analysis, { partialNames = [] }: TemplateContext): Draft {
  if (draft.code !== 'partial-missing') return draft;
  const suggestion = nearest(text.slice(...draft.span), partialNames);
  return suggestion === undefined
    ? draft
    : {
        ...draft,
        fixes: [replacement(l10n.t`Replace with "${suggestion}"`, draft.span, suggestion), ...(draft.fixes ?? [])],
      };
}
