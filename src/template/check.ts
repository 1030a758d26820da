import { analyse } from './analysis';
import type { Analysis } from './analysis';
import { answerLeaks, answerSpaces, exampleDrafts, openPromptLines, softDrafts, unknownVariables, unusedInputs } from './checkBody';
import { missingColumns, missingData, unknownModel } from './checkData';
import { dataLabelDrafts, labelTokenDrafts } from './checkLabels';
import { structuralDrafts } from './checkStructure';
import { toFinding } from './finding';
import type { Draft, Finding } from './finding';
import { renderPrompt } from './render';
import { templateOf } from './template';
import { encodePrompt, softLayout } from './tokens';
import type { TokenEncoder } from './tokens';

/** Facts about the surroundings of a template; a rule whose facts are absent stays silent. */
export interface Surroundings {
  /** Text of `_name.prompt`, or undefined when there is none. */
  readonly readPartial?: (name: string) => string | undefined;
  /** Whether a file exists; paths come joined to the template's folder. */
  readonly fileExists?: (path: string) => boolean;
  /** Columns of the data. */
  readonly columns?: readonly string[];
  /** Rows of the training data for each label. */
  readonly dataLabels?: Readonly<Record<string, number>>;
  /** Tokenizer of the template's model. */
  readonly encoder?: TokenEncoder;
  /** Longest prompt of the model, in tokens. */
  readonly contextLength?: number;
  /** Models at hand, `builtin` aside. */
  readonly models?: readonly string[];
}

/**
 * Everything there is to say about a prompt file, in the order of the text. Broken files are reported, never thrown;
 * every range lies inside the file.
 */
export function checkTemplate(text: string, path: string, surroundings: Surroundings): readonly Finding[] {
  const analysis = analyse(text, path, surroundings.readPartial);
  const structure = structuralDrafts(analysis);
  const drafts = analysis.frontMatter.broken ? structure : [...structure, ...rules(analysis, surroundings), ...tooLong(analysis, structure, surroundings)];
  return drafts.map((draft) => toFinding(analysis.lines, draft)).sort((a, b) => a.range.start.offset - b.range.start.offset);
}

function rules(analysis: Analysis, { fileExists, columns, dataLabels, encoder, contextLength, models }: Surroundings): readonly Draft[] {
  return [
    ...unknownVariables(analysis, columns),
    ...unusedInputs(analysis),
    ...answerLeaks(analysis),
    ...softDrafts(analysis, contextLength),
    ...answerSpaces(analysis),
    ...exampleDrafts(analysis),
    ...openPromptLines(analysis),
    ...fileExists ? missingData(analysis, fileExists) : [],
    ...columns ? missingColumns(analysis, columns) : [],
    ...dataLabels ? dataLabelDrafts(analysis, dataLabels) : [],
    ...encoder ? labelTokenDrafts(analysis, encoder) : [],
    ...models ? unknownModel(analysis, models) : [],
  ];
}

/** `soft-too-long`: the template without any row already fills the context. */
function tooLong(analysis: Analysis, structure: readonly Draft[], { encoder, contextLength }: Surroundings): readonly Draft[] {
  const span = analysis.soft?.spans[0];
  if (!span || !encoder || contextLength === undefined || structure.some((draft) => draft.severity === 'error')) return [];
  try {
    const template = templateOf(analysis);
    const layout = softLayout(template, { method: 'soft', length: 1 }, encoder);
    const { length } = encodePrompt(renderPrompt(template, {}), layout, encoder).ids;
    if (length < contextLength) return [];
    return [{ code: 'soft-too-long', severity: 'warning', span, message: `Template and virtual tokens are ${length} tokens before any row is filled in; the model reads ${contextLength}.` }];
  } catch {
    // A template that cannot be rendered without a row has no length of its own to compare.
    return [];
  }
}
